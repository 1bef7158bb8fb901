import { lifecycleRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { at } from "../subject";
import { BUCKETS } from "../types";

export const s3LifecycleExpiry = stackRule({
  name: "s3-lifecycle-expiry",
  description: "Buckets have a lifecycle in which objects expire.",
  severity: "low",
  controls: { fsbp: ["S3.13", "S3.10"], checkov: ["CKV2_AWS_61"] },
  remediation:
    'new aws.s3.BucketLifecycleConfiguration(name, { bucket: bucket.bucket, rules: [{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } }] })',
  types: BUCKETS,
  judge: (bucket, { violation }, stack) => {
    const rules = lifecycleRules(bucket, stack);
    const expires = rules.some(
      ({ on, switch: state, expirations }) =>
        at(on.props, state.path) === state.on && expirations.some((path) => at(on.props, path) !== undefined),
    );
    if (expires) return;
    const [first] = rules;
    if (first === undefined) violation("lifecycleRules", "a rule with an expiration", { found: "absent" });
    else violation("rules", "an enabled rule with an expiration", { on: first.on });
  },
});
