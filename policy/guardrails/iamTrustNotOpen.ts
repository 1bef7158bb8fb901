import { isNarrowed, isOpen, statementsAt } from "../documents";
import { resourceRule } from "../rule";
import { ROLE } from "../types";

export const iamTrustNotOpen = resourceRule({
  name: "iam-trust-not-open",
  description: "Roles can be taken by those alone that they name.",
  severity: "critical",
  controls: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },
  remediation:
    'Principal: { Service: "lambda.amazonaws.com" }; for federated identities a Condition on the provider\'s sub and aud',
  types: [ROLE],
  judge: (role, { violation, each }) => {
    each(statementsAt(role, "assumeRolePolicy"), (statement) => {
      const path = `${statement.path}.Principal`;
      const found = JSON.stringify(statement.principals);
      if (isOpen(statement)) violation(path, "named principals, or a condition that narrows them", { found });
      // Whoever has an account with the identity provider.
      const federated = (statement.principals["Federated"] ?? []).some((id) => !id.includes(":saml-provider/"));
      if (federated && statement.effect === "Allow" && !isNarrowed(statement))
        violation(`${statement.path}.Condition`, "a condition on the provider's sub or aud", { found: "absent" });
    });
  },
});
