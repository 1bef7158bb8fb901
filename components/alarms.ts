import * as pulumi from "@pulumi/pulumi";
import { LogMetricFilter, MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch";
import { Topic, TopicPolicy, TopicSubscription } from "@pulumi/aws/sns";
import type { RoleName } from "../src/model/names";
import type { PipelineContext } from "./context";
import type { HandlerFunction } from "./function";
import { createCustomerKey } from "./key";
import { policyText, tlsOnly } from "./statements";

export interface Watched {
  readonly fetchers: Readonly<Record<string, HandlerFunction>>;
  readonly converter: HandlerFunction;
  readonly updater: HandlerFunction;
}

export interface Alarms {
  readonly topicArn: pulumi.Output<string> | undefined;
  readonly keyArn: pulumi.Output<string> | undefined;
}

/** Lambda's own report of an invocation that did not end well, time-outs included. */
const FAILED_RUN = '{ $.type = "platform.report" && $.record.status != "success" }';
const FETCH_ERRORS = "FetchErrors";

const createTopic = ({ name, settings, labels, account, parent }: PipelineContext): Alarms => {
  const key = createCustomerKey(
    `${name}-alarms`,
    {
      keyName: labels.name("alarmKey"),
      description: "Alarms on their way; CloudWatch cannot publish with the key that SNS manages",
      account,
      tags: labels.tags,
      services: ["cloudwatch.amazonaws.com"],
    },
    parent,
  );
  const topic = new Topic(
    `${name}-alarms`,
    { name: labels.name("alarmTopic"), kmsMasterKeyId: key.arn, tags: labels.tags },
    { parent },
  );
  new TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: pulumi.all([topic.arn, account.id]).apply(([arn, id]) =>
        policyText([
          {
            Sid: "AlarmsPublish",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: arn,
            Condition: { StringEquals: { "aws:SourceAccount": id } },
          },
          tlsOnly([arn], "sns:Publish"),
        ]),
      ),
    },
    { parent },
  );
  for (const email of settings.alarms.emails) {
    new TopicSubscription(
      `${name}-alarms-${email}`,
      { topic: topic.arn, protocol: "email", endpoint: email },
      { parent },
    );
  }
  return { topicArn: topic.arn, keyArn: key.arn };
};

const targetOf = (context: PipelineContext): Alarms => {
  const { alarms } = context.settings;
  if (alarms.topicArn === undefined) return createTopic(context);
  return { topicArn: pulumi.output(alarms.topicArn as pulumi.Input<string>), keyArn: undefined };
};

/** One metric over all apps: a metric an app would cost 300 USD a month at 100 apps. The app is in the log. */
const countFetchErrors = (
  { name, parent }: PipelineContext,
  fetchers: Watched["fetchers"],
  namespace: string,
): void => {
  for (const [app, { logGroup }] of Object.entries(fetchers)) {
    new LogMetricFilter(
      `${name}-${app}-fetch-errors`,
      {
        name: FETCH_ERRORS,
        logGroupName: logGroup.name,
        pattern: FAILED_RUN,
        metricTransformation: { namespace, name: FETCH_ERRORS, value: "1" },
      },
      { parent },
    );
  }
};

/** The basic alarms: one a kind, not one an app. */
export const createAlarms = (context: PipelineContext, watched: Watched): Alarms => {
  const { name, settings, labels, lake, scheduling, parent } = context;
  if (!settings.alarms.enabled) return { topicArn: undefined, keyArn: undefined };
  const target = targetOf(context);

  const alarm = (suffix: string, role: RoleName, args: Partial<MetricAlarmArgs>): MetricAlarm =>
    new MetricAlarm(
      `${name}-${suffix}`,
      {
        name: labels.name(role),
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: 1,
        // No errors are reported as no data.
        treatMissingData: "notBreaching",
        alarmActions: [target.topicArn!],
        okActions: [target.topicArn!],
        tags: labels.tags,
        ...args,
      },
      { parent },
    );
  const lambdaErrors = ({ lambda }: HandlerFunction): Partial<MetricAlarmArgs> => ({
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: lambda.name },
    statistic: "Sum",
    period: 300,
  });

  const namespace = `AmplifyLogPipeline/${settings.naming.project}-${settings.naming.environment}`;
  countFetchErrors(context, watched.fetchers, namespace);
  alarm("fetch-errors", "fetchErrorsAlarm", {
    alarmDescription:
      "Fetching an app failed: its hours are asked for again on the next run. The function's log names the app and the reason.",
    namespace,
    metricName: FETCH_ERRORS,
    statistic: "Sum",
    period: 3600,
  });
  alarm("convert-errors", "convertErrorsAlarm", {
    alarmDescription: "The converter failed; its events stay in the queue and are tried again.",
    ...lambdaErrors(watched.converter),
  });
  alarm("partition-errors", "partitionErrorsAlarm", {
    alarmDescription:
      "Partitions were not added: today's rows may be invisible. The function's log holds Athena's reason.",
    ...lambdaErrors(watched.updater),
  });
  const depth = (id: string, queueName: pulumi.Input<string>) => ({
    id,
    metric: {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queueName },
      stat: "Maximum",
      period: 300,
    },
  });
  alarm("dead-letters", "deadLettersAlarm", {
    alarmDescription:
      "Work was given up: look into the dead-letter queues, mend the cause, then send the messages back.",
    metricQueries: [
      depth("objects", lake.convertDeadLettersName),
      depth("runs", scheduling.failedRuns.name),
      { id: "all", expression: "FILL(objects, 0) + FILL(runs, 0)", label: "given up", returnData: true },
    ],
  });
  return target;
};
