import { lifecycleRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { integer } from "../settings";
import { at } from "../subject";
import { BUCKETS } from "../types";

export const s3AbortMultipart = stackRule({
  name: "s3-abort-multipart",
  description: "Buckets do away with uploads that were never finished.",
  severity: "low",
  controls: { checkov: ["CKV_AWS_300"] },
  remediation:
    'rules: [{ id: "uploads", status: "Enabled", filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } }]',
  settings: { maximumDays: integer("Days after which at the latest", 7, 1) },
  types: BUCKETS,
  judge: (bucket, { settings, violation }, stack) => {
    const rules = lifecycleRules(bucket, stack);
    const aborts = rules.some(({ on, switch: state, abort }) => {
      const days = at(on.props, abort);
      return at(on.props, state.path) === state.on && typeof days === "number" && days <= settings.maximumDays;
    });
    if (aborts) return;
    const wanted = `an enabled rule that aborts unfinished uploads within ${settings.maximumDays} days`;
    const [first] = rules;
    if (first === undefined) violation("lifecycleRules", wanted, { found: "absent" });
    else violation("rules", wanted, { on: first.on });
  },
});
