import { covers, isNarrowed, statementsAt, type PolicyStatement } from "../documents";
import { stackRule } from "../rule";
import { textAt, type Stack, type StackSubject } from "../subject";
import { COMPOSITE_ALARM, KEY, KEY_ALIAS, KEY_POLICY, METRIC_ALARM, TOPIC } from "../types";

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];
const NEEDED = ["kms:Decrypt", "kms:GenerateDataKey"];
const ALARMS = "cloudwatch.amazonaws.com";

const hasAlarms = (topic: StackSubject, stack: Stack): boolean =>
  ACTIONS.some((actions) => stack.referring([METRIC_ALARM, COMPOSITE_ALARM], actions, topic).length > 0);

/** The key in this stack, also through its alias. */
const keyOf = (topic: StackSubject, stack: Stack): StackSubject | undefined => {
  const found = stack.target(topic, "kmsMasterKeyId", [KEY, KEY_ALIAS]);
  return found?.type === KEY_ALIAS ? stack.target(found, "targetKeyId", [KEY]) : found;
};

const letsAlarms = (statement: PolicyStatement, action: string): boolean =>
  statement.effect === "Allow" &&
  (statement.principals["Service"] ?? []).includes(ALARMS) &&
  statement.actions.some((pattern) => covers(pattern, action)) &&
  (Object.keys(statement.conditions).length === 0 || isNarrowed(statement));

export const snsAlarmKey = stackRule({
  name: "sns-alarm-key",
  description: "Topics that alarms publish to have a customer key that lets them.",
  severity: "high",
  controls: {},
  remediation:
    'kmsMasterKeyId: key.arn, where the key\'s policy allows kms:Decrypt and kms:GenerateDataKey* to { Service: "cloudwatch.amazonaws.com" }',
  types: [TOPIC],
  notApplicable: (topic, stack) => (hasAlarms(topic, stack) ? undefined : "No alarm publishes to it"),
  judge: (topic, { violation }, stack) => {
    const key = keyOf(topic, stack);
    if (key === undefined) {
      const id = textAt(topic.props, "kmsMasterKeyId") ?? "";
      // What a key elsewhere allows, its own stack judges.
      if (id !== "" && !id.includes("alias/aws/")) return;
      violation("kmsMasterKeyId", "a customer key: alarms cannot publish with the one that AWS manages");
      return;
    }
    const holders = [key, ...stack.referring([KEY_POLICY], "keyId", key)];
    const statements = holders.flatMap((holder) => statementsAt(holder, "policy"));
    for (const action of NEEDED) {
      if (statements.some((statement) => letsAlarms(statement, action))) continue;
      violation("policy", `a statement that allows ${action} to ${ALARMS}`, { on: holders.at(-1)! });
    }
  },
});
