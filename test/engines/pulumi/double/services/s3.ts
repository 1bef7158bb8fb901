/** S3's buckets and what is set on them. */
import { AwsError } from "../awsError";
import { call, text, type ApiCall, type Change, type ResourceModel } from "../model";
import { checkResourcePolicy } from "../policies";
import { without, type Values } from "../values";

export const bucketKey = (name: string): string => `s3::bucket/${name}`;
export const objectPrefix = (bucket: string): string => `s3::object/${bucket}/`;
const settingPrefix = (bucket: string): string => `s3::setting/${bucket}/`;
export const bucketPolicyKey = (bucket: string): string => `${settingPrefix(bucket)}PutBucketPolicy`;

const NAME =
  /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const bucket: ResourceModel = {
  title: "S3 Bucket",
  nameInput: "bucket",
  forceNew: ["bucket", "bucketPrefix", "objectLockEnabled"],
  identify: (inputs, { region }) => {
    const name = text(inputs["bucket"]);
    return {
      key: bucketKey(name),
      id: name,
      computed: {
        arn: `arn:aws:s3:::${name}`,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        bucketRegion: region,
      },
    };
  },
  calls: [call("s3", "CreateBucket", { forceDestroy: undefined, tags: undefined })],
  plan: ({ bucket: name }) =>
    typeof name === "string" && (!NAME.test(name) || name.includes(".."))
      ? [["bucket", `invalid bucket name (${name}): 3 to 63 of a-z, 0-9, dots and hyphens, no adjacent dots`]]
      : [],
  taken: (_, existing) =>
    existing["owner"] === undefined
      ? new AwsError(
          "BucketAlreadyOwnedByYou",
          "Your previous request to create the named bucket succeeded and you already own it.",
        )
      : new AwsError(
          "BucketAlreadyExists",
          "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
        ),
  release: ({ inputs, cloud }) => {
    const name = text(inputs["bucket"]);
    const objects = cloud.below(objectPrefix(name));
    if (objects.length > 0 && inputs["forceDestroy"] !== true) {
      throw new AwsError(
        "BucketNotEmpty",
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
      );
    }
    for (const [key] of [...objects, ...cloud.below(settingPrefix(name))]) cloud.remove(key);
  },
};

export const object: ResourceModel = {
  title: "S3 Object",
  forceNew: ["bucket", "key"],
  identify: (inputs) => {
    const [bucketName, key] = [text(inputs["bucket"]), text(inputs["key"])];
    return {
      key: `${objectPrefix(bucketName)}${key}`,
      id: `${bucketName}/${key}`,
      computed: { arn: `arn:aws:s3:::${bucketName}/${key}` },
    };
  },
  calls: [call("s3", "PutObject", { content: "body", forceDestroy: undefined, tags: undefined })],
  verify: ({ inputs, cloud }) => {
    if (cloud.get(bucketKey(text(inputs["bucket"]))) === undefined)
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
  },
};

/** One of the settings of a bucket: putting it twice replaces it, without a word. */
const setting = (
  title: string,
  operation: string,
  parameters: (inputs: Values) => Values,
  more: Partial<ResourceModel> = {},
): ResourceModel => ({
  title,
  forceNew: ["bucket", "expectedBucketOwner"],
  identify: (inputs) => {
    const name = text(inputs["bucket"]);
    return { key: `${settingPrefix(name)}${operation}`, id: name, computed: {} };
  },
  calls: [
    {
      service: "s3",
      operation,
      parameters: (inputs) => ({ bucket: inputs["bucket"], ...parameters(inputs) }),
    } satisfies ApiCall,
  ],
  verify: ({ inputs, cloud }) => {
    if (cloud.get(bucketKey(text(inputs["bucket"]))) === undefined)
      throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
  },
  ...more,
});

const needsBucket = (change: Change): void => setting("", "", () => ({})).verify!(change);

const lifecycleRules = ({ inputs }: Change): void => {
  const rules = inputs["rules"] as readonly Values[];
  const malformed = (reason: string): AwsError => new AwsError("InvalidRequest", reason);
  const ids = rules.map((rule) => text(rule["id"]));
  if (new Set(ids).size !== ids.length)
    throw new AwsError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule");
  const actions = [
    "expiration",
    "transitions",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "abortIncompleteMultipartUpload",
  ];
  const malformedXml = new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
  for (const rule of rules) {
    // The provider only warns of it; "Specify Prefix or Filter", PutBucketLifecycleConfiguration.
    if (rule["filter"] === undefined && rule["prefix"] === undefined) throw malformedXml;
    if (!actions.some((action) => rule[action] !== undefined))
      throw malformed("At least one action needs to be specified in a rule");
    if (text(rule["id"]).length > 255)
      throw new AwsError("InvalidArgument", "ID length should not exceed allowed limit of 255");
    const { expiration, filter } = rule as { expiration?: Values; filter?: Values };
    if (expiration !== undefined) {
      if (["days", "date", "expiredObjectDeleteMarker"].filter((key) => expiration[key] !== undefined).length > 1)
        throw malformedXml;
      if (typeof expiration["days"] === "number" && expiration["days"] <= 0)
        throw new AwsError("InvalidArgument", "'Days' for Expiration action must be a positive integer");
      if (expiration["expiredObjectDeleteMarker"] !== undefined && filter?.["tag"] !== undefined)
        throw malformed("ExpiredObjectDeleteMarker cannot be specified with Tags");
    }
    if (rule["abortIncompleteMultipartUpload"] !== undefined && filter?.["tag"] !== undefined)
      throw malformed("AbortIncompleteMultipartUpload cannot be specified with Tags");
  }
};

export const publicAccessBlock = setting("S3 Bucket Public Access Block", "PutPublicAccessBlock", (inputs) => ({
  publicAccessBlockConfiguration: without(inputs, "bucket", "skipDestroy"),
}));
export const ownershipControls = setting("S3 Bucket Ownership Controls", "PutBucketOwnershipControls", ({ rule }) => ({
  ownershipControls: { rules: [rule] },
}));
export const encryption = setting(
  "S3 Bucket Server Side Encryption Configuration",
  "PutBucketEncryption",
  ({ rules }) => ({
    serverSideEncryptionConfiguration: { rules },
  }),
);
export const versioning = setting("S3 Bucket Versioning", "PutBucketVersioning", ({ versioningConfiguration }) => ({
  versioningConfiguration,
}));
export const bucketPolicy = setting("S3 Bucket Policy", "PutBucketPolicy", ({ policy }) => ({ policy }), {
  verify: (change) => {
    needsBucket(change);
    checkResourcePolicy(text(change.inputs["policy"]), 20_480, "s3");
  },
});
export const lifecycle = setting(
  "S3 Bucket Lifecycle Configuration",
  "PutBucketLifecycleConfiguration",
  ({ rules }) => ({
    lifecycleConfiguration: { rules },
  }),
  {
    framework: true,
    verify: (change) => {
      needsBucket(change);
      lifecycleRules(change);
    },
  },
);
export const notification = setting(
  "S3 Bucket Notification",
  "PutBucketNotificationConfiguration",
  ({ eventbridge }) => ({
    notificationConfiguration: eventbridge === true ? { eventBridgeConfiguration: {} } : {},
  }),
);
