import { isOn, isTlsOnly, statementsAt } from "../documents";
import { stackRule } from "../rule";
import { knownAt } from "../subject";
import { TOPIC, TOPIC_POLICY } from "../types";

export const snsTlsOnly = stackRule({
  name: "sns-tls-only",
  description: "Topics refuse to be published to without TLS.",
  severity: "medium",
  controls: { nag: ["SNS3"] },
  remediation:
    'new aws.sns.TopicPolicy with { Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: topicArn, Condition: { Bool: { "aws:SecureTransport": "false" } } }',
  types: [TOPIC],
  judge: (topic, { violation }, stack) => {
    const holders = [topic, ...stack.referring([TOPIC_POLICY], "arn", topic)];
    const statements = holders.flatMap((holder) => statementsAt(holder, "policy"));
    // SNS takes no "sns:*" in a topic's policy.
    const arn = knownAt(topic.outputs, "arn");
    if (statements.some((statement) => isTlsOnly(statement, ["sns:publish"]) && isOn(statement, arn))) return;
    violation("policy", "a statement that denies sns:Publish to everybody when aws:SecureTransport is false", {
      on: holders.at(-1)!,
    });
  },
});
