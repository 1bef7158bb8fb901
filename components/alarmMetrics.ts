/** What alarms watch: metrics of AWS and of our own, and sums of them. */
import type * as pulumi from "@pulumi/pulumi";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import type { types } from "@pulumi/aws";
import type { HandlerFunction } from "./function";

type Query = types.input.cloudwatch.MetricAlarmMetricQuery;
/** What an alarm watches, and when it fires. */
export type Condition = Partial<MetricAlarmArgs>;

export const MINUTES = 60;
export const HOUR = 3600;
export const DAY = 86_400;

export interface MetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Record<string, pulumi.Input<string>>;
  readonly statistic: "Sum" | "Maximum" | "Average";
}

/** One metric over a period, in seconds. */
export const single = ({ statistic, ...source }: MetricSource, period: number): Condition => ({
  ...source,
  statistic,
  period,
});

const query = (id: string, { statistic: stat, ...source }: MetricSource, period: number): Query => ({
  id,
  metric: { ...source, stat, period },
});

/** An expression over metrics, each under its id. */
export const expression = (
  formula: string,
  label: string,
  sources: Readonly<Record<string, MetricSource>>,
  period: number,
): Condition => ({
  metricQueries: [
    ...Object.entries(sources).map(([id, source]) => query(id, source, period)),
    { id: "result", expression: formula, label, returnData: true },
  ],
});

/** The sum of metrics that are silent when nothing happens. */
export const sum = (label: string, sources: Readonly<Record<string, MetricSource>>, period: number): Condition =>
  expression(
    Object.keys(sources)
      .map((id) => `FILL(${id}, 0)`)
      .join(" + "),
    label,
    sources,
    period,
  );

export const lambdaMetric = (metricName: "Errors" | "Throttles", { lambda }: HandlerFunction): MetricSource => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: lambda.name },
  statistic: "Sum",
});

export const queueMetric = (metricName: string, queueName: pulumi.Input<string>): MetricSource => ({
  namespace: "AWS/SQS",
  metricName,
  dimensions: { QueueName: queueName },
  statistic: "Maximum",
});

/** Runs of a state machine that did not end well. */
export const machineSources = (arn: pulumi.Input<string>): Record<"failed" | "late", MetricSource> => {
  const of = (metricName: string): MetricSource => ({
    namespace: "AWS/States",
    metricName,
    dimensions: { StateMachineArn: arn },
    statistic: "Sum",
  });
  return { failed: of("ExecutionsFailed"), late: of("ExecutionsTimedOut") };
};

export const machineFailures = (arn: pulumi.Input<string> | undefined): Condition | undefined =>
  arn === undefined ? undefined : sum("failed runs", machineSources(arn), 5 * MINUTES);
