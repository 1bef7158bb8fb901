/** Alarms of what a component adds to a lake: each is made beside what it watches. */
import type * as pulumi from "@pulumi/pulumi";
import { LogMetricFilter, MetricAlarm } from "@pulumi/aws/cloudwatch";
import { alarmDescription, SOURCE_ALARM_KINDS, type SourceAlarmName } from "../src/model/alarms";
import { pipelineId, READ_ERRORS, readErrorsNamespace } from "../src/model/metrics";
import { lambdaMetric, MINUTES, sum, type Condition } from "./alarmMetrics";
import type { SourceContext } from "./context";
import type { HandlerFunction } from "./function";

/** One alarm; without a topic it is seen in CloudWatch only. */
export const createSourceAlarm = (
  { name, labels, parent }: SourceContext,
  kind: SourceAlarmName,
  condition: Condition,
  topicArn: pulumi.Input<string> | undefined,
): MetricAlarm => {
  const { suffix, role } = SOURCE_ALARM_KINDS[kind];
  const told = topicArn === undefined ? {} : { alarmActions: [topicArn], okActions: [topicArn] };
  return new MetricAlarm(
    `${name}-${suffix}`,
    {
      name: labels.name(role),
      alarmDescription: alarmDescription(SOURCE_ALARM_KINDS[kind]),
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // Counts: what is not reported did not happen.
      treatMissingData: "notBreaching",
      ...told,
      tags: labels.tags,
      ...condition,
    },
    { parent },
  );
};

/**
 * A reader's failures. What it gives back to its queue is no error of Lambda's, so that its own log counts it; the function's metrics
 * do not tell the pipeline's readers apart.
 * @param reader name of its bundle, which its log's events begin with
 */
export const failedReads = (context: SourceContext, reader: string, handler: HandlerFunction): Condition => {
  const namespace = readErrorsNamespace(pipelineId(context.settings.naming), reader);
  new LogMetricFilter(
    `${context.name}-read-errors`,
    {
      name: READ_ERRORS,
      logGroupName: handler.logGroup.name,
      pattern: `{ $.event = "${reader}.failed" }`,
      metricTransformation: { namespace, name: READ_ERRORS, value: "1" },
    },
    { parent: context.parent },
  );
  const sources = {
    runs: lambdaMetric("Errors", handler),
    reads: { namespace, metricName: READ_ERRORS, statistic: "Sum" },
  } as const;
  return sum("failed", sources, 5 * MINUTES);
};
