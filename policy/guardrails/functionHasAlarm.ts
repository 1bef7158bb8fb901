import { stackRule } from "../rule";
import { at, itemPaths, joinPath, type Stack, type StackSubject } from "../subject";
import { EVENT_SOURCE, FUNCTION, FUNCTION_ASYNC, METRIC_ALARM, METRIC_FILTER, QUEUE, STATE_MACHINE } from "../types";
import { logGroupOf } from "../logGroups";

/** Where an alarm says what it watches: itself, or each of the metrics that it computes with. */
const metricsOf = (alarm: StackSubject): string[] => [
  "",
  ...itemPaths(alarm.props, "metricQueries").map((path) => joinPath(path, "metric")),
];

const dimensionPath = (metric: string, dimension: string): string =>
  metric === "" ? `dimensions.${dimension}` : `${metric}.dimensions.${dimension}`;

/** Whether an alarm watches a resource by a dimension. */
const isWatched = (stack: Stack, dimension: string, target: StackSubject): boolean =>
  stack
    .ofTypes([METRIC_ALARM])
    .some((alarm) =>
      metricsOf(alarm).some((metric) => stack.refersTo(alarm, dimensionPath(metric, dimension), target)),
    );

/** Errors of all functions of the account. */
const isWatchedWithAll = (stack: Stack): boolean =>
  stack
    .ofTypes([METRIC_ALARM])
    .some(
      ({ props }) =>
        at(props, "namespace") === "AWS/Lambda" &&
        at(props, "metricName") === "Errors" &&
        Object.keys(at(props, "dimensions") ?? {}).length === 0,
    );

/** What its log counts, an alarm watches. */
const isWatchedByLog = (fn: StackSubject, stack: Stack): boolean => {
  const group = logGroupOf(fn, stack);
  if (group === undefined) return false;
  return stack.referring([METRIC_FILTER], "logGroupName", group).some((filter) =>
    stack.ofTypes([METRIC_ALARM]).some((alarm) =>
      metricsOf(alarm).some((metric) => {
        const of = (key: string): unknown => at(alarm.props, metric === "" ? key : joinPath(metric, key));
        return (
          of("namespace") !== undefined &&
          of("namespace") === at(filter.props, "metricTransformation.namespace") &&
          of("metricName") === at(filter.props, "metricTransformation.name")
        );
      }),
    ),
  );
};

/** Queues in which its failures end. */
const failureQueues = (fn: StackSubject, stack: Stack): StackSubject[] => {
  const queues = stack.ofTypes([QUEUE]);
  const own = queues.filter(
    (queue) =>
      stack.refersTo(fn, "deadLetterConfig.targetArn", queue) ||
      stack
        .referring([FUNCTION_ASYNC], "functionName", fn)
        .some((config) => stack.refersTo(config, "destinationConfig.onFailure.destination", queue)),
  );
  const sources = stack
    .referring([EVENT_SOURCE], "functionName", fn)
    .map((mapping) => stack.target(mapping, "eventSourceArn", [QUEUE]))
    .filter((queue) => queue !== undefined);
  return [
    ...own,
    ...queues.filter((queue) => sources.some((source) => stack.mentions(source, queue) && source !== queue)),
  ];
};

export const functionHasAlarm = stackRule({
  name: "function-has-alarm",
  description: "Somebody hears when a function fails.",
  severity: "medium",
  controls: { hipaa: ["CloudWatchAlarmAction"] },
  remediation:
    'new aws.cloudwatch.MetricAlarm(name, { namespace: "AWS/Lambda", metricName: "Errors", dimensions: { FunctionName: fn.name }, statistic: "Sum", period: 300, evaluationPeriods: 1, threshold: 0, comparisonOperator: "GreaterThanThreshold", alarmActions: [topic.arn] })',
  types: [FUNCTION],
  judge: (fn, { violation }, stack) => {
    const watched =
      isWatched(stack, "FunctionName", fn) ||
      isWatchedWithAll(stack) ||
      isWatchedByLog(fn, stack) ||
      failureQueues(fn, stack).some((queue) => isWatched(stack, "QueueName", queue)) ||
      stack
        .referring([STATE_MACHINE], "definition", fn)
        .concat(stack.ofTypes([STATE_MACHINE]).filter((machine) => stack.mentions(machine, fn)))
        .some((machine) => isWatched(stack, "StateMachineArn", machine));
    if (watched) return;
    violation("name", "an alarm on its errors, its log, its dead letters or the state machine that runs it", {
      found: "watched by no alarm",
    });
  },
});
