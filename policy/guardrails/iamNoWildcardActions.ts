import { patterns } from "../settings";
import { statementRule } from "../statementRule";

export const iamNoWildcardActions = statementRule({
  name: "iam-no-wildcard-actions",
  description: "Policies name the actions that they allow.",
  severity: "high",
  controls: { fsbp: ["IAM.21"], nag: ["IAM5"], checkov: ["CKV_AWS_63", "CKV_AWS_289", "CKV_AWS_290"] },
  remediation: 'Action: ["s3:GetObject", "s3:PutObject"] instead of "s3:*"',
  settings: { allowed: patterns("Actions with a wildcard that are allowed all the same", []) },
  find: ({ actions, notActions }, { allowed }) => {
    if (notActions.length > 0) return { key: "NotAction", found: JSON.stringify(notActions), wanted: "named actions" };
    const wide = actions.filter(
      (action) => /[*?]/.test(action) && !allowed.some((pattern) => new RegExp(pattern).test(action)),
    );
    return wide.length === 0 ? undefined : { key: "Action", found: JSON.stringify(wide), wanted: "named actions" };
  },
});
