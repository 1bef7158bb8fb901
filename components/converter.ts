import * as pulumi from "@pulumi/pulumi";
import { parameterArn } from "./account";
import type { PipelineContext } from "./context";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { createQueueMapping } from "./queueMapping";
import { convertStatements } from "./statements";

/** Hours in one run; five busy ones stay well within the time-out. */
const BATCH_SIZE = 5;

/** The one function that turns raw objects into Parquet, behind the lake's queue. */
export const createConverter = (context: PipelineContext): HandlerFunction => {
  const { settings, account, lake } = context;
  const { saltParameter } = settings;
  const statements = pulumi
    .all([lake.bucketArn, lake.convertQueueArn, parameterArn(account, saltParameter)])
    .apply(([bucketArn, queueArn, saltParameterArn]) =>
      convertStatements({ bucketArn, rawPrefix: lake.rawPrefix, queueArn, saltParameterArn }),
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
  createQueueMapping(context, {
    suffix: "convert",
    queueArn: lake.convertQueueArn,
    handler: converter,
    batchSize: BATCH_SIZE,
  });
  return converter;
};
