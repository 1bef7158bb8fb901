import { resourceRule } from "../rule";
import { patterns } from "../settings";
import { at, itemPaths } from "../subject";
import { ATTACHMENTS, ROLE, ROLE_ATTACHMENTS_EXCLUSIVE } from "../types";

/** AWS's own policies that reach over a whole service, or all of them. */
const BROAD = [
  "FullAccess",
  "AdministratorAccess",
  "PowerUserAccess",
  "ReadOnlyAccess$",
  "/SystemAdministrator$",
  "/DatabaseAdministrator$",
  "/NetworkAdministrator$",
  "AWSLambda_ReadOnlyAccess$",
  "AWSLambdaExecute$",
];

const PATHS: Readonly<Record<string, string>> = {
  [ROLE]: "managedPolicyArns",
  [ROLE_ATTACHMENTS_EXCLUSIVE]: "policyArns",
};

export const iamNoBroadManagedPolicy = resourceRule({
  name: "iam-no-broad-managed-policy",
  description: "Nobody gets a policy of AWS's that reaches over a whole service.",
  severity: "high",
  controls: { fsbp: ["IAM.1"], nag: ["IAM4"], checkov: ["CKV_AWS_274"] },
  remediation: "an aws.iam.RolePolicy with the actions and resources that are needed, instead of the attachment",
  settings: {
    broad: patterns("ARNs of AWS's own policies that are too broad", BROAD),
    allowed: patterns("ARNs that are allowed all the same", []),
  },
  types: [...ATTACHMENTS, ROLE, ROLE_ATTACHMENTS_EXCLUSIVE],
  judge: ({ type, props }, { settings, violation, each }) => {
    const paths = itemPaths(props, PATHS[type] ?? "policyArn");
    each(paths, (path) => {
      const arn = String(at(props, path));
      const matches = (list: readonly string[]): boolean => list.some((pattern) => new RegExp(pattern).test(arn));
      if (!/^arn:[^:]+:iam::aws:policy\//.test(arn) || !matches(settings.broad) || matches(settings.allowed)) return;
      violation(path, "a policy of one's own with the actions that are needed");
    });
  },
});
