import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import { policyText, tlsOnly } from "./statements";

export interface PrivateBucketArgs {
  readonly bucketName: pulumi.Input<string>;
  readonly tags: Record<string, string>;
  /** Customer key; S3's own where absent. */
  readonly keyArn: pulumi.Input<string> | undefined;
  readonly lifecycle: s3.BucketLifecycleConfigurationArgs["rules"];
  readonly versioned: boolean;
  /** Whether destroying it takes its content along. */
  readonly forceDestroy: boolean;
  readonly protect: boolean;
}

export interface BucketWithoutPolicy {
  readonly bucket: s3.Bucket;
  /** S3 refuses two changes of a bucket's access at once: the policy waits for this one. */
  readonly access: s3.BucketPublicAccessBlock;
}

/** As `createPrivateBucket`, where something else writes the policy, which has to refuse plain HTTP. */
export const createBucketWithoutPolicy = (
  name: string,
  args: PrivateBucketArgs,
  parent: pulumi.Resource,
): BucketWithoutPolicy => {
  const { keyArn } = args;
  // Only ever switched on here: false would undo the protection that the caller's own options ask for.
  const protection = args.protect ? { protect: true } : {};
  const bucket = new s3.Bucket(
    name,
    { bucket: args.bucketName, forceDestroy: args.forceDestroy, tags: args.tags },
    { parent, ...protection },
  );
  const of = { parent };
  const access = new s3.BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    of,
  );
  new s3.BucketOwnershipControls(name, { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, of);
  new s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket: bucket.bucket,
      rules: [
        keyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : // One call to KMS for many objects.
            {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
              bucketKeyEnabled: true,
            },
      ],
    },
    of,
  );
  const versioning = new s3.BucketVersioning(
    name,
    { bucket: bucket.bucket, versioningConfiguration: { status: args.versioned ? "Enabled" : "Suspended" } },
    of,
  );
  new s3.BucketLifecycleConfiguration(
    name,
    { bucket: bucket.bucket, rules: args.lifecycle },
    // A rule for old versions needs versioning to be on.
    { parent, dependsOn: [versioning] },
  );
  return { bucket, access };
};

/** A bucket that nobody reads from outside, whose content is encrypted, moves over TLS only and expires by rule. */
export const createPrivateBucket = (name: string, args: PrivateBucketArgs, parent: pulumi.Resource): s3.Bucket => {
  const { bucket, access } = createBucketWithoutPolicy(name, args, parent);
  new s3.BucketPolicy(
    name,
    { bucket: bucket.bucket, policy: bucket.arn.apply((arn) => policyText([tlsOnly([arn, `${arn}/*`], "s3:*")])) },
    { parent, dependsOn: [access] },
  );
  return bucket;
};
