import { encryptionDefaults, encryptionRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { texts } from "../settings";
import { at, joinPath } from "../subject";
import { BUCKETS } from "../types";

const ALGORITHMS = ["AES256", "aws:kms", "aws:kms:dsse"];

export const s3Encryption = stackRule({
  name: "s3-encryption",
  description: "Buckets say how their objects are encrypted at rest.",
  severity: "high",
  controls: { checkov: ["CKV_AWS_19"], compliancePolicies: true },
  remediation:
    'new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket: bucket.bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] })',
  settings: { algorithms: texts("Algorithms that count as encrypted", ALGORITHMS, ALGORITHMS) },
  types: BUCKETS,
  judge: (bucket, { settings, violation }, stack) => {
    const wanted = `one of ${settings.algorithms.join(", ")}`;
    const defaults = encryptionDefaults(encryptionRules(bucket, stack));
    if (defaults.length === 0) violation("serverSideEncryptionConfiguration", wanted, { found: "absent" });
    for (const { on, path } of defaults) {
      const algorithm = joinPath(path, "sseAlgorithm");
      if (!settings.algorithms.includes(String(at(on.props, algorithm)))) violation(algorithm, wanted, { on });
    }
  },
});
