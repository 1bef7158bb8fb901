import { stackRule } from "../rule";
import { at, isUnknownAt, itemPaths, joinPath, type Stack, type StackSubject } from "../subject";
import {
  COMPOSITE_ALARM,
  EVENT_SOURCE,
  FUNCTION,
  FUNCTION_ASYNC,
  METRIC_ALARM,
  METRIC_FILTER,
  QUEUE,
  STATE_MACHINE,
} from "../types";
import { logGroupOf } from "../logGroups";

/** Where an alarm says what it watches: itself, or each of the metrics that it computes with. */
const metricsOf = (alarm: StackSubject): string[] => [
  "",
  ...itemPaths(alarm.props, "metricQueries").map((path) => joinPath(path, "metric")),
];

const within = (metric: string, key: string): string => (metric === "" ? key : joinPath(metric, key));

interface Failures {
  readonly namespace: string;
  readonly metrics: readonly unknown[];
}

/** By dimension, what counts failures: a function that is only throttled or slow has not failed. */
const FAILURES: Readonly<Record<"FunctionName" | "QueueName" | "StateMachineArn", Failures>> = {
  FunctionName: { namespace: "AWS/Lambda", metrics: ["Errors"] },
  QueueName: {
    namespace: "AWS/SQS",
    metrics: ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
  },
  StateMachineArn: { namespace: "AWS/States", metrics: ["ExecutionsFailed"] },
};

/** What is unknown is made from something: no program does that with nothing. */
const hasActions = ({ props }: StackSubject): boolean =>
  at(props, "actionsEnabled") !== false &&
  itemPaths(props, "alarmActions").some(
    (path) => isUnknownAt(props, path) || String(at(props, path)).startsWith("arn:"),
  );

/** Whether somebody hears of an alarm: by itself, or by another that is made of it. */
const isHeard = (alarm: StackSubject, stack: Stack): boolean =>
  hasActions(alarm) ||
  stack.ofTypes([COMPOSITE_ALARM]).some((other) => stack.mentions(other, alarm) && hasActions(other));

/** Whether there is an alarm like this, of which somebody hears. */
const someAlarm = (stack: Stack, watches: (alarm: StackSubject) => boolean): boolean =>
  stack.ofTypes([METRIC_ALARM]).some((alarm) => watches(alarm) && isHeard(alarm, stack));

/** Whether an alarm watches the failures of a resource by a dimension. */
const isWatched = (stack: Stack, dimension: keyof typeof FAILURES, target: StackSubject): boolean =>
  someAlarm(stack, (alarm) =>
    metricsOf(alarm).some(
      (metric) =>
        stack.refersTo(alarm, within(metric, `dimensions.${dimension}`), target) &&
        FAILURES[dimension].metrics.includes(at(alarm.props, within(metric, "metricName"))) &&
        FAILURES[dimension].namespace === at(alarm.props, within(metric, "namespace")),
    ),
  );

/** Errors of all functions of the account. */
const isWatchedWithAll = (stack: Stack): boolean =>
  someAlarm(
    stack,
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
    someAlarm(stack, (alarm) =>
      metricsOf(alarm).some((metric) => {
        const of = (key: string): unknown => at(alarm.props, within(metric, key));
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
    violation(
      "name",
      "an alarm on its errors, its log, its dead letters or the state machine that runs it, with alarmActions",
      {
        found: "watched by no alarm of which anybody hears",
      },
    );
  },
});
