import { stackRule } from "../rule";
import { at } from "../subject";
import { CATALOG_DATABASE, CATALOG_ENCRYPTION } from "../types";

const AT_REST = "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode";
const PASSWORDS = "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted";

export const glueCatalogEncryption = stackRule({
  name: "glue-catalog-encryption",
  description: "The catalogue of a database is encrypted, and so are its connections' passwords.",
  severity: "medium",
  controls: { checkov: ["CKV_AWS_94"] },
  remediation:
    'new aws.glue.DataCatalogEncryptionSettings(name, { dataCatalogEncryptionSettings: { encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: key.arn }, connectionPasswordEncryption: { returnConnectionPasswordEncrypted: true, awsKmsKeyId: key.arn } } })',
  // One setting for the whole account: it belongs to whoever owns that.
  onRequest: true,
  types: [CATALOG_DATABASE],
  judge: (database, { violation, each }, stack) => {
    const holders = stack
      .ofTypes([CATALOG_ENCRYPTION])
      .filter((holder) => at(holder.props, "catalogId") === at(database.props, "catalogId"));
    if (holders.length === 0) {
      violation("dataCatalogEncryptionSettings", "an aws.glue.DataCatalogEncryptionSettings", { found: "absent" });
    }
    each(holders, (on) => {
      const mode = at(on.props, AT_REST);
      if (mode !== "SSE-KMS" && mode !== "SSE-KMS-WITH-SERVICE-ROLE") violation(AT_REST, "SSE-KMS", { on });
      if (at(on.props, PASSWORDS) !== true) violation(PASSWORDS, "true", { on });
    });
  },
});
