/** The bucket that a source's logs are delivered to: one that exists, or one that is made. */
import * as pulumi from "@pulumi/pulumi";
import { BucketNotification, BucketPolicy } from "@pulumi/aws/s3";
import type { RoleName } from "../src/model/names";
import type { SourceBucketArgs } from "./sourceArguments";
import { createBucketWithoutPolicy } from "./bucket";
import type { SourceContext } from "./context";
import { sourceLifecycle } from "./lifecycle";
import { policyText, tlsOnly, type Statement } from "./statements";

export interface SourceBucketSettings {
  /** As it was checked: the prefix is there where it was given. */
  readonly given: SourceBucketArgs | undefined;
  /** The role of a made bucket's name. */
  readonly role: RoleName;
  readonly sourceDays: number;
  readonly protectData: boolean;
  /** Who may deliver to a made bucket, besides what IAM allows. */
  readonly deliverers: (bucketArn: string) => pulumi.Input<Statement[]>;
}

export interface SourceBucket {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Beginning of the keys that are read, with its slash; empty for all. */
  readonly keyPrefix: string;
  /** Customer key of the objects; undefined where S3 holds the keys. */
  readonly keyArn: pulumi.Input<string> | undefined;
  /** What must stand before the first event arrives. */
  readonly notifications: readonly pulumi.Resource[];
}

const notifyEventBridge = (name: string, bucket: pulumi.Input<string>, parent: pulumi.Resource): BucketNotification =>
  new BucketNotification(`${name}-source`, { bucket, eventbridge: true }, { parent });

const makeBucket = (context: SourceContext, settings: SourceBucketSettings): SourceBucket => {
  const { name, labels, account, parent } = context;
  const { bucket, access } = createBucketWithoutPolicy(
    `${name}-source`,
    {
      bucketName: labels.globalName(settings.role, account.id),
      tags: labels.tags,
      // The services that deliver could not use a customer key which does not name them.
      keyArn: undefined,
      lifecycle: sourceLifecycle(settings.sourceDays),
      versioned: true,
      forceDestroy: !settings.protectData,
      protect: settings.protectData,
    },
    parent,
  );
  const policy = bucket.arn.apply((arn) =>
    pulumi
      .output(settings.deliverers(arn))
      .apply((deliverers) => policyText([...deliverers, tlsOnly([arn, `${arn}/*`], "s3:*")])),
  );
  new BucketPolicy(`${name}-source`, { bucket: bucket.bucket, policy }, { parent, dependsOn: [access] });
  return {
    bucketName: bucket.bucket,
    bucketArn: bucket.arn,
    keyPrefix: "",
    keyArn: undefined,
    notifications: [notifyEventBridge(name, bucket.bucket, parent)],
  };
};

/** A bucket that is given keeps its notifications, its policy and its lifecycle, unless it is to be told to report. */
export const sourceBucket = (context: SourceContext, settings: SourceBucketSettings): SourceBucket => {
  const { given } = settings;
  if (given === undefined) return makeBucket(context, settings);
  const { name, account, parent } = context;
  const bucketName = pulumi.output(given.name);
  return {
    bucketName,
    bucketArn: pulumi.interpolate`arn:${account.partition}:s3:::${bucketName}`,
    keyPrefix: given.prefix === undefined ? "" : `${given.prefix}/`,
    keyArn: given.kmsKeyArn,
    notifications: given.notifies === true ? [notifyEventBridge(name, given.name, parent)] : [],
  };
};
