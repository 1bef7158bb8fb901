/**
 * A double of @pulumi/awsx's provider: its trail is a component, whose children it registers with the engine as the real one does,
 * with what the real one writes into the bucket's policy. Started by the engine, as `pulumi-resource-awsx`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { main, type ConstructResult, type Provider } from "@pulumi/pulumi/provider";

const TRAIL = "awsx:cloudtrail:Trail";

interface ExistingBucket {
  readonly arn?: pulumi.Input<string>;
  readonly name?: pulumi.Input<string>;
}
interface TrailInputs extends aws.cloudtrail.TrailArgs {
  readonly s3Bucket?: { readonly existing?: ExistingBucket; readonly args?: aws.s3.BucketArgs };
  readonly cloudWatchLogsGroup?: unknown;
}

/** From a name it makes an ARN that is none, and from an ARN the name. */
const identityOf = ({ arn, name }: ExistingBucket): { arn: pulumi.Output<string>; name: pulumi.Output<string> } => {
  if (arn !== undefined) {
    return { arn: pulumi.output(arn), name: pulumi.output(arn).apply((text) => text.split(":").at(-1)!) };
  }
  if (name === undefined) throw new Error("an existing bucket needs an ARN or a name");
  return { arn: pulumi.interpolate`arn:aws:::${name}`, name: pulumi.output(name) };
};

/** Any trail of anybody may write, and plain HTTP is fine: that is what the real one allows. */
const policyOf = (bucketArn: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: (
      [
        ["s3:GetBucketAcl", bucketArn, undefined],
        ["s3:PutObject", `${bucketArn}/*`, { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } }],
      ] as const
    ).map(([Action, Resource, Condition]) => ({
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: [Action],
      Resource: [Resource],
      ...(Condition === undefined ? {} : { Condition }),
    })),
  });

class Trail extends pulumi.ComponentResource {
  public readonly trail: aws.cloudtrail.Trail;

  constructor(name: string, inputs: TrailInputs, opts: pulumi.ComponentResourceOptions) {
    super(TRAIL, name, {}, opts);
    const { s3Bucket, cloudWatchLogsGroup, ...rest } = inputs;
    if (s3Bucket?.existing === undefined || s3Bucket.args !== undefined || cloudWatchLogsGroup !== undefined)
      throw new Error("the double makes trails in a bucket that exists, without a log group");
    const bucket = identityOf(s3Bucket.existing);
    const policy = new aws.s3.BucketPolicy(
      name,
      { bucket: bucket.name, policy: bucket.arn.apply(policyOf) },
      { parent: this },
    );
    this.trail = new aws.cloudtrail.Trail(
      name,
      { ...rest, s3BucketName: bucket.name },
      { parent: this, dependsOn: [policy] },
    );
    this.registerOutputs({ trail: this.trail });
  }
}

class AwsxDouble implements Provider {
  readonly version = "3.9.0";
  readonly schema = JSON.stringify({ name: "awsx", version: this.version });

  construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    if (type !== TRAIL) return Promise.reject(new Error(`the double has no component ${type}`));
    const { urn, trail } = new Trail(name, inputs as unknown as TrailInputs, options);
    return Promise.resolve({ urn, state: { trail } });
  }
}

void main(new AwsxDouble(), process.argv.slice(2));
