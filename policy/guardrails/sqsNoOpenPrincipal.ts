import { isOpen, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { QUEUE, QUEUE_POLICY } from "../types";

export const sqsNoOpenPrincipal = resourceRule({
  name: "sqs-no-open-principal",
  description: "Queue policies allow nothing to everybody.",
  severity: "critical",
  controls: { fsbp: ["SQS.3"], checkov: ["CKV_AWS_72", "CKV_AWS_168"] },
  remediation:
    'Principal: { Service: "events.amazonaws.com" } with Condition: { ArnEquals: { "aws:SourceArn": rule.arn } }',
  types: [QUEUE_POLICY, QUEUE],
  judge: (subject, { violation, each }) => {
    each(statementsAt(subject, "policy"), (statement) => {
      if (!isOpen(statement)) return;
      violation(`${statement.path}.Principal`, "named principals, or a condition on the source", {
        found: JSON.stringify(statement.principals),
      });
    });
  },
});
