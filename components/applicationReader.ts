/** The function that reads application logs, with its settings in the lake. */
import * as pulumi from "@pulumi/pulumi";
import { BucketObjectv2 } from "@pulumi/aws/s3";
import { PROCESSED_TABLE } from "../src/model/applicationCatalog";
import { applicationSettingsKey } from "../src/model/applicationKeys";
import { renderApplicationSettings } from "../src/model/applicationSettingsFile";
import { readerSettings } from "../src/model/applicationSource";
import { pipelineId } from "../src/model/metrics";
import { parameterArn } from "./account";
import type { ApplicationCatalog, ApplicationContext } from "./applicationCatalog";
import { applicationStatements } from "./applicationStatements";
import { glueArnOf } from "./crawlMachine";
import { createHandlerFunction, type HandlerFunction } from "./function";
import type { ObjectQueue } from "./objectQueue";
import { createQueueMapping } from "./queueMapping";
import type { SourceBucket } from "./sourceBucket";

/** One: the function is small, and an object of 100 MB takes it a good part of its time. */
const BATCH_SIZE = 1;

/**
 * How glibc takes memory, of which this function has none to spare. It would keep 15 MB for Node's threads; and once a large piece is
 * given back it keeps those of that size to itself from then on, unless the thresholds are set.
 */
export const ALLOCATION = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "131072",
} as const;

/** Writes the settings where the function reads them; gives back the object's key, once it is there. */
const createSettings = ({ name, settings, lake, parent }: ApplicationContext): pulumi.Output<string> =>
  new BucketObjectv2(
    `${name}-settings`,
    {
      bucket: lake.bucketName,
      key: applicationSettingsKey(pipelineId(settings.naming)),
      content: renderApplicationSettings(readerSettings(settings)),
      contentType: "application/json",
    },
    { parent },
  ).key;

export interface ReaderParts {
  readonly source: SourceBucket;
  readonly queues: ObjectQueue;
  readonly catalog: ApplicationCatalog;
}

const createFunction = (context: ApplicationContext, { source, queues, catalog }: ReaderParts): HandlerFunction => {
  const { settings, account, lake } = context;
  const salt = parameterArn(account, settings.saltParameter);
  const statements = pulumi
    .all([lake.bucketArn, source.bucketArn, source.keyArn, queues.queue.arn, glueArnOf(context), salt])
    .apply(([bucketArn, sourceArn, sourceKeyArn, queueArn, glueArn, saltParameterArn]) =>
      applicationStatements({
        bucketArn,
        sourceArn,
        keyPrefix: source.keyPrefix,
        sourceKeyArn,
        queueArn,
        glueArn,
        database: settings.database,
        table: PROCESSED_TABLE,
        saltParameterArn,
      }),
    );
  return createHandlerFunction(context, {
    bundle: "applogs",
    role: "applicationReader",
    description: "Puts logs of applications into the lake",
    statements,
    environment: {
      SOURCE_BUCKET: source.bucketName,
      SETTINGS_KEY: createSettings(context),
      ...ALLOCATION,
      TABLE_DATABASE: catalog.database,
      TABLE_NAME: catalog.processed.name,
    },
    // `amplify-logs reprocess` starts it without the queue.
    failedRunsArn: queues.deadLetters.arn,
  });
};

/** The function, behind its queue. */
export const createApplicationReader = (context: ApplicationContext, parts: ReaderParts): HandlerFunction => {
  const reader = createFunction(context, parts);
  createQueueMapping(context, {
    suffix: "read",
    queueArn: parts.queues.queue.arn,
    handler: reader,
    batchSize: BATCH_SIZE,
  });
  return reader;
};
