/** An account with a little of everything in it, and inputs that AWS takes: what the refused ones depart from. */
import { Cloud } from "../double/cloud";
import { AwsDouble, type Tables } from "../double/provider";
import type { Values } from "../double/values";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** Pulumi's types, by short names. */
export const SHORT = {
  Crawler: "aws:glue/crawler:Crawler",
  Alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  Alias: "aws:kms/alias:Alias",
  Attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  Bucket: "aws:s3/bucket:Bucket",
  BucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  Dashboard: "aws:cloudwatch/dashboard:Dashboard",
  Database: "aws:glue/catalogDatabase:CatalogDatabase",
  Encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  Filter: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  Function: "aws:lambda/function:Function",
  Group: "aws:scheduler/scheduleGroup:ScheduleGroup",
  Key: "aws:kms/key:Key",
  Lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  LogGroup: "aws:cloudwatch/logGroup:LogGroup",
  Machine: "aws:sfn/stateMachine:StateMachine",
  Mapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  NamedQuery: "aws:athena/namedQuery:NamedQuery",
  Object: "aws:s3/bucketObjectv2:BucketObjectv2",
  Ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  Policy: "aws:iam/policy:Policy",
  Queue: "aws:sqs/queue:Queue",
  QueuePolicy: "aws:sqs/queuePolicy:QueuePolicy",
  Role: "aws:iam/role:Role",
  RolePolicy: "aws:iam/rolePolicy:RolePolicy",
  Rule: "aws:cloudwatch/eventRule:EventRule",
  Schedule: "aws:scheduler/schedule:Schedule",
  Subscription: "aws:sns/topicSubscription:TopicSubscription",
  Security: "aws:glue/securityConfiguration:SecurityConfiguration",
  Table: "aws:glue/catalogTable:CatalogTable",
  Target: "aws:cloudwatch/eventTarget:EventTarget",
  Topic: "aws:sns/topic:Topic",
  TopicPolicy: "aws:sns/topicPolicy:TopicPolicy",
  Trail: "aws:cloudtrail/trail:Trail",
  Versioning: "aws:s3/bucketVersioning:BucketVersioning",
  Workgroup: "aws:athena/workgroup:Workgroup",
} as const satisfies Record<string, string>;

export type Short = keyof typeof SHORT;
/** Type, inputs, and what is said: by the provider at preview, or by AWS when it is made. */
export type Refusal = readonly [Short, Values, RegExp];

export const statement = (more: Values = {}): Values => ({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::data/*",
  ...more,
});
export const policy = (...statements: readonly Values[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const trust = (service: string): string =>
  policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } });
export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
export const archive = (text: string): Values => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  hash: text,
  assets: { "index.js": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash: text, text } },
});

export const fn: Values = {
  name: "worker",
  role: roleArn("runner"),
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: archive("1"),
  timeout: 60,
};
export const schedule: Values = {
  name: "hourly",
  scheduleExpression: "rate(1 hour)",
  flexibleTimeWindow: { mode: "OFF" },
  target: { arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:worker`, roleArn: roleArn("clock") },
};
export const table: Values = {
  name: "rows",
  databaseName: "logs",
  storageDescriptor: { columns: [{ name: "a", type: "int" }], serDeInfo: { name: "x" } },
};
export const alarm: Values = {
  name: "errors",
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  threshold: 0,
  metricName: "Errors",
  namespace: "AWS/Lambda",
  statistic: "Sum",
  period: 300,
};
export const machine: Values = {
  name: "machine",
  roleArn: roleArn("conductor"),
  definition: JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } }),
};
/** A dashboard of one widget. */
export const dashboard = (widget: Values): Values => ({
  dashboardName: "page",
  dashboardBody: JSON.stringify({ widgets: [widget] }),
});
export const graph = (metrics: unknown): Values => ({ type: "metric", properties: { region: REGION, metrics } });
export const rules = (rule: Values): Values => ({
  bucket: "data",
  rules: [{ id: "one", status: "Enabled", filter: { prefix: "" }, ...rule }],
});

/** Something that is there already: what the refused inputs refer to. */
export const SCENE: readonly [Short, Values][] = [
  ["Bucket", { bucket: "data" }],
  ["Role", { name: "runner", assumeRolePolicy: trust("lambda.amazonaws.com") }],
  ["Role", { name: "clock", assumeRolePolicy: trust("scheduler.amazonaws.com") }],
  ["Role", { name: "conductor", assumeRolePolicy: trust("states.amazonaws.com") }],
  [
    "RolePolicy",
    {
      name: "rights",
      role: "runner",
      policy: policy(
        statement({
          Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          Resource: queueArn("work"),
        }),
      ),
    },
  ],
  ["Policy", { name: "shared", policy: policy(statement()) }],
  ["Queue", { name: "work", visibilityTimeoutSeconds: 30 }],
  ["Function", fn],
  ["LogGroup", { name: "/aws/lambda/worker" }],
  ["Database", { name: "logs" }],
  ["Table", table],
  ["Workgroup", { name: "people" }],
  ["Group", { name: "group" }],
  ["Schedule", schedule],
  ["Key", {}],
  ["Topic", { name: "alarms" }],
  ["Machine", machine],
];

export interface Made {
  readonly id: string;
  readonly outputs: Values;
  readonly inputs: Values;
}

export const urnOf = (short: Short, name: string): string => `urn:pulumi:stack::project::${SHORT[short]}::${name}`;

/** As the engine does it: check, then create. @throws what either says */
export const make = (double: AwsDouble, short: Short, inputs: Values, name = "it"): Made => {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
  const checked = double.check(urnOf(short, name), {}, given);
  if (checked.problems.length > 0)
    throw new Error(checked.problems.map(([at, reason]) => `${at}: ${reason}`).join("; "));
  return { ...double.create(urnOf(short, name), checked.inputs, false), inputs: checked.inputs };
};

/** The account, and in it a bucket that belongs to somebody else. */
export const openScene = (folder: string, tables: Tables): AwsDouble => {
  const cloud = new Cloud(folder);
  const double = new AwsDouble(cloud, tables, ACCOUNT, REGION);
  for (const [type, inputs] of SCENE) make(double, type, inputs);
  cloud.put("s3::bucket/somebody-elses", {
    type: SHORT.Bucket,
    id: "somebody-elses",
    inputs: {},
    outputs: { owner: "210987654321" },
  });
  return double;
};
