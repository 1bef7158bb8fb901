const FILE = "components/statements.ts";
const RIGHTS = ["test/components/rights.test.ts"];

const missing = (action, find, replace) => ({
  title: `no right: ${action}`,
  file: FILE,
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
  missing("athena:StopQueryExecution", `, "athena:StopQueryExecution"],`, `],`),
  missing("glue:BatchCreatePartition", `      "glue:BatchCreatePartition",\n`, ``),
  missing("glue:GetPartition", `      "glue:GetPartition",\n`, ``),
  missing(
    "amplify:GenerateAccessLogs on the app itself",
    `[appArn, \`\${appArn}/accesslogs/*\`]`,
    `[\`\${appArn}/accesslogs/*\`]`,
  ),
  missing("sqs:DeleteMessage", `"sqs:ReceiveMessage", "sqs:DeleteMessage",`, `"sqs:ReceiveMessage",`),
  missing("kms:GenerateDataKey", `["kms:Decrypt", "kms:GenerateDataKey"]`, `["kms:Decrypt"]`),
  missing("logs:CreateLogStream", `["logs:CreateLogStream", "logs:PutLogEvents"]`, `["logs:PutLogEvents"]`),
  missing(
    "to list state/",
    `listBelow(rights.bucketArn, [PREFIXES.accessLogs, PREFIXES.state])`,
    `listBelow(rights.bucketArn, [PREFIXES.accessLogs])`,
  ),
  missing(
    "s3:GetBucketLocation of the data bucket",
    `  allow("LocateData", ["s3:GetBucketLocation"], [rights.bucketArn]),\n`,
    ``,
  ),
  {
    title: "no right: to start the partition updater",
    file: "components/amplifyLogPipeline.ts",
    find: `    ["partitions", updater.lambda.arn] as const,\n`,
    replace: ``,
    suites: RIGHTS,
  },
];
