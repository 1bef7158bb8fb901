/** What the services with JSON and query protocols ask IAM of a request (service authorization reference). */
import type { Call } from "./judge";
import type { AwsRequest } from "./request";

interface Place {
  readonly account: string;
  /** Athena names no workgroup when it is asked for a query: the one that it was started in. */
  readonly workgroupOf: (queryId: string) => string;
}

const jsonOf = ({ body }: AwsRequest): Record<string, unknown> =>
  JSON.parse(body.toString("utf8")) as Record<string, unknown>;

const unknown = (request: AwsRequest, what: string): never => {
  throw new Error(`nobody has said what IAM is asked for ${what} of ${request.service}`);
};

/** `AmazonAthena.StartQueryExecution` → `StartQueryExecution`. */
const operationOf = ({ headers }: AwsRequest): string => (headers["x-amz-target"] ?? "").split(".").at(-1)!;

const athenaCalls = (request: AwsRequest, { account, workgroupOf }: Place): Call[] => {
  const operation = operationOf(request);
  const body = jsonOf(request);
  const on = (workgroup: string): Call[] => [
    {
      action: `athena:${operation}`,
      resource: `arn:aws:athena:${request.region}:${account}:workgroup/${workgroup}`,
      context: {},
    },
  ];
  switch (operation) {
    case "StartQueryExecution":
      return on((body["WorkGroup"] as string | undefined) ?? "primary");
    case "GetQueryExecution":
    case "GetQueryResults":
    case "StopQueryExecution":
      return on(workgroupOf(body["QueryExecutionId"] as string));
    default:
      return unknown(request, operation);
  }
};

/** What the functions ask of Glue. */
const GLUE_OPERATIONS = ["GetTable", "GetPartitions", "BatchUpdatePartition", "BatchDeletePartition"];

/** Glue asks for the table, its database and the catalogue ("Specifying Glue resource ARNs", Glue's developer guide). */
const glueCalls = (request: AwsRequest, { account }: Place): Call[] => {
  const operation = operationOf(request);
  if (!GLUE_OPERATIONS.includes(operation)) return unknown(request, operation);
  const { DatabaseName: database, TableName, Name } = jsonOf(request) as Record<string, string | undefined>;
  const names = ["catalog", `database/${database}`, `table/${database}/${TableName ?? Name}`];
  return names.map((name) => ({
    action: `glue:${operation}`,
    resource: `arn:aws:glue:${request.region}:${account}:${name}`,
    context: {},
  }));
};

const amplifyCalls = (request: AwsRequest, { account }: Place): Call[] => {
  const appId = /^\/apps\/([^/]+)\/accesslogs$/.exec(request.path)?.[1];
  if (request.method !== "POST" || appId === undefined) return unknown(request, `${request.method} ${request.path}`);
  const resource = `arn:aws:amplify:${request.region}:${account}:apps/${appId}`;
  return [{ action: "amplify:GenerateAccessLogs", resource, context: {} }];
};

const ssmCalls = (request: AwsRequest, { account }: Place): Call[] => {
  const operation = operationOf(request);
  if (operation !== "GetParameter") return unknown(request, operation);
  const name = (jsonOf(request)["Name"] as string).replace(/^\//, "");
  return [
    { action: "ssm:GetParameter", resource: `arn:aws:ssm:${request.region}:${account}:parameter/${name}`, context: {} },
  ];
};

const stsCalls = (request: AwsRequest): Call[] => {
  const form = new URLSearchParams(request.body.toString("utf8"));
  if (form.get("Action") !== "AssumeRole") return unknown(request, String(form.get("Action")));
  return [
    {
      action: "sts:AssumeRole",
      resource: form.get("RoleArn")!,
      context: { "sts:RoleSessionName": form.get("RoleSessionName")! },
    },
  ];
};

/** Step Functions as the gap finder uses it: starting and listing are both asked of the state machine. */
const statesCalls = (request: AwsRequest): Call[] => {
  const operation = operationOf(request);
  if (operation !== "StartExecution" && operation !== "ListExecutions") return unknown(request, operation);
  return [{ action: `states:${operation}`, resource: jsonOf(request)["stateMachineArn"] as string, context: {} }];
};

/** CloudWatch's metrics have no ARN. */
const monitoringCalls = (request: AwsRequest): Call[] => {
  const operation = operationOf(request);
  if (operation !== "GetMetricData") return unknown(request, operation);
  return [{ action: "cloudwatch:GetMetricData", resource: "*", context: {} }];
};

export const otherCalls = (request: AwsRequest, place: Place): Call[] => {
  switch (request.service) {
    case "athena":
      return athenaCalls(request, place);
    case "glue":
      return glueCalls(request, place);
    case "amplify":
      return amplifyCalls(request, place);
    case "ssm":
      return ssmCalls(request, place);
    case "monitoring":
      return monitoringCalls(request);
    case "states":
      return statesCalls(request);
    case "sts":
      return stsCalls(request);
    default:
      return unknown(request, `${request.method} ${request.path}`);
  }
};
