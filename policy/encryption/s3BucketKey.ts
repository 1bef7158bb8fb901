import { encryptionDefaults, encryptionRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { at, joinPath } from "../subject";
import { BUCKETS } from "../types";

export const s3BucketKey = stackRule({
  name: "s3-bucket-key",
  description: "Buckets that use KMS ask it once for many objects.",
  severity: "low",
  controls: { compliancePolicies: true },
  remediation: "bucketKeyEnabled: true beside applyServerSideEncryptionByDefault",
  types: BUCKETS,
  judge: (bucket, { violation }, stack) => {
    for (const rule of encryptionRules(bucket, stack)) {
      const { on, path } = rule;
      const algorithms = encryptionDefaults([rule]).map((place) => at(on.props, joinPath(place.path, "sseAlgorithm")));
      // A bucket key works with plain KMS encryption alone.
      if (!algorithms.includes("aws:kms")) continue;
      const enabled = joinPath(path, "bucketKeyEnabled");
      if (at(on.props, enabled) !== true) violation(enabled, "true", { on });
    }
  },
});
