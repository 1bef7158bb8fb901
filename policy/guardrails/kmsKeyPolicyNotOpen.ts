import { isOpen, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { KEY, KEY_POLICY } from "../types";

export const kmsKeyPolicyNotOpen = resourceRule({
  name: "kms-key-policy-not-open",
  description: "Keys cannot be used by everybody.",
  severity: "critical",
  controls: { fsbp: ["KMS.5"], checkov: ["CKV_AWS_33", "CKV2_AWS_64"] },
  remediation: "Principal: { AWS: `arn:aws:iam::${accountId}:root` } in the key's policy",
  types: [KEY, KEY_POLICY],
  judge: (key, { violation, each }) => {
    each(statementsAt(key, "policy"), (statement) => {
      if (!isOpen(statement)) return;
      violation(`${statement.path}.Principal`, "named principals, or a condition such as kms:CallerAccount", {
        found: JSON.stringify(statement.principals),
      });
    });
  },
});
