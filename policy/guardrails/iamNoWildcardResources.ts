import { covers } from "../documents";
import { RESOURCELESS } from "../resourceless";
import { patterns } from "../settings";
import { statementRule } from "../statementRule";

/** `*`, or an ARN whose resource has nothing before its first wildcard but a kind: `table/*`, `function:*`. S3 has no kinds. */
const isBroad = (resource: string): boolean => {
  if (resource === "*") return true;
  const [, , service, , , ...rest] = resource.split(":");
  return (service === "s3" ? /^[*?]/ : /^([a-z-]+[:/])?[*?]/i).test(rest.join(":"));
};

export const iamNoWildcardResources = statementRule({
  name: "iam-no-wildcard-resources",
  description: "Policies name the resources that they allow, where the action takes one.",
  severity: "high",
  controls: { nag: ["IAM5"], checkov: ["CKV_AWS_355"] },
  remediation: 'Resource: [queue.arn] instead of "*"',
  settings: { resourceless: patterns("More actions that take no resource", []) },
  find: ({ actions, resources, notResources }, { resourceless }) => {
    const needing = actions.filter(
      (action) =>
        !RESOURCELESS.some((pattern) => covers(pattern, action)) &&
        !resourceless.some((pattern) => new RegExp(pattern).test(action)),
    );
    // Without actions it is a NotAction, which leaves nearly all of them.
    if (actions.length > 0 && needing.length === 0) return undefined;
    if (notResources.length > 0)
      return { key: "NotResource", found: JSON.stringify(notResources), wanted: "named resources" };
    const broad = resources.filter(isBroad);
    if (broad.length === 0) return undefined;
    return { key: "Resource", found: JSON.stringify(broad), wanted: `named resources for ${needing.join(", ")}` };
  },
});
