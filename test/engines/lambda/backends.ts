/** What stands behind the proxy: moto, the simulated Amplify, Athena's endpoint on moto's Glue, and Step Functions. */
import type { Backend } from "../iam/proxy";
import type { AwsAnswer } from "../iam/request";

/** Hop by hop, or about a body that is written anew. */
const DROPPED = new Set([
  "connection",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "keep-alive",
  "date",
  "host",
  "expect",
]);

const kept = (headers: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !DROPPED.has(name)));

/** The same request, to another server. */
export const forward = async (url: string, { method, headers, body }: Parameters<Backend>[0]): Promise<AwsAnswer> => {
  const response = await fetch(url, {
    method,
    headers: kept(Object.entries(headers)),
    ...(method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) }),
  });
  return {
    status: response.status,
    headers: kept(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  };
};

export const forwardTo =
  (url: string): Backend =>
  (request) =>
    forward(url + request.target, request);

/** moto knows a bucket by the path as well as by the host. */
export const s3At =
  (url: string): Backend =>
  (request) =>
    forward(`${url}/${request.bucket}${request.target}`, request);

/** The host that the real Amplify's log files come from is S3's; the simulated one's are behind the proxy. */
export const LOG_BUCKET = "simulated-amplify-logs";

export const amplifyAt =
  (url: string): Backend =>
  async (request) => {
    const answer = await forward(url + request.target, request);
    if (answer.status !== 200) return answer;
    const body = JSON.parse(answer.body.toString("utf8")) as { logUrl?: string };
    if (body.logUrl === undefined) return answer;
    const logUrl = body.logUrl.replace(url, `https://${LOG_BUCKET}.s3.${request.region}.amazonaws.com`);
    return { ...answer, body: Buffer.from(JSON.stringify({ ...body, logUrl })) };
  };

/** What StartExecution was given. */
export interface StartedExecution {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}

/** Step Functions as far as executions are started and listed; those that were started go on for ever. */
export const statesOf =
  (started: StartedExecution[]): Backend =>
  ({ headers, body }) => {
    const asked = JSON.parse(body.toString("utf8")) as StartedExecution;
    const answer = (status: number, value: object): Promise<AwsAnswer> =>
      Promise.resolve({
        status,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: Buffer.from(JSON.stringify(value)),
      });
    const arnOf = (name: string): string => `${asked.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    if (headers["x-amz-target"] === "AWSStepFunctions.ListExecutions") {
      const own = started.filter(({ stateMachineArn }) => stateMachineArn === asked.stateMachineArn);
      const running = own.map(({ name, stateMachineArn }) => ({
        executionArn: arnOf(name),
        stateMachineArn,
        name,
        status: "RUNNING",
        startDate: 0,
      }));
      return answer(200, { executions: running });
    }
    if (started.some(({ name }) => name === asked.name))
      return answer(400, { __type: "ExecutionAlreadyExists", message: `Execution Already Exists: '${asked.name}'` });
    started.push(asked);
    return answer(200, { executionArn: arnOf(asked.name), startDate: 0 });
  };
