import { encryptionDefaults, encryptionRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { at, joinPath } from "../subject";
import { BUCKETS } from "../types";

export const s3CustomerKey = stackRule({
  name: "s3-customer-key",
  description: "Buckets are encrypted with a key of the customer's.",
  severity: "medium",
  controls: { fsbp: ["S3.17"], hipaa: ["S3DefaultEncryptionKMS"], checkov: ["CKV_AWS_145"], compliancePolicies: true },
  remediation:
    'applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } in the bucket\'s encryption rule',
  onRequest: true,
  types: BUCKETS,
  judge: (bucket, { violation }, stack) => {
    const defaults = encryptionDefaults(encryptionRules(bucket, stack));
    if (defaults.length === 0) violation("serverSideEncryptionConfiguration", "a customer key", { found: "absent" });
    for (const { on, path } of defaults) {
      const algorithm = joinPath(path, "sseAlgorithm");
      if (!["aws:kms", "aws:kms:dsse"].includes(String(at(on.props, algorithm))))
        violation(algorithm, "aws:kms", { on });
      const key = joinPath(path, "kmsMasterKeyId");
      // Without a key of its own, aws:kms takes the one that AWS manages.
      const id = at(on.props, key);
      if (typeof id !== "string" || id.includes("alias/aws/")) violation(key, "the ARN of a customer key", { on });
    }
  },
});
