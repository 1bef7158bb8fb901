import { isOpen, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { TOPIC, TOPIC_POLICY } from "../types";

export const snsNoOpenPrincipal = resourceRule({
  name: "sns-no-open-principal",
  description: "Topic policies allow nothing to everybody.",
  severity: "critical",
  controls: { fsbp: ["SNS.4"], checkov: ["CKV_AWS_169"] },
  remediation:
    'Principal: { Service: "cloudwatch.amazonaws.com" } with Condition: { StringEquals: { "aws:SourceAccount": accountId } }',
  types: [TOPIC_POLICY, TOPIC],
  judge: (subject, { violation, each }) => {
    each(statementsAt(subject, "policy"), (statement) => {
      if (!isOpen(statement)) return;
      violation(`${statement.path}.Principal`, "named principals, or a condition on the source", {
        found: JSON.stringify(statement.principals),
      });
    });
  },
});
