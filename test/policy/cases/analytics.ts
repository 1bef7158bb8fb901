import { ABSENT, all, set } from "../changes";
import { broken, changed, missing, onStorage, unknown, type RuleCases } from "./cases";

const RESULTS = "configuration.resultConfiguration.encryptionConfiguration";
const CATALOG = "dataCatalogEncryptionSettings";

export const ANALYTICS_CASES: Readonly<Record<string, RuleCases>> = {
  "kms-key-rotation": onStorage({
    breaks: [broken("key", "enableKeyRotation", [ABSENT, false, "yes"])],
    unknowns: [unknown("key", "enableKeyRotation")],
    notFor: [
      { title: "a key that signs", change: set("key", "keyUsage", "SIGN_VERIFY"), resource: "key" },
      { title: "an asymmetric key", change: set("key", "customerMasterKeySpec", "RSA_2048"), resource: "key" },
      { title: "a key of one's own store", change: set("key", "customKeyStoreId", "cks-1"), resource: "key" },
    ],
  }),
  "athena-results-encrypted": onStorage({
    breaks: [
      broken("workgroup", `${RESULTS}.encryptionOption`, [ABSENT, false, "NONE"]),
      broken("workgroup", "configuration.resultConfiguration", [ABSENT], {
        places: [`workgroup:${RESULTS}.encryptionOption`],
      }),
      broken("workgroup", "configuration", [ABSENT], { places: [`workgroup:${RESULTS}.encryptionOption`] }),
      broken("workgroup", `${RESULTS}.encryptionOption`, ["SSE_S3"], { settings: { options: ["SSE_KMS"] } }),
    ],
    unknowns: [unknown("workgroup", `${RESULTS}.encryptionOption`)],
    notFor: [
      {
        title: "results that Athena keeps",
        change: set("workgroup", "configuration.managedQueryResultsConfiguration", { enabled: true }),
        resource: "workgroup",
      },
    ],
  }),
  "athena-customer-key": onStorage({
    breaks: [
      broken("workgroup", `${RESULTS}.encryptionOption`, [ABSENT, "SSE_S3"]),
      broken("workgroup", `${RESULTS}.kmsKeyArn`, [ABSENT]),
    ],
    unknowns: [unknown("workgroup", `${RESULTS}.encryptionOption`, `${RESULTS}.kmsKeyArn`)],
  }),
  "athena-enforced": onStorage({
    breaks: [broken("workgroup", "configuration.enforceWorkgroupConfiguration", [ABSENT, false])],
    unknowns: [unknown("workgroup", "configuration.enforceWorkgroupConfiguration")],
  }),
  "athena-scan-limit": onStorage({
    breaks: [
      broken("workgroup", "configuration.bytesScannedCutoffPerQuery", [ABSENT, 0, -1, 10_000_000_000_001, "much"]),
      broken("workgroup", "configuration.bytesScannedCutoffPerQuery", [2_000_000_000], {
        settings: { maximumGigabytes: 1 },
      }),
    ],
    unknowns: [unknown("workgroup", "configuration.bytesScannedCutoffPerQuery")],
  }),
  "athena-metrics": onStorage({
    breaks: [broken("workgroup", "configuration.publishCloudwatchMetricsEnabled", [ABSENT, false])],
    unknowns: [unknown("workgroup", "configuration.publishCloudwatchMetricsEnabled")],
  }),
  "glue-crawler-security": onStorage({
    breaks: [broken("crawler", "securityConfiguration", [ABSENT, ""])],
    unknowns: [unknown("crawler", "securityConfiguration")],
  }),
  "glue-security-encrypts": onStorage({
    breaks: [
      broken("security", "encryptionConfiguration.cloudwatchEncryption.cloudwatchEncryptionMode", [ABSENT, "DISABLED"]),
      broken("security", "encryptionConfiguration.jobBookmarksEncryption.jobBookmarksEncryptionMode", [
        ABSENT,
        "DISABLED",
      ]),
      broken("security", "encryptionConfiguration.s3Encryption.s3EncryptionMode", [ABSENT, "DISABLED"]),
    ],
    unknowns: [
      unknown(
        "security",
        "encryptionConfiguration.cloudwatchEncryption.cloudwatchEncryptionMode",
        "encryptionConfiguration.s3Encryption.s3EncryptionMode",
      ),
    ],
  }),
  "glue-catalog-encryption": onStorage({
    breaks: [
      missing(["catalog"], [`database:${CATALOG}`]),
      broken("catalog", `${CATALOG}.encryptionAtRest.catalogEncryptionMode`, [ABSENT, "DISABLED"]),
      broken("catalog", `${CATALOG}.connectionPasswordEncryption.returnConnectionPasswordEncrypted`, [ABSENT, false]),
      broken("catalog", "catalogId", ["999999999999"], { places: [`database:${CATALOG}`] }),
    ],
    unknowns: [
      unknown(
        "catalog",
        `${CATALOG}.encryptionAtRest.catalogEncryptionMode`,
        `${CATALOG}.connectionPasswordEncryption.returnConnectionPasswordEncrypted`,
      ),
    ],
  }),
  "glue-table-encrypted": onStorage({
    breaks: [
      missing(["split-sse"], ["split-table:storageDescriptor.location"]),
      changed(
        "an algorithm that is none",
        set("v2split-sse", "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "none"),
        ["v2split-table:storageDescriptor.location"],
      ),
      broken("inline", "serverSideEncryptionConfiguration", [ABSENT], {
        places: ["inline-table:storageDescriptor.location"],
      }),
      broken("v2-table", "storageDescriptor.location", ["s3://elsewhere/table/", "hdfs://v2/table/"]),
      // At preview the location is unknown; what it was made from is not.
      changed(
        "a bucket without encryption, its name unknown",
        all(
          set("split-sse", "rules", []),
          set("split-table", "storageDescriptor.location", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
        ),
        ["split-table:storageDescriptor.location"],
      ),
    ],
    unknowns: [
      [
        {
          resource: "split-sse",
          path: "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
        },
      ],
    ],
    notFor: [
      {
        title: "views alone",
        change: (resources) => resources.filter(({ name }) => !name.endsWith("-table")),
        resource: "",
      },
    ],
    passes: [
      {
        title: "a bucket elsewhere that is known",
        change: set("v2-table", "storageDescriptor.location", "s3://elsewhere/table/"),
        settings: { otherBuckets: ["^elsewhere$"] },
      },
      {
        title: "a location that is unknown, of a bucket that is encrypted",
        change: set("v2-table", "storageDescriptor.location", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"),
      },
    ],
  }),
};
