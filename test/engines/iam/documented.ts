/**
 * The calls that AWS's own services make with the stack's rights, as AWS documents them: no stand-in makes them. Each is judged
 * like any other; a statement that neither a function nor one of these needs is too wide. Reviewed: add a call with its address
 * only.
 */
import { ofType, property, text, theOne, type Deployed, type DeployedResource } from "../lambda/deployed";
import { athenaCalls } from "./documentedAthena";
import { OVER_TLS, roleOf, type DocumentedCall } from "./documentedCall";
import { statesCalls } from "./documentedStates";
import type { Call } from "./judge";

const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg";
const SCHEDULER = "https://docs.aws.amazon.com/scheduler/latest/UserGuide";
const EVENTBRIDGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide";
const KMS = "https://docs.aws.amazon.com/kms/latest/developerguide";
const SNS = "https://docs.aws.amazon.com/sns/latest/dg";

const functionsOf = (deployed: Deployed): readonly DeployedResource[] =>
  ofType(deployed, "aws:lambda/function:Function");
const isTraced = (lambda: DeployedResource): boolean => {
  const tracing = lambda.outputs["tracingConfig"] ?? lambda.inputs["tracingConfig"];
  return (tracing as { mode?: string } | undefined)?.mode === "Active";
};
const deadLetterArn = (value: unknown, name: string): string | undefined =>
  (value as Record<string, string | undefined> | undefined)?.[name];

/** Lambda takes the role, writes the function's log and traces, and keeps events that failed for good. */
const lambdaCalls = (deployed: Deployed): DocumentedCall[] =>
  functionsOf(deployed).flatMap((lambda) => {
    const caller = roleOf(lambda);
    const [, , , region, account] = text(lambda, "arn").split(":") as [string, string, string, string, string];
    const { logGroup } = property(lambda, "loggingConfig") as { logGroup: string };
    const stream = `arn:aws:logs:${region}:${account}:log-group:${logGroup}:log-stream:2026/08/15/[$LATEST]0123456789abcdef`;
    const queue = deadLetterArn(lambda.outputs["deadLetterConfig"] ?? lambda.inputs["deadLetterConfig"], "targetArn");
    return [
      {
        caller: "lambda.amazonaws.com",
        action: "sts:AssumeRole",
        resource: caller,
        context: {},
        address: `${LAMBDA}/lambda-intro-execution-role.html`,
      },
      ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
        caller,
        action,
        resource: stream,
        context: {},
        address: `${LAMBDA}/monitoring-cloudwatchlogs.html`,
      })),
      // X-Ray has no resource for either.
      ...(isTraced(lambda) ? ["xray:PutTraceSegments", "xray:PutTelemetryRecords"] : []).map((action) => ({
        caller,
        action,
        resource: "*",
        context: {},
        address: `${LAMBDA}/services-xray.html`,
      })),
      ...(queue === undefined
        ? []
        : [
            {
              caller,
              action: "sqs:SendMessage",
              resource: queue,
              context: OVER_TLS,
              address: `${LAMBDA}/invocation-async-retain-records.html`,
            },
          ]),
    ];
  });

/** Lambda empties the converter's queue with the converter's role. */
const pollerCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:lambda/eventSourceMapping:EventSourceMapping").flatMap((mapping) => {
    const name = text(mapping, "functionName");
    const lambda = theOne(
      functionsOf(deployed).filter((one) => [text(one, "arn"), text(one, "name")].includes(name)),
      name,
    );
    return ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((action) => ({
      caller: roleOf(lambda),
      action,
      resource: text(mapping, "eventSourceArn"),
      context: OVER_TLS,
      address: `${LAMBDA}/services-sqs-configure.html`,
    }));
  });

