import { versioning } from "../bucketSettings";
import { stackRule } from "../rule";
import { at } from "../subject";
import { BUCKETS } from "../types";

export const s3Versioning = stackRule({
  name: "s3-versioning",
  description: "Buckets keep old versions of their objects.",
  severity: "low",
  controls: { fsbp: ["S3.14"], hipaa: ["S3BucketVersioningEnabled"], checkov: ["CKV_AWS_21"] },
  remediation:
    'new aws.s3.BucketVersioning(name, { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } })',
  types: BUCKETS,
  judge: (bucket, { violation, each }, stack) => {
    const places = versioning(bucket, stack);
    if (places.length === 0) violation("versioning", "enabled", { found: "absent" });
    each(places, ({ on, path, wanted }) => {
      if (at(on.props, path) !== wanted) violation(path, JSON.stringify(wanted), { on });
    });
  },
});
