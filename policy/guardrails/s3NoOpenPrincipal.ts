import { isOpen, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { BUCKET_POLICIES, BUCKETS } from "../types";

export const s3NoOpenPrincipal = resourceRule({
  name: "s3-no-open-principal",
  description: "Bucket policies allow nothing to everybody.",
  severity: "critical",
  controls: { fsbp: ["S3.6", "S3.19"], nag: ["S5"], checkov: ["CKV_AWS_70"] },
  remediation:
    'Principal: { AWS: roleArn }, or a Condition such as { StringEquals: { "aws:SourceAccount": accountId } }',
  types: [...BUCKET_POLICIES, ...BUCKETS],
  judge: (subject, { violation, each }) => {
    each(statementsAt(subject, "policy"), (statement) => {
      if (!isOpen(statement)) return;
      violation(`${statement.path}.Principal`, "named principals, or a condition on account, organisation or source", {
        found: JSON.stringify(statement.principals),
      });
    });
  },
});
