import { statementsAt } from "../documents";
import { stackRule } from "../rule";
import { knownAt, type Stack, type StackSubject } from "../subject";
import {
  BUCKETS,
  COMPOSITE_ALARM,
  DASHBOARD,
  EVENT_RULE,
  FUNCTION,
  FUNCTION_ASYNC,
  GLUE_SECURITY,
  INLINE_POLICIES,
  KEY,
  KEY_ALIAS,
  KEY_POLICY,
  LOG_GROUP,
  METRIC_ALARM,
  METRIC_FILTER,
  POLICY,
  POLICY_ATTACHMENT,
  QUEUE,
  QUEUE_POLICY,
  ROLE,
  ROLE_ATTACHMENT,
  ROLE_ATTACHMENTS_EXCLUSIVE,
  ROLE_POLICIES_EXCLUSIVE,
  TOPIC,
  TOPIC_POLICY,
  TOPIC_SUBSCRIPTION,
} from "../types";

const WATCHING = [METRIC_ALARM, COMPOSITE_ALARM, METRIC_FILTER, DASHBOARD];

/** Kind to those that only describe or watch it: being mentioned by them is no use. A state machine is started by people too. */
const SATELLITES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(BUCKETS.map((type) => [type, WATCHING])),
  [FUNCTION]: [...WATCHING, FUNCTION_ASYNC, LOG_GROUP, POLICY, ROLE, ...INLINE_POLICIES],
  [QUEUE]: [...WATCHING, QUEUE_POLICY],
  [TOPIC]: [DASHBOARD, TOPIC_POLICY, TOPIC_SUBSCRIPTION],
  [ROLE]: [...INLINE_POLICIES, ROLE_ATTACHMENT, ROLE_ATTACHMENTS_EXCLUSIVE, ROLE_POLICIES_EXCLUSIVE, POLICY_ATTACHMENT],
  [POLICY]: [],
  [KEY]: [KEY_ALIAS, KEY_POLICY],
  // Its matches are a metric: an alarm on that is what the rule is there for, as a target would be.
  [EVENT_RULE]: [DASHBOARD],
  [LOG_GROUP]: [METRIC_FILTER, DASHBOARD],
  [GLUE_SECURITY]: [],
};

/** The bucket's own settings are resources beside it, of types that begin with its own. */
const isSatellite = (subject: StackSubject, { type }: StackSubject): boolean =>
  SATELLITES[subject.type]!.includes(type) || (BUCKETS.includes(subject.type) && type.startsWith("aws:s3/bucket"));

const isUsed = (subject: StackSubject, stack: Stack): boolean =>
  stack.subjects.some(
    (other) => other.urn !== subject.urn && !isSatellite(subject, other) && stack.mentions(other, subject),
  );

/** An alias is another name of the key: who uses it uses the key. */
const isUsedByAlias = (key: StackSubject, stack: Stack): boolean =>
  stack.referring([KEY_ALIAS], "targetKeyId", key).some((alias) => isUsed({ ...alias, type: KEY }, stack));

/** A role that people or another account take is where they come in; nothing here has to use it. */
const isEntrance = (role: StackSubject): boolean =>
  statementsAt(role, "assumeRolePolicy").some(({ principals }) =>
    Object.keys(principals).some((kind) => kind !== "Service"),
  );

const functionName = (fn: StackSubject): string => {
  const name = knownAt(fn.outputs, "name");
  return typeof name === "string" ? name : "";
};

/** Lambda finds the group by the function's name. */
const isLogOfFunction = (group: StackSubject, stack: Stack): boolean =>
  stack.ofTypes([FUNCTION]).some((fn) => knownAt(group.props, "name") === `/aws/lambda/${functionName(fn)}`);

export const nothingUnreachable = stackRule({
  name: "nothing-unreachable",
  description: "Everything in the stack is used by something.",
  severity: "low",
  controls: {},
  remediation: "use the resource where it was meant to be, or remove it from the program",
  types: Object.keys(SATELLITES),
  notApplicable: (subject) =>
    subject.type === ROLE && isEntrance(subject) ? "Somebody outside of the stack takes the role" : undefined,
  judge: (subject, { violation }, stack) => {
    if (isUsed(subject, stack)) return;
    if (subject.type === KEY && isUsedByAlias(subject, stack)) return;
    if (subject.type === LOG_GROUP && isLogOfFunction(subject, stack)) return;
    violation("name", "something in the stack that uses it", { found: "used by nothing" });
  },
});
