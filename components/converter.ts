import * as pulumi from "@pulumi/pulumi";
import { EventSourceMapping } from "@pulumi/aws/lambda";
import type { PipelineContext } from "./context";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { convertStatements } from "./statements";

/** Hours in work at once: a backfill's thousands of events leave the account's concurrency alone. */
const MAXIMUM_CONCURRENCY = 10;
/** Hours in one run; five busy ones stay well within the time-out. */
const BATCH_SIZE = 5;

/** The one function that turns raw objects into Parquet, behind the lake's queue. */
export const createConverter = (context: PipelineContext): HandlerFunction => {
  const { name, settings, labels, account, lake, parent } = context;
  const { saltParameter } = settings;
  const statements = pulumi
    .all([lake.bucketArn, lake.convertQueueArn, account.partition, account.id, account.region])
    .apply(([bucketArn, queueArn, partition, id, region]) =>
      convertStatements({
        bucketArn,
        rawPrefix: lake.rawPrefix,
        queueArn,
        saltParameterArn:
          saltParameter === undefined
            ? undefined
            : `arn:${partition}:ssm:${region}:${id}:parameter/${saltParameter.replace(/^\//, "")}`,
      }),
    );
  const converter = createHandlerFunction(context, {
    bundle: "convert",
    role: "converter",
    description: "Turns raw access logs into the typed table",
    statements,
    environment: {
      RAW_PREFIX: lake.rawPrefix,
      IP_POLICY: settings.ipPolicy,
      ...(saltParameter === undefined ? {} : { SALT_PARAMETER: saltParameter }),
    },
  });
  new EventSourceMapping(
    `${name}-convert`,
    {
      eventSourceArn: lake.convertQueueArn,
      functionName: converter.lambda.arn,
      batchSize: BATCH_SIZE,
      // One bad object must not send its neighbours round again.
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      tags: labels.tags,
    },
    { parent },
  );
  return converter;
};
