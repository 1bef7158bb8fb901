/** What any state machine of ours may do besides its own work: pure data of known ARNs, so that tests read it. */
import { allow, type Statement } from "./statements";

/**
 * Step Functions hands its log over to CloudWatch with the machine's rights, and traces with them. AWS has no resource for any of
 * these actions: a narrower one would match nothing ("Logging using CloudWatch Logs" and "X-Ray IAM policies", Step Functions
 * developer guide; service authorization reference of CloudWatch Logs and of X-Ray).
 */
export const observationStatements = (): Statement[] => [
  allow(
    "DeliverLogs",
    [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    ["*"],
  ),
  allow(
    "Trace",
    ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
    ["*"],
  ),
];

/** The functions that are a machine's steps. */
export const invokeStatements = (functionArns: readonly string[]): Statement[] => [
  allow("RunFunctions", ["lambda:InvokeFunction"], functionArns),
];

/**
 * A Map in distributed mode starts executions of its own state machine and follows them ("IAM policies for using Distributed Map
 * states", Step Functions developer guide). A child's ARN is `execution:MACHINE/LABEL:ID`.
 */
export const childStatements = (machineArn: string): Statement[] => {
  const executions = machineArn.replace(":stateMachine:", ":execution:");
  return [
    allow("StartChildren", ["states:StartExecution"], [machineArn]),
    allow(
      "FollowChildren",
      ["states:DescribeExecution", "states:StopExecution"],
      [`${executions}:*`, `${executions}/*`],
    ),
  ];
};
