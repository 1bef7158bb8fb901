import { stackRule } from "../rule";
import { at, listAt } from "../subject";
import { BUCKET_ACLS, BUCKET_OWNERSHIP, BUCKETS } from "../types";

export const s3NoAcls = stackRule({
  name: "s3-no-acls",
  description: "Buckets have no access control lists: policies alone decide.",
  severity: "medium",
  controls: {
    fsbp: ["S3.12", "S3.2", "S3.3"],
    checkov: ["CKV_AWS_20", "CKV_AWS_57", "CKV2_AWS_65"],
    compliancePolicies: true,
  },
  remediation:
    'new aws.s3.BucketOwnershipControls(name, { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }), and neither acl nor aws.s3.BucketAcl',
  types: BUCKETS,
  judge: (bucket, { violation, each }, stack) => {
    const acl = at(bucket.props, "acl");
    // The provider's own default, and the one that gives nobody anything.
    if (acl !== undefined && acl !== "private") violation("acl", "absent");
    if (listAt(bucket.props, "grants").length > 0) violation("grants", "absent");
    each(stack.referring(BUCKET_ACLS, "bucket", bucket), (on) => {
      if (at(on.props, "acl") !== "private") violation("acl", "absent", { on });
      if (at(on.props, "accessControlPolicy") !== undefined) violation("accessControlPolicy", "absent", { on });
    });
    const owners = stack.referring(BUCKET_OWNERSHIP, "bucket", bucket);
    if (owners.length === 0) violation("ownershipControls", "BucketOwnerEnforced", { found: "absent" });
    each(owners, (on) => {
      const path = "rule.objectOwnership";
      if (at(on.props, path) !== "BucketOwnerEnforced") violation(path, "BucketOwnerEnforced", { on });
    });
  },
});
