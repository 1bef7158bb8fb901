import { isOn, isTlsOnly, statementsAt } from "../documents";
import { stackRule } from "../rule";
import { knownAt } from "../subject";
import { QUEUE, QUEUE_POLICY } from "../types";

export const sqsTlsOnly = stackRule({
  name: "sqs-tls-only",
  description: "Queues refuse requests that do not come over TLS.",
  severity: "medium",
  controls: { nag: ["SQS4"] },
  remediation:
    'new aws.sqs.QueuePolicy with { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: queueArn, Condition: { Bool: { "aws:SecureTransport": "false" } } }',
  types: [QUEUE],
  judge: (queue, { violation }, stack) => {
    const holders = [queue, ...stack.referring([QUEUE_POLICY], "queueUrl", queue)];
    const statements = holders.flatMap((holder) => statementsAt(holder, "policy"));
    const arn = knownAt(queue.outputs, "arn");
    if (statements.some((statement) => isTlsOnly(statement, ["sqs:*"]) && isOn(statement, arn))) return;
    violation("policy", "a statement that denies sqs:* to everybody when aws:SecureTransport is false", {
      on: holders.at(-1)!,
    });
  },
});
