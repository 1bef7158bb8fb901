/** What AWS's service models refuse: patterns, lengths, enums, ranges, members that must be there. */
import { alarm, fn, machine, queueArn, rules, schedule, table, trust, type Refusal } from "./scene";

export const AWS_MODELS: readonly Refusal[] = [
  [
    "Role",
    { name: "has space", assumeRolePolicy: trust("lambda.amazonaws.com") },
    /creating IAM Role \(has space\): operation error iam: ValidationException: 1 validation error detected: Value 'has space' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\w\+=,\.@-\]\+/,
  ],
  [
    "Role",
    { name: "r".repeat(65), assumeRolePolicy: trust("lambda.amazonaws.com") },
    /at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64/,
  ],
  [
    "Function",
    { ...fn, name: "has.dot" },
    /Value 'has\.dot' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
  ],
  [
    "Function",
    { ...fn, name: "other", runtime: "nodejs99.x" },
    /Value 'nodejs99\.x' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*nodejs24\.x/,
  ],
  [
    "Function",
    { ...fn, name: "other", memorySize: 64 },
    /Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128/,
  ],
  ["Function", { ...fn, name: "other", timeout: 0 }, /at 'timeout' failed .* greater than or equal to 1/],
  [
    "Function",
    { ...fn, name: "other", role: "runner" },
    /Value 'runner' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn/,
  ],
  [
    "Function",
    { ...fn, name: "other", architectures: ["arm"] },
    /at 'architectures\.1\.member' failed .* enum value set: \[x86_64, arm64\]/,
  ],
  [
    "Function",
    { ...fn, name: "other", loggingConfig: { logFormat: "XML" } },
    /at 'loggingConfig\.logFormat' failed .* \[JSON, Text\]/,
  ],
  [
    "Mapping",
    { functionName: "worker", eventSourceArn: queueArn("work"), scalingConfig: { maximumConcurrency: 1 } },
    /at 'scalingConfig\.maximumConcurrency' failed .* greater than or equal to 2/,
  ],
  [
    "Table",
    { ...table, name: "" },
    /at 'tableInput\.name' failed to satisfy constraint: Member must have length greater than or equal to 1/,
  ],
  ["Workgroup", { name: "a b" }, /Value 'a b' at 'name' failed .* pattern: \[a-zA-Z0-9\._-\]\{1,128\}/],
  [
    "Workgroup",
    { name: "small", configuration: { bytesScannedCutoffPerQuery: 1000 } },
    /at 'configuration\.bytesScannedCutoffPerQuery' failed .* greater than or equal to 10000000/,
  ],
  [
    "Workgroup",
    { name: "small", configuration: { resultConfiguration: { encryptionConfiguration: { encryptionOption: "AES" } } } },
    /encryptionOption' failed .* enum value set: \[SSE_S3, SSE_KMS, CSE_KMS\]/,
  ],
  [
    "Schedule",
    { ...schedule, name: "has space" },
    /Value 'has space' at 'name' failed .* pattern: \[0-9a-zA-Z-_\.\]\+/,
  ],
  [
    "Schedule",
    { ...schedule, name: "other", flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 2000 } },
    /maximumWindowInMinutes' failed .* less than or equal to 1440/,
  ],
  [
    "Schedule",
    { ...schedule, name: "other", state: "PAUSED" },
    /at 'state' failed .* enum value set: \[ENABLED, DISABLED\]/,
  ],
  [
    "Machine",
    { ...machine, name: "other", loggingConfiguration: { level: "EVERYTHING" } },
    /at 'loggingConfiguration\.level' failed .* enum value set: \[ALL, ERROR, FATAL, OFF\]/,
  ],
  ["Machine", { ...machine, name: "n".repeat(81) }, /at 'name' failed .* length less than or equal to 80/],
  ["Rule", { name: "a b", eventPattern: '{"source":["aws.s3"]}' }, /Value 'a b' at 'name' failed/],
  [
    "Alarm",
    { ...alarm, comparisonOperator: "MoreThan" },
    /Value 'MoreThan' at 'comparisonOperator' failed .* enum value set/,
  ],
  ["Alarm", { ...alarm, name: "n".repeat(256) }, /at 'alarmName' failed .* length less than or equal to 255/],
  [
    "Encryption",
    { bucket: "data", rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES128" } }] },
    /sSEAlgorithm' failed .* enum value set: \[AES256/,
  ],
  [
    "Ownership",
    { bucket: "data", rule: { objectOwnership: "Mine" } },
    /objectOwnership' failed .* BucketOwnerEnforced/,
  ],
  [
    "Versioning",
    { bucket: "data", versioningConfiguration: { status: "On" } },
    /status' failed .* \[Enabled, Suspended\]/,
  ],
  ["Lifecycle", rules({ status: "On", expiration: { days: 1 } }), /status' failed .* \[Enabled, Disabled\]/],
  ["Alias", { name: "alias/aws/mine", targetKeyId: "nothing" }, /NotFoundException: Key 'nothing' does not exist/],
  ["LogGroup", { name: "a b" }, /Value 'a b' at 'logGroupName' failed/],
];
