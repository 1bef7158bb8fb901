/** Who reads and writes the lake's objects: CloudTrail's data events, in a bucket of their own. */
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type * as cloudtrail from "@pulumi/awsx/cloudtrail";
import { createBucketWithoutPolicy } from "./bucket";
import type { PipelineContext } from "./context";
import { trailLifecycle } from "./lifecycle";
import { policyText, tlsOnly, type Statement } from "./statements";

/** Loaded only here, since it takes long, and programs without a trail need none of it. */
const loadTrail = (): typeof cloudtrail.Trail =>
  (createRequire(__filename)("@pulumi/awsx/cloudtrail") as typeof cloudtrail).Trail;

/** "Amazon S3 bucket policy for CloudTrail", AWS CloudTrail User Guide: the trail alone, not all trails of everybody. */
const trailStatements = (bucketArn: string, accountId: string, trailArn: string): Statement[] => {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const ownTrail = { "aws:SourceArn": trailArn };
  return [
    {
      Sid: "TrailChecksAcl",
      Effect: "Allow",
      Principal,
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: ownTrail },
    },
    {
      Sid: "TrailWrites",
      Effect: "Allow",
      Principal,
      Action: "s3:PutObject",
      Resource: `${bucketArn}/AWSLogs/${accountId}/*`,
      Condition: { StringEquals: { ...ownTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    tlsOnly([bucketArn, `${bucketArn}/*`], "s3:*"),
  ];
};

const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";

/**
 * The component writes a bucket policy of its own, which lets any trail in and plain HTTP too. A bucket has one policy, so that one
 * gets our words.
 */
const withOwnPolicy =
  (policy: pulumi.Output<string>): pulumi.ResourceTransform =>
  ({ type, props, opts }) =>
    type === BUCKET_POLICY ? { props: { ...(props as object), policy }, opts } : undefined;

export interface AuditTrail {
  readonly bucketName: pulumi.Output<string>;
}

/** The trail of what happens to the data bucket's objects, and nothing else. */
export const createTrail = ({ name, settings, labels, account, lake, parent }: PipelineContext): AuditTrail => {
  const trailName = labels.name("trail");
  const { bucket, access } = createBucketWithoutPolicy(
    `${name}-trail`,
    {
      bucketName: labels.globalName("trailBucket", account.id),
      tags: labels.tags,
      // CloudTrail encrypts what it writes with S3's keys; a customer key would have to let CloudTrail in.
      keyArn: undefined,
      lifecycle: trailLifecycle(settings.retention.auditDays),
      versioned: true,
      forceDestroy: !settings.protectData,
      protect: settings.protectData,
    },
    parent,
  );
  const trailArn = pulumi.interpolate`arn:${account.partition}:cloudtrail:${account.region}:${account.id}:trail/${trailName}`;
  const policy = pulumi
    .all([bucket.arn, account.id, trailArn])
    .apply(([arn, id, trail]) => policyText(trailStatements(arn, id, trail)));
  const Trail = loadTrail();
  new Trail(
    `${name}-trail`,
    {
      name: trailName,
      // By its ARN: from a name the component makes a wrong one.
      s3Bucket: { existing: { arn: bucket.arn } },
      advancedEventSelectors: [
        {
          name: "Objects of the data bucket",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWiths: [pulumi.interpolate`${lake.bucketArn}/`] },
          ],
        },
      ],
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      isMultiRegionTrail: false,
      tags: labels.tags,
    },
    { parent, dependsOn: [access], transforms: [withOwnPolicy(policy)] },
  );
  return { bucketName: bucket.bucket };
};
