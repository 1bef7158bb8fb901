/** What refers to nothing, or is beyond a limit. */
import { without } from "../double/values";
import {
  ACCOUNT,
  alarm,
  fn,
  machine,
  policy,
  queueArn,
  REGION,
  roleArn,
  rules,
  schedule,
  statement,
  table,
  type Refusal,
} from "./scene";

const logsArn = (group: string): string => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:*`;

const crawler = {
  name: "finder",
  databaseName: "logs",
  role: roleArn("runner"),
  s3Targets: [{ path: "s3://data/logs/" }],
};
const security = {
  cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS" },
  jobBookmarksEncryption: { jobBookmarksEncryptionMode: "DISABLED" },
  s3Encryption: { s3EncryptionMode: "SSE-S3" },
};

const trail = { name: "readers", s3BucketName: "data" };

export const REFERENCES: readonly Refusal[] = [
  [
    "Crawler",
    { ...crawler, securityConfiguration: "nowhere" },
    /creating Glue Crawler \(finder\): operation error glue: EntityNotFoundException: Security configuration nowhere not found/,
  ],
  ["Crawler", { ...crawler, schedule: "rate(1 day)" }, /InvalidInputException: rate\(1 day\) is not a valid cron/],
  [
    "Crawler",
    { ...crawler, recrawlPolicy: { recrawlBehavior: "CRAWL_NEW_FOLDERS_ONLY" } },
    /InvalidInputException: The SchemaChangePolicy for "Crawl new folders only" .* can have only LOG/,
  ],
  [
    "Crawler",
    { ...crawler, configuration: JSON.stringify({ Version: 1, Groups: {} }) },
    /InvalidInputException: Crawler configuration is not valid: Groups/,
  ],
  [
    "Crawler",
    { ...crawler, recrawlPolicy: { recrawlBehavior: "NEVER" } },
    /Value 'NEVER' at 'recrawlPolicy\.recrawlBehavior' failed .* enum value set: \[.*CRAWL_NEW_FOLDERS_ONLY/,
  ],
  [
    "Security",
    { name: "locked", encryptionConfiguration: security },
    /InvalidInputException: KmsKeyArn must be specified for SSE-KMS/,
  ],
  ["Trail", { ...trail, s3BucketName: "nowhere" }, /S3BucketDoesNotExistException: S3 bucket nowhere does not exist/],
  ["Trail", trail, /InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: data/],
  [
    "BucketPolicy",
    { bucket: "nowhere", policy: policy(statement({ Principal: "*" })) },
    /NoSuchBucket: The specified bucket does not exist/,
  ],
  [
    "RolePolicy",
    { name: "p", role: "nobody", policy: policy(statement()) },
    /NoSuchEntity: The role with name nobody cannot be found/,
  ],
  [
    "Attachment",
    { role: "runner", policyArn: `arn:aws:iam::${ACCOUNT}:policy/nothing` },
    /NoSuchEntity: Policy .* does not exist or is not attachable/,
  ],
  [
    "Function",
    { ...fn, name: "other", role: roleArn("clock") },
    /The role defined for the function cannot be assumed by Lambda/,
  ],
  [
    "Function",
    { ...fn, name: "other", environment: { variables: { AWS_REGION: "x" } } },
    /reserved keys that are currently not supported for modification\. Reserved keys used in this request: AWS_REGION/,
  ],
  [
    "Function",
    { ...fn, name: "other", environment: { variables: { LIST: "x".repeat(4200) } } },
    /exceeded the 4KB limit/,
  ],
  [
    "Function",
    { ...fn, name: "other", deadLetterConfig: { targetArn: queueArn("work") } },
    /The provided execution role does not have permissions to call SendMessage on SQS/,
  ],
  [
    "Mapping",
    { functionName: "worker", eventSourceArn: queueArn("work") },
    /Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds/,
  ],
  ["Table", { ...table, databaseName: "nowhere" }, /EntityNotFoundException: Database nowhere not found/],
  [
    "Table",
    {
      ...table,
      name: "twice",
      storageDescriptor: {
        columns: [
          { name: "a", type: "int" },
          { name: "A", type: "int" },
        ],
      },
    },
    /InvalidInputException: Duplicate column name: A/,
  ],
  [
    "Table",
    { ...table, name: "odd", storageDescriptor: { columns: [{ name: "a", type: "varchar" }] } },
    /InvalidInputException: Error: type expected at the position 0 of 'varchar'/,
  ],
  [
    "NamedQuery",
    { name: "q", database: "logs", query: "SELECT 1", workgroup: "nowhere" },
    /InvalidRequestException: WorkGroup nowhere is not found/,
  ],
  [
    "Schedule",
    { ...schedule, name: "other", groupName: "nowhere" },
    /ResourceNotFoundException: Schedule group nowhere does not exist/,
  ],
  [
    "Schedule",
    {
      ...schedule,
      name: "other",
      target: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:worker", roleArn: roleArn("runner") },
    },
    /must allow AWS EventBridge Scheduler to assume the role/,
  ],
  ["Target", { rule: "nothing", arn: queueArn("work") }, /ResourceNotFoundException: Rule nothing does not exist/],
  [
    "QueuePolicy",
    {
      queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/nothing",
      policy: policy(statement({ Principal: "*" })),
    },
    /NonExistentQueue/,
  ],
  [
    "Queue",
    { name: "next", redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("nothing"), maxReceiveCount: 5 }) },
    /Dead letter target does not exist/,
  ],
  ["Alarm", { ...alarm, period: 45 }, /The parameter Period is not valid/],
  [
    "Alarm",
    {
      ...without(alarm, "metricName"),
      metricQueries: [
        ...Array.from({ length: 11 }, (_, i) => ({
          id: `m${i}`,
          metric: { namespace: "A", metricName: "b", stat: "Sum", period: 60 },
        })),
        { id: "all", expression: "SUM(METRICS())", returnData: true },
      ],
    },
    /The alarm has 11 metrics, more than 10/,
  ],
  ["Object", { bucket: "nowhere", key: "list.json", content: "{}" }, /NoSuchBucket/],
  [
    "Machine",
    { ...machine, name: "other", roleArn: roleArn("runner") },
    /AccessDeniedException: Neither the global service principal states\.amazonaws\.com/,
  ],
  [
    "Machine",
    { ...machine, name: "other", loggingConfiguration: { level: "ALL", logDestination: logsArn("/aws/nowhere") } },
    /Invalid Logging Configuration: Log Destination not found/,
  ],
  [
    "Machine",
    {
      ...machine,
      name: "other",
      loggingConfiguration: { level: "ALL", logDestination: logsArn("/aws/lambda/worker") },
    },
    /The state machine IAM Role is not authorized to access the Log Destination/,
  ],
  ["Lifecycle", rules({ expiration: { days: 1, expiredObjectDeleteMarker: true } }), /MalformedXML/],
  ["Lifecycle", rules({}), /At least one action needs to be specified in a rule/],
  [
    "Lifecycle",
    rules({ filter: { tag: { key: "a", value: "b" } }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } }),
    /AbortIncompleteMultipartUpload cannot be specified with Tags/,
  ],
];
