import { resourceRule } from "../rule";
import { at, joinPath } from "../subject";
import { GLUE_SECURITY } from "../types";

/** Part to the property that says its mode, and the modes that encrypt. */
const PARTS = {
  "encryptionConfiguration.cloudwatchEncryption": ["cloudwatchEncryptionMode", ["SSE-KMS"]],
  "encryptionConfiguration.jobBookmarksEncryption": ["jobBookmarksEncryptionMode", ["CSE-KMS"]],
  "encryptionConfiguration.s3Encryption": ["s3EncryptionMode", ["SSE-KMS", "SSE-S3"]],
} as const;

export const glueSecurityEncrypts = resourceRule({
  name: "glue-security-encrypts",
  description: "Glue's security configurations encrypt logs, bookmarks and files.",
  severity: "medium",
  controls: { nag: ["GL1", "GL3"], checkov: ["CKV_AWS_99"] },
  remediation:
    'encryptionConfiguration: { cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: key.arn }, jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: key.arn }, s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn: key.arn } }',
  types: [GLUE_SECURITY],
  judge: ({ props }, { violation, each }) => {
    each(Object.entries(PARTS), ([part, [key, modes]]) => {
      const path = joinPath(part, key);
      const allowed: readonly unknown[] = modes;
      if (!allowed.includes(at(props, path))) violation(path, modes.join(" or "));
    });
  },
});
