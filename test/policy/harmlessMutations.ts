/** Mutations that no rule has to flag, each with its reason. */
import type { CapturedResource } from "../../src/judge/captured";
import { KINDS, type Kind, type Mutation } from "./mutations";

interface Harmless {
  /** Expression on `TYPE path`, without indices, and with the effect of a statement: `aws:sqs/queue:Queue policy.Statement.Action Deny`. */
  readonly what: RegExp;
  /** On the path with its indices, where they matter: `metricQueries.1.metric`. */
  readonly at?: RegExp;
  readonly kinds: readonly Kind[];
  readonly reason: string;
}

const ALL = KINDS;
const POLICIES = "aws:(iam/(rolePolicy|policy|role)|sqs/queuePolicy|sns/topicPolicy|s3/bucketPolicy|kms/key):\\w+";
const DOCUMENT = "(policy|assumeRolePolicy)\\.Statement";
const inPolicies = (rest: string): RegExp => new RegExp(`^${POLICIES} ${DOCUMENT}${rest}$`);

const HARMLESS: readonly Harmless[] = [
  { what: inPolicies("( Allow|\\.Effect Allow)"), kinds: ["removed", "negated"], reason: "It takes a right away" },
  {
    what: inPolicies("\\.Principal Allow"),
    kinds: ["widened"],
    reason: "The statement's condition still keeps strangers out",
  },
  {
    what: /^aws:iam\/(rolePolicy|policy):\w+ policy\.Statement\.Condition Allow$/,
    kinds: ["removed"],
    reason: "The statement still names its resources",
  },
  {
    what: /^aws:iam\/role:Role assumeRolePolicy\.Statement\.Condition Allow$/,
    kinds: ["removed"],
    reason: "The trust still names one service",
  },
  {
    what: /^aws:(sqs\/queuePolicy|sns\/topicPolicy|kms\/key):\w+ policy\.Statement\.(Action|Resource) Allow$/,
    kinds: ["widened"],
    reason: "A resource's own policy reaches no further than it, and to those alone that it names",
  },
  {
    what: /^aws:iam\/role:Role assumeRolePolicy\.Statement\.Action Allow$/,
    kinds: ["widened"],
    reason: "A trust is on its principals; other actions do nothing in it",
  },
  { what: / tags\.(Project|Owner|CostCenter)$/, kinds: ["negated", "widened"], reason: "Such a tag is free text" },
  {
    what: /^aws:lambda\/function:Function environment(\.variables(\.\w+)?)?$/,
    kinds: ["removed", "widened"],
    reason: "A variable only must not hold a secret",
  },
  {
    what: /^aws:cloudwatch\/metricAlarm:MetricAlarm metricQueries(\.metric(\.dimensions(\.StateMachineArn)?)?)?$/,
    at: /^metricQueries\.[1-9]/,
    kinds: ALL,
    reason: "The alarm's first metric is the one of the function's failures",
  },
  {
    what: /^aws:cloudwatch\/metricAlarm:MetricAlarm dimensions(\.FunctionName)?$/,
    kinds: ["removed"],
    reason: "Without dimensions the alarm is on the errors of all functions",
  },
  {
    what: /^aws:glue\/catalogTable:CatalogTable tableType$/,
    kinds: ALL,
    reason: "A table is judged whatever its type, but for a view",
  },
  {
    what: /^aws:glue\/catalogTable:CatalogTable storageDescriptor(\.location)?$/,
    kinds: ["removed"],
    reason: "A table without a location has no files",
  },
  {
    what: /^aws:(scheduler\/schedule:Schedule target|cloudwatch\/eventTarget:EventTarget|sns\/topicSubscription:TopicSubscription)( |\.)?(arn|endpoint)$/,
    kinds: ALL,
    reason: "What it starts is started by something else, too, or by people",
  },
  {
    what: /^aws:scheduler\/schedule:Schedule scheduleExpression$/,
    kinds: ALL,
    reason: "Each fetcher has two schedules",
  },
  {
    what: /^aws:scheduler\/schedule:Schedule groupName$/,
    kinds: ALL,
    reason: "It only tells schedules of one name apart",
  },
  {
    what: /(deadLetterConfig\.(arn|targetArn)|loggingConfiguration\.logDestination|kmsMasterKeyId)$/,
    kinds: ["negated", "widened"],
    reason: "AWS refuses what is no ARN there; a key elsewhere is its own stack's business",
  },
  {
    what: /^aws:iam\/rolePolicyAttachment:RolePolicyAttachment policyArn$/,
    kinds: ALL,
    reason: "None of AWS's broad policies; AWS refuses what is no ARN",
  },
  {
    what: /(retentionInDays|\.days|\.noncurrentDays|daysAfterInitiation)$/,
    kinds: ["negated", "widened"],
    reason: "A number that AWS refuses, or a time that no rule limits",
  },
  {
    what: /^aws:cloudwatch\/logGroup:LogGroup name$/,
    kinds: ALL,
    reason: "The function's logging follows the group by its reference",
  },
  {
    what: /^aws:lambda\/function:Function loggingConfig(\.logGroup)?$/,
    kinds: ["removed"],
    reason: "The group has the name that Lambda looks for",
  },
  {
    what: /^aws:s3\/bucketLifecycleConfiguration:\w+ rules(\.(status|expiration(\.days)?|noncurrentVersionExpiration(\.noncurrentDays)?))?$/,
    kinds: ALL,
    reason: "Another enabled rule of the bucket does what is asked for",
  },
];

export const REASONS: readonly string[] = HARMLESS.map(({ reason }) => reason);

/** Why the mutation may pass; undefined where it may not. */
export const reasonFor = ({ type }: CapturedResource, { kind, path, effect }: Mutation): string | undefined => {
  const place = path.filter((key) => !/^\d+$/.test(key)).join(".");
  const text = [type, place, ...(effect === undefined ? [] : [effect])].join(" ");
  return HARMLESS.find(
    ({ what, at, kinds }) => kinds.includes(kind) && what.test(text) && (at?.test(path.join(".")) ?? true),
  )?.reason;
};
