/** What stands behind the proxy: moto, the simulated Amplify, and Athena's endpoint on moto's Glue. */
import type { SqlEngine } from "../athenaApi/sql/engine";
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

/** The partition updater has nothing to ask of an engine: what it starts is carried out on the catalogue. */
export const noEngine: SqlEngine = {
  run: (sql) => {
    throw new Error(`a function of the pipeline started a query that reads data: ${sql}`);
  },
};
