/** The calls that Step Functions makes with its machines' roles, as its developer guide has them. Reviewed. */
import { ofType, property, text, type Deployed, type DeployedResource } from "../lambda/deployed";
import type { DocumentedCall } from "./documentedCall";

const STATES = "https://docs.aws.amazon.com/step-functions/latest/dg";

/** A call on no resource in particular: AWS has none for it. */
const ANY = "*";

const LOG_ACTIONS = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];
const TRACE_ACTIONS = [
  "xray:PutTraceSegments",
  "xray:PutTelemetryRecords",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
];

/** ARNs of the functions that its tasks run: those that the definition names, and the apps' where it takes them from its data. */
const functionsOf = (deployed: Deployed, definition: string): string[] => {
  const named = [...definition.matchAll(/"FunctionName":"([^"]+)"/g)].map(([, arn]) => arn!);
  if (!definition.includes('"FunctionName.$"')) return [...new Set(named)];
  const lists = ofType(deployed, "aws:s3/bucketObjectv2:BucketObjectv2").map((object) => text(object, "content"));
  const apps = lists.flatMap((list) => (JSON.parse(list) as { apps: { fetcherArn: string }[] }).apps);
  return [...new Set([...named, ...apps.map(({ fetcherArn }) => fetcherArn)])];
};

const callsOf = (deployed: Deployed, machine: DeployedResource): DocumentedCall[] => {
  const caller = text(machine, "roleArn");
  const arn = text(machine, "arn");
  const definition = text(machine, "definition");
  const executions = arn.replace(":stateMachine:", ":execution:");
  const on = (action: string, resource: string, page: string): DocumentedCall => ({
    caller,
    action,
    resource,
    context: {},
    address: `${STATES}/${page}.html`,
  });
  const { enabled } = property(machine, "tracingConfiguration") as { enabled: boolean };
  return [
    {
      caller: "states.amazonaws.com",
      action: "sts:AssumeRole",
      resource: caller,
      context: { "aws:SourceAccount": arn.split(":")[4]!, "aws:SourceArn": arn },
      address: `${STATES}/procedure-create-iam-role.html`,
    },
    ...functionsOf(deployed, definition).map((lambda) => on("lambda:InvokeFunction", lambda, "lambda-iam")),
    ...LOG_ACTIONS.map((action) => on(action, ANY, "cw-logs")),
    ...(enabled ? TRACE_ACTIONS.map((action) => on(action, ANY, "concepts-xray-tracing")) : []),
    ...(definition.includes('"DISTRIBUTED"')
      ? [
          on("states:StartExecution", arn, "iam-policies-eg-dist-map"),
          // The guide's examples have the one form, the ARNs of children the other.
          ...["states:DescribeExecution", "states:StopExecution"].flatMap((action) =>
            [`${executions}:6a4ab0c5`, `${executions}/Apps:6a4ab0c5`].map((child) =>
              on(action, child, "iam-policies-eg-dist-map"),
            ),
          ),
        ]
      : []),
  ];
};

export const statesCalls = (deployed: Deployed): DocumentedCall[] =>
  ofType(deployed, "aws:sfn/stateMachine:StateMachine").flatMap((machine) => callsOf(deployed, machine));
