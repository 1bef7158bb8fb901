/** How the programs of examples/policy are broken: by what a hurried hand leaves out or widens, and which rules must say so. */

export const EXAMPLES = ["static-website", "queue-api", "data-lake"] as const;
export type Example = (typeof EXAMPLES)[number];

interface Broken {
  /** Stands in the program once. */
  readonly find: string;
  readonly replace: string;
  readonly rules: readonly string[];
}

const without = (find: string, ...rules: readonly string[]): Broken => ({ find, replace: "", rules });
const instead = (find: string, replace: string, ...rules: readonly string[]): Broken => ({ find, replace, rules });

export const BROKEN: Readonly<Record<Example, readonly Broken[]>> = {
  "static-website": [
    without("  restrictPublicBuckets: true,\n", "s3-public-access-block"),
    without('          Condition: { StringEquals: { "AWS:SourceArn": cdnArn } },\n'),
    instead('Principal: { Service: "cloudfront.amazonaws.com" }', 'Principal: "*"', "s3-no-open-principal"),
    without(
      "      noncurrentVersionExpiration: { noncurrentDays: 30 },\n",
      "s3-lifecycle-expiry",
      "data-bucket-lifecycle",
    ),
    without(' CostCenter: "web",', "tags-present"),
    instead("shop-website-public-ss1-", "shop-website-public-lm1-", "naming-type-code"),
    instead('"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"', "s3-tls-only"),
    without('sseAlgorithm: "AES256"', "s3-encryption"),
  ],
  "queue-api": [
    without(" sqsManagedSseEnabled: true,", "sqs-encryption"),
    instead('["sqs:SendMessage"], 10', '["sqs:*"], 10', "iam-no-wildcard-actions"),
    without("  sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,\n", "lambda-permission-source"),
    without("  sourceAccount: aws.getCallerIdentityOutput().accountId,\n"),
    without('    tracingConfig: { mode: "Active" },\n', "lambda-tracing"),
    without("    retentionInDays: 30,\n", "logs-retention", "lambda-log-group"),
    instead("nodejs24.x", "nodejs18.x", "lambda-runtime"),
    instead("{ QUEUE_URL: orders.url }", '{ QUEUE_URL: orders.url, DB_PASSWORD: "hunter2" }', "lambda-no-secrets"),
    instead("QueueName: failed.name", "QueueName: orders.name", "function-has-alarm"),
    without("    alarmActions,\n", "function-has-alarm"),
    instead("resources: [queue.arn]", 'resources: ["arn:aws:sqs:eu-central-1:123456789012:another"]', "sqs-tls-only"),
  ],
  "data-lake": [
    without("  enableKeyRotation: true,\n", "kms-key-rotation"),
    without("  securityConfiguration: security.name,\n", "glue-crawler-security", "nothing-unreachable"),
    without("    bytesScannedCutoffPerQuery: 100_000_000_000,\n", "athena-scan-limit"),
    without(
      '      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: key.arn },\n',
      "athena-results-encrypted",
    ),
    instead("    enforceWorkgroupConfiguration: true,", "    enforceWorkgroupConfiguration: false,", "athena-enforced"),
    instead(
      "`s3://${events.bucket}/orders/`,\n    inputFormat",
      "`s3://elsewhere/orders/`,\n    inputFormat",
      "glue-table-encrypted",
    ),
    without("        bucketKeyEnabled: true,\n", "s3-bucket-key"),
    instead(
      '["kms:Decrypt", "kms:GenerateDataKey"], Resource: key.arn',
      '["kms:Decrypt", "kms:GenerateDataKey"], Resource: "*"',
      "iam-no-wildcard-resources",
      "kms-no-decrypt-all",
    ),
    instead('Principal: { Service: "glue.amazonaws.com" }', 'Principal: { AWS: "*" }', "iam-trust-not-open"),
  ],
};
