import { resourceRule } from "../rule";
import { at } from "../subject";
import { WORKGROUP } from "../types";

const ENCRYPTION = "configuration.resultConfiguration.encryptionConfiguration";

export const athenaCustomerKey = resourceRule({
  name: "athena-customer-key",
  description: "Query results are encrypted with a key of the customer's.",
  severity: "medium",
  controls: { compliancePolicies: true },
  remediation: 'encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key.arn } in aws.athena.Workgroup',
  onRequest: true,
  types: [WORKGROUP],
  judge: ({ props }, { violation }) => {
    const option = at(props, `${ENCRYPTION}.encryptionOption`);
    if (option !== "SSE_KMS" && option !== "CSE_KMS") violation(`${ENCRYPTION}.encryptionOption`, "SSE_KMS");
    if (at(props, `${ENCRYPTION}.kmsKeyArn`) === undefined) violation(`${ENCRYPTION}.kmsKeyArn`, "the ARN of a key");
  },
});
