import { stackRule } from "../rule";
import { at } from "../subject";
import { ACCOUNT_ACCESS_BLOCKS, BUCKETS, PUBLIC_ACCESS_BLOCKS } from "../types";

const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const s3PublicAccessBlock = stackRule({
  name: "s3-public-access-block",
  description: "Buckets block public access in all four ways.",
  severity: "critical",
  controls: {
    fsbp: ["S3.8", "S3.1"],
    cis: ["2.1.4"],
    nag: ["S2"],
    checkov: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"],
  },
  remediation:
    "new aws.s3.BucketPublicAccessBlock(name, { bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true })",
  types: BUCKETS,
  judge: (bucket, { violation, each }, stack) => {
    // The account's own block holds for all of its buckets.
    const blocks = [
      ...stack.referring(PUBLIC_ACCESS_BLOCKS, "bucket", bucket),
      ...stack.ofTypes(ACCOUNT_ACCESS_BLOCKS),
    ];
    if (blocks.length === 0) violation("publicAccessBlock", "all four flags true", { found: "absent" });
    each(blocks.length === 0 ? [] : FLAGS, (flag) => {
      if (!blocks.some((block) => at(block.props, flag) === true)) violation(flag, "true", { on: blocks[0]! });
    });
  },
});
