import type * as pulumi from "@pulumi/pulumi";
import { EventSourceMapping } from "@pulumi/aws/lambda";
import type { SourceContext } from "./context";
import type { HandlerFunction } from "./function";

/** Objects in work at once: a backfill's or a first delivery's thousands of events leave the account's concurrency alone. */
const MAXIMUM_CONCURRENCY = 10;

export interface QueueMappingArgs {
  /** Last part of the logical name. */
  readonly suffix: string;
  readonly queueArn: pulumi.Input<string>;
  readonly handler: HandlerFunction;
  /** Objects in one run. */
  readonly batchSize: number;
  /** Seconds that a batch is collected for. Default: none. */
  readonly batchingSeconds?: number;
}

/** Starts a function for what its queue holds. */
export const createQueueMapping = ({ name, labels, parent }: SourceContext, args: QueueMappingArgs): void => {
  const { suffix, queueArn, handler, batchSize, batchingSeconds } = args;
  new EventSourceMapping(
    `${name}-${suffix}`,
    {
      eventSourceArn: queueArn,
      functionName: handler.lambda.arn,
      batchSize,
      ...(batchingSeconds === undefined ? {} : { maximumBatchingWindowInSeconds: batchingSeconds }),
      // One bad object must not send its neighbours round again.
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY },
      tags: labels.tags,
    },
    { parent },
  );
};
