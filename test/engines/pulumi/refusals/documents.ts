/** Documents and expressions that AWS cannot read. */
import { ACCOUNT, REGION, dashboard, graph, machine, policy, schedule, statement, trust, type Refusal } from "./scene";

export const DOCUMENTS: readonly Refusal[] = [
  ["Role", { name: "r", assumeRolePolicy: "{" }, /MalformedPolicyDocument: Syntax errors in policy/],
  [
    "Role",
    { name: "r", assumeRolePolicy: policy(statement({ Principal: "*" })) },
    /MalformedPolicyDocument: Has prohibited field Resource/,
  ],
  [
    "Role",
    { name: "r", assumeRolePolicy: trust("lambda") },
    /MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"lambda"/,
  ],
  [
    "Policy",
    { name: "p", policy: policy(statement({ Principal: "*" })) },
    /MalformedPolicyDocument: Policy document should not specify a principal/,
  ],
  [
    "Policy",
    { name: "p", policy: policy(statement({ Resource: undefined })) },
    /Policy statement must contain resources/,
  ],
  [
    "Policy",
    { name: "p", policy: policy(statement({ Resource: "data/*" })) },
    /Resource data\/\* must be in ARN format or "\*"/,
  ],
  ["Policy", { name: "p", policy: policy(statement({ Action: "GetObject" })) }, /must be prefaced by a vendor/],
  [
    "Policy",
    { name: "p", policy: policy(statement({ Sid: "A" }), statement({ Sid: "A" })) },
    /Statement IDs \(SID\) in a single policy must be unique/,
  ],
  [
    "Policy",
    { name: "p", policy: policy(statement({ Sid: "has-hyphen" })) },
    /Statement IDs \(SID\) must be alpha-numeric/,
  ],
  [
    "Policy",
    {
      name: "p",
      policy: policy(
        statement({ Resource: Array.from({ length: 200 }, (_, i) => `arn:aws:s3:::data-${i}/some/longer/prefix/*`) }),
      ),
    },
    /LimitExceeded: Cannot exceed quota for PolicySize: 6144/,
  ],
  [
    "BucketPolicy",
    { bucket: "data", policy: policy(statement({ Principal: "*", Action: "sqs:SendMessage" })) },
    /MalformedPolicy: Policy has invalid action: sqs:SendMessage/,
  ],
  [
    "TopicPolicy",
    {
      arn: `arn:aws:sns:${REGION}:${ACCOUNT}:alarms`,
      policy: policy(statement({ Principal: "*", Action: "sns:*", Resource: "*" })),
    },
    /Policy statement action out of service scope/,
  ],
  ["Rule", { name: "r", eventPattern: '{"source":"aws.s3"}' }, /InvalidEventPatternException/],
  [
    "Rule",
    { name: "r", scheduleExpression: "rate(1 hours)" },
    /ValidationException: Parameter ScheduleExpression is not valid/,
  ],
  [
    "Schedule",
    { ...schedule, name: "other", scheduleExpression: "cron(0 * * * * *)" },
    /ValidationException: Invalid Schedule Expression/,
  ],
  ["Machine", { ...machine, name: "other", definition: "{" }, /INVALID_JSON_DESCRIPTION/],
  [
    "Machine",
    {
      ...machine,
      name: "other",
      definition: JSON.stringify({ StartAt: "Nowhere", States: { End: { Type: "Succeed" } } }),
    },
    /InvalidDefinition: Invalid State Machine Definition/,
  ],
  ["Dashboard", { dashboardName: "page", dashboardBody: "{" }, /DashboardInvalidInputError: .* valid JSON/],
  ["Dashboard", { dashboardName: "page", dashboardBody: "{}" }, /must have widgets/],
  ["Dashboard", dashboard({ ...graph([["AWS/SQS", "Depth", "QueueName"]]), width: 12 }), /has a bad metric/],
  ["Dashboard", dashboard({ ...graph([["AWS/SQS", "Depth"]]), x: 16, width: 12 }), /does not fit the grid/],
  ["Dashboard", dashboard(graph(Array.from({ length: 501 }, (_, i) => ["A", `m${i}`]))), /has 501 metrics/],
  ["Dashboard", dashboard({ type: "picture", properties: {} }), /has the type picture/],
  [
    "Filter",
    {
      name: "f",
      logGroupName: "/aws/lambda/worker",
      pattern: "{ $.level = }",
      metricTransformation: { name: "m", namespace: "n", value: "1" },
    },
    /InvalidParameterException: Invalid metric filter pattern/,
  ],
];
