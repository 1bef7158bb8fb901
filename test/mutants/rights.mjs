const FILE = "components/statements.ts";
const RIGHTS = ["test/components/rights.test.ts"];

const MAINTENANCE = "components/maintenanceStatements.ts";

const missing = (action, find, replace, file = FILE) => ({
  title: `no right: ${action}`,
  file,
  find,
  replace,
  suites: RIGHTS,
});

export const rights = [
  missing(
    "the fetcher's s3:GetObject",
    `"ReadWriteOwnPrefixes", ["s3:GetObject", "s3:PutObject"]`,
    `"ReadWriteOwnPrefixes", ["s3:PutObject"]`,
  ),
  missing(
    "the converter's s3:PutObject",
    `"ReadWriteTable", ["s3:GetObject", "s3:PutObject"]`,
    `"ReadWriteTable", ["s3:GetObject"]`,
  ),
  missing("athena:StopQueryExecution", `, "athena:StopQueryExecution", ...further],`, `, ...further],`, MAINTENANCE),
  missing("glue:BatchCreatePartition", `      "glue:BatchCreatePartition",\n`, ``, MAINTENANCE),
  missing("glue:GetPartition", `      "glue:GetPartition",\n`, ``, MAINTENANCE),
  missing(
    "the updater's s3:DeleteObject",
    `allow("DropExpired", ["s3:DeleteObject"]`,
    `allow("DropExpired", ["s3:GetObject"]`,
    MAINTENANCE,
  ),
  missing(
    "to switch partitions",
    `"SwitchPartitions", ["glue:BatchUpdatePartition"]`,
    `"SwitchPartitions", ["glue:GetPartition"]`,
    MAINTENANCE,
  ),
  missing(
    "to tag versions",
    `["s3:PutObjectVersionTagging", "s3:PutObjectTagging"]`,
    `["s3:PutObjectTagging"]`,
    MAINTENANCE,
  ),
  missing(
    "amplify:GenerateAccessLogs on the app itself",
    `[appArn, \`\${appArn}/accesslogs/*\`]`,
    `[\`\${appArn}/accesslogs/*\`]`,
  ),
  missing("sqs:DeleteMessage", `"sqs:ReceiveMessage", "sqs:DeleteMessage",`, `"sqs:ReceiveMessage",`),
  missing("kms:GenerateDataKey", `...(readsOnly ? [] : ["kms:GenerateDataKey"])`, `...[]`),
  missing("logs:CreateLogStream", `["logs:CreateLogStream", "logs:PutLogEvents"]`, `["logs:PutLogEvents"]`),
  missing(
    "to list state/",
    `const DAY_PREFIXES = [PREFIXES.accessLogs, PREFIXES.compacted, PREFIXES.state];`,
    `const DAY_PREFIXES = [PREFIXES.accessLogs, PREFIXES.compacted];`,
    MAINTENANCE,
  ),
  missing(
    "s3:GetBucketLocation of the data bucket",
    `  allow("LocateData", ["s3:GetBucketLocation"], [rights.bucketArn]),\n`,
    ``,
    MAINTENANCE,
  ),
  {
    title: "no right: to start the partition updater",
    file: "components/amplifyLogPipeline.ts",
    find: `    ["partitions", updater.lambda.arn] as const,\n`,
    replace: ``,
    suites: RIGHTS,
  },
];
