import { resourceRule } from "../rule";
import { at } from "../subject";
import { KEY } from "../types";

/** KMS rotates only symmetric keys for encryption whose material it made itself. */
const isRotatable = (spec: unknown, usage: unknown): boolean =>
  (spec === undefined || spec === "SYMMETRIC_DEFAULT") && (usage === undefined || usage === "ENCRYPT_DECRYPT");

export const kmsKeyRotation = resourceRule({
  name: "kms-key-rotation",
  description: "Customer keys rotate.",
  severity: "medium",
  controls: {
    fsbp: ["KMS.4"],
    cis: ["3.6"],
    nag: ["KMS5"],
    checkov: ["CKV_AWS_7"],
    compliancePolicies: true,
    awsGuard: true,
  },
  remediation: "new aws.kms.Key(name, { enableKeyRotation: true })",
  types: [KEY],
  notApplicable: ({ props }) => {
    if (at(props, "customKeyStoreId") !== undefined) return "A key store of the customer's own does not rotate";
    return isRotatable(at(props, "customerMasterKeySpec"), at(props, "keyUsage"))
      ? undefined
      : "KMS rotates symmetric keys for encryption alone";
  },
  judge: ({ props }, { violation }) => {
    if (at(props, "enableKeyRotation") !== true) violation("enableKeyRotation", "true");
  },
});