/** The scheduler takes its role for its group's schedules, starts functions, and keeps what it could not start. */
const schedulerCalls = (deployed: Deployed): DocumentedCall[] => {
  const groups = ofType(deployed, "aws:scheduler/scheduleGroup:ScheduleGroup");
  return ofType(deployed, "aws:scheduler/schedule:Schedule").flatMap((schedule): DocumentedCall[] => {
    const target = property(schedule, "target") as { arn: string; roleArn: string; deadLetterConfig?: { arn: string } };
    const group = theOne(
      groups.filter((one) => text(one, "name") === text(schedule, "groupName")),
      text(schedule, "groupName"),
    );
    const account = text(group, "arn").split(":")[4]!;
    const queue = target.deadLetterConfig?.arn;
    return [
      {
        caller: "scheduler.amazonaws.com",
        action: "sts:AssumeRole",
        resource: target.roleArn,
        context: { "aws:SourceArn": text(group, "arn"), "aws:SourceAccount": account },
        address: `${SCHEDULER}/cross-service-confused-deputy-prevention.html`,
      },
      {
        caller: target.roleArn,
        action: target.arn.includes(":stateMachine:") ? "states:StartExecution" : "lambda:InvokeFunction",
        resource: target.arn,
        context: {},
        address: `${SCHEDULER}/setting-up.html`,
      },
      ...(queue === undefined
        ? []
        : [
            {
              caller: target.roleArn,
              action: "sqs:SendMessage",
              resource: queue,
              context: OVER_TLS,
              address: `${SCHEDULER}/configuring-schedule-dlq.html`,
            },
          ]),
    ];
  });
};

/** EventBridge keeps what a rule's target did not take. */
const ruleCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:cloudwatch/eventTarget:EventTarget").flatMap((target) => {
    const queue = deadLetterArn(target.outputs["deadLetterConfig"] ?? target.inputs["deadLetterConfig"], "arn");
    const rule = theOne(
      ofType(deployed, "aws:cloudwatch/eventRule:EventRule").filter(
        (one) => text(one, "name") === text(target, "rule"),
      ),
      text(target, "rule"),
    );
    return queue === undefined
      ? []
      : [
          {
            caller: "events.amazonaws.com",
            action: "sqs:SendMessage",
            resource: queue,
            context: { ...OVER_TLS, "aws:SourceArn": text(rule, "arn") },
            address: `${EVENTBRIDGE}/eb-rule-dlq.html`,
          },
        ];
  });

/** An alarm publishes to a topic of the stack, and has its message encrypted with the topic's key. */
const alarmCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:sns/topic:Topic").flatMap((topic) => {
    const [alarm] = ofType(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm");
    const account = text(topic, "arn").split(":")[4]!;
    const context = { "aws:SourceAccount": account, "aws:SourceArn": text(alarm!, "arn") };
    const on = (action: string, resource: string, more: Call["context"], address: string): DocumentedCall => ({
      caller: "cloudwatch.amazonaws.com",
      action,
      resource,
      context: { ...context, ...more },
      address,
    });
    const key = text(topic, "kmsMasterKeyId");
    return [
      on("sns:Publish", text(topic, "arn"), OVER_TLS, `${SNS}/sns-access-policy-use-cases.html`),
      on("kms:Decrypt", key, {}, `${SNS}/sns-key-management.html`),
      on("kms:GenerateDataKey", key, {}, `${SNS}/sns-key-management.html`),
    ];
  });

/** Whoever administers the account can still change a key's policy: else nobody could, ever again. */
const keyCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:kms/key:Key").map((key) => ({
    caller: "administrator",
    action: "kms:PutKeyPolicy",
    resource: text(key, "arn"),
    context: {},
    address: `${KMS}/key-policy-default.html`,
  }));

export const documentedCalls = (deployed: Deployed): DocumentedCall[] => [
  ...lambdaCalls(deployed),
  ...pollerCalls(deployed),
  ...schedulerCalls(deployed),
  ...ruleCalls(deployed),
  ...alarmCalls(deployed),
  ...keyCalls(deployed),
  ...athenaCalls(deployed),
  ...statesCalls(deployed),
];

/** Grants that stay although the reference of AWS's services knows no call for them, with the reason. */
export const KEPT: readonly { readonly grant: RegExp; readonly reason: string; readonly address: string }[] = [
  {
    grant: /^amplify:GenerateAccessLogs on .*:apps\/[^/]+\/accesslogs\/\*$/,
    reason: "the reference names the app; policies that work in public grant the app's access logs instead",
    address: "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsamplify.html",
  },
  {
    grant: /^s3:PutObjectTagging on .*\/access_logs(_compacted)?\/\*$/,
    reason: "the buckets are made with versions; where their owner turns that off, there is none to name",
    address: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html",
  },
];
