/** A data lake: events in a bucket, encrypted with a key of our own, a table over them, and a workgroup to ask. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const stack = pulumi.getStack();
const tags = { Project: "shop", Owner: "data-team", CostCenter: "data", Environment: stack };
const nameOf = (type: string, n: number): string => `shop-lake-intite-${type}${n}-${stack}`;
const { accountId } = aws.getCallerIdentityOutput();

const key = new aws.kms.Key("lake", {
  enableKeyRotation: true,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "logs.eu-central-1.amazonaws.com" },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  }),
  tags,
});

const bucketNamed = (name: string, n: number, days: number): aws.s3.Bucket => {
  const bucket = new aws.s3.Bucket(name, { bucket: nameOf("ss", n), tags });
  new aws.s3.BucketOwnershipControls(name, {
    bucket: bucket.bucket,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
  new aws.s3.BucketPublicAccessBlock(name, {
    bucket: bucket.bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketServerSideEncryptionConfiguration(name, {
    bucket: bucket.bucket,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
        bucketKeyEnabled: true,
      },
    ],
  });
  new aws.s3.BucketVersioning(name, { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } });
  new aws.s3.BucketLifecycleConfiguration(name, {
    bucket: bucket.bucket,
    rules: [
      {
        id: "expire",
        status: "Enabled",
        filter: { prefix: "" },
        expiration: { days },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  });
  new aws.s3.BucketPolicy(name, {
    bucket: bucket.bucket,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  });
  return bucket;
};
const events = bucketNamed("events", 1, 400);
const answers = bucketNamed("answers", 2, 7);

const database = new aws.glue.CatalogDatabase("lake", { name: "lake", tags });
new aws.glue.CatalogTable("orders", {
  name: "orders",
  databaseName: database.name,
  tableType: "EXTERNAL_TABLE",
  parameters: { classification: "parquet" },
  partitionKeys: [{ name: "date", type: "string" }],
  storageDescriptor: {
    location: pulumi.interpolate`s3://${events.bucket}/orders/`,
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    columns: [
      { name: "id", type: "string" },
      { name: "total", type: "decimal(12,2)" },
    ],
  },
});

const security = new aws.glue.SecurityConfiguration("crawler", {
  name: nameOf("gs", 1),
  encryptionConfiguration: {
    cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: key.arn },
    jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: key.arn },
    s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn: key.arn },
  },
});
const crawlerRole = new aws.iam.Role("crawler", {
  name: nameOf("ir", 1),
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
  tags,
});
new aws.iam.RolePolicy("crawler", {
  role: crawlerRole.name,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "s3:GetObject", Resource: pulumi.interpolate`${events.arn}/orders/*` },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: events.arn },
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key.arn },
    ],
  }),
});
new aws.glue.Crawler("orders", {
  name: nameOf("gl", 1),
  databaseName: database.name,
  role: crawlerRole.arn,
  s3Targets: [{ path: pulumi.interpolate`s3://${events.bucket}/orders/` }],
  securityConfiguration: security.name,
  tags,
});
new aws.athena.Workgroup("lake", {
  name: nameOf("wg", 1),
  configuration: {
    enforceWorkgroupConfiguration: true,
    publishCloudwatchMetricsEnabled: true,
    bytesScannedCutoffPerQuery: 100_000_000_000,
    resultConfiguration: {
      outputLocation: pulumi.interpolate`s3://${answers.bucket}/`,
      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key.arn },
    },
  },
  tags,
});

export const eventsBucket = events.bucket;
