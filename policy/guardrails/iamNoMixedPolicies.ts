import { stackRule } from "../rule";
import { listAt, type StackSubject } from "../subject";
import {
  POLICY_ATTACHMENT,
  ROLE,
  ROLE_ATTACHMENT,
  ROLE_ATTACHMENTS_EXCLUSIVE,
  ROLE_POLICIES_EXCLUSIVE,
  ROLE_POLICY,
} from "../types";

/** Property of the role that claims all of a kind, to the types that would be claimed by it. */
const CLAIMS = [
  ["inlinePolicies", [[ROLE_POLICY, "role"]], ROLE_POLICIES_EXCLUSIVE],
  [
    "managedPolicyArns",
    [
      [ROLE_ATTACHMENT, "role"],
      [POLICY_ATTACHMENT, "roles"],
    ],
    ROLE_ATTACHMENTS_EXCLUSIVE,
  ],
] as const;

export const iamNoMixedPolicies = stackRule({
  name: "iam-no-mixed-policies",
  description: "A role's policies are said in one place: in the role, or in resources beside it.",
  severity: "medium",
  controls: { awsGuard: true },
  remediation: "aws.iam.RolePolicy and aws.iam.RolePolicyAttachment alone: the role's own lists would take them away",
  types: [ROLE],
  judge: (role, { violation }, stack) => {
    for (const [claim, others, exclusive] of CLAIMS) {
      if (listAt(role.props, claim).length === 0) continue;
      const beside: StackSubject[] = [
        ...others.flatMap(([type, path]) => stack.referring([type], path, role)),
        ...stack.referring([exclusive], "roleName", role),
      ];
      if (beside.length === 0) continue;
      violation(claim, `absent, since ${beside.map(({ name }) => name).join(", ")} says the same thing`);
    }
  },
});
