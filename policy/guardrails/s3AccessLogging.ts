import { loggingTargets } from "../bucketSettings";
import { stackRule } from "../rule";
import { at, type Stack, type StackSubject } from "../subject";
import { BUCKET_LOGGINGS, BUCKETS } from "../types";

/** A bucket of access logs does not log itself: each entry would make another. */
const isTarget = (bucket: StackSubject, stack: Stack): boolean =>
  stack.referring(BUCKET_LOGGINGS, "targetBucket", bucket).length > 0 ||
  stack
    .ofTypes(BUCKETS)
    .some((other) =>
      ["logging.targetBucket", "loggings[0].targetBucket"].some(
        (path) => other !== bucket && stack.refersTo(other, path, bucket),
      ),
    );

export const s3AccessLogging = stackRule({
  name: "s3-access-logging",
  description: "Buckets log who reads and writes them.",
  severity: "medium",
  controls: { fsbp: ["S3.9"], cis: ["3.4"], nag: ["S1"], checkov: ["CKV_AWS_18"], awsGuard: true },
  remediation:
    'new aws.s3.BucketLogging(name, { bucket: bucket.bucket, targetBucket: logs.bucket, targetPrefix: "data/" })',
  onRequest: true,
  types: BUCKETS,
  notApplicable: (bucket, stack) => (isTarget(bucket, stack) ? "It holds the access logs of others" : undefined),
  judge: (bucket, { violation, each }, stack) => {
    const targets = loggingTargets(bucket, stack);
    if (targets.length === 0) violation("logging", "a bucket that access logs go to", { found: "absent" });
    each(targets, ({ on, path }) => {
      const target = at(on.props, path);
      if (target === undefined || target === "") violation(path, "the name of a bucket", { on });
    });
  },
});
