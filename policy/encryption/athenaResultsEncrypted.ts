import { resourceRule } from "../rule";
import { texts } from "../settings";
import { at } from "../subject";
import { WORKGROUP } from "../types";

const OPTIONS = ["SSE_S3", "SSE_KMS", "CSE_KMS"];
const PATH = "configuration.resultConfiguration.encryptionConfiguration.encryptionOption";

export const athenaResultsEncrypted = resourceRule({
  name: "athena-results-encrypted",
  description: "Query results are encrypted at rest.",
  severity: "high",
  controls: { fsbp: ["Athena.1"], nag: ["ATH1"], checkov: ["CKV_AWS_159"], compliancePolicies: true },
  remediation:
    'configuration: { resultConfiguration: { encryptionConfiguration: { encryptionOption: "SSE_S3" } } } in aws.athena.Workgroup',
  settings: { options: texts("Encryption options that are allowed", OPTIONS, OPTIONS) },
  types: [WORKGROUP],
  // Athena keeps such results itself, always encrypted.
  notApplicable: ({ props }) =>
    at(props, "configuration.managedQueryResultsConfiguration.enabled") === true
      ? "Athena holds the results itself"
      : undefined,
  judge: ({ props }, { settings, violation }) => {
    if (!settings.options.includes(String(at(props, PATH)))) violation(PATH, `one of ${settings.options.join(", ")}`);
  },
});
