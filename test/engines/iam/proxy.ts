/**
 * AWS as a function sees it: hosts of amazonaws.com over TLS. Each call is judged by the policies as they were deployed; what is
 * allowed goes on to a stand-in, what is not is refused in the service's own words.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Certificate } from "../lambda/certificate";
import type { Authority } from "./authority";
import type { Call } from "./judge";
import { otherCalls } from "./otherCalls";
import { placeOf, refusal, scopeOf, type AwsAnswer, type AwsRequest } from "./request";
import { keyCall, listWithoutPrefix, s3Calls, writesObject } from "./s3Calls";

export type Backend = (request: AwsRequest) => Promise<AwsAnswer>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface ProxyOptions {
  readonly authority: Authority;
  readonly certificate: Certificate;
  /** By service. */
  readonly backends: Readonly<Record<string, Backend>>;
  /** Requests without a signature in a header, as those of presigned URLs. */
  readonly unsigned: Backend;
  /** The customer key of a bucket, where it has one. */
  readonly keyOf: (bucket: string) => string | undefined;
  /** Hears of each object that was written. */
  readonly stored: (bucket: string, key: string, bytes: number) => void;
}

export interface Proxy {
  readonly port: number;
  /** Calls that nobody has taught this proxy, or that were signed wrongly: none is right. */
  readonly faults: readonly string[];
  /** New credentials of a session of the role. */
  credentialsOf(roleArn: string): Credentials;
  close(): Promise<void>;
}

const read = async (incoming: IncomingMessage): Promise<AwsRequest> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const target = incoming.url ?? "/";
  const url = new URL(target, "https://aws");
  return {
    ...placeOf(incoming.headers.host ?? ""),
    method: incoming.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    target,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks),
    encrypted: (incoming.socket as TLSSocket).encrypted,
  };
};

const answerWith = (response: ServerResponse, { status, headers, body }: AwsAnswer): void => {
  response.writeHead(status, { ...headers, "content-length": body.byteLength });
  response.end(body);
};

export const startProxy = async (options: ProxyOptions): Promise<Proxy> => {
  const { authority, backends } = options;
  const sessions = new Map<string, string>();
  const workgroups = new Map<string, string>();
  const faults: string[] = [];

  const credentialsOf = (roleArn: string): Credentials => {
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    sessions.set(accessKeyId, roleArn);
    return {
      accessKeyId,
      secretAccessKey: randomBytes(20).toString("hex"),
      sessionToken: randomBytes(32).toString("base64"),
    };
  };

  const over = ({ encrypted }: AwsRequest, call: Call): Call => ({
    ...call,
    context: { ...call.context, "aws:SecureTransport": String(encrypted) },
  });
  const denied = (request: AwsRequest, { action, resource }: Call): AwsAnswer =>
    refusal(request, 403, "AccessDenied", `the role is not authorized to perform: ${action} on resource: ${resource}`);

  /** The first of the calls that is not allowed. */
  const refused = async (
    roleArn: string,
    request: AwsRequest,
    calls: readonly Call[],
  ): Promise<AwsAnswer | undefined> => {
    for (const call of calls) {
      const ruling = await authority.ofRole(roleArn, over(request, call));
      if (ruling.result !== "Allowed") return denied(request, ruling);
    }
    return undefined;
  };

  const serveS3 = async (roleArn: string, request: AwsRequest): Promise<AwsAnswer> => {
    const bucket = request.bucket!;
    const keyArn = options.keyOf(bucket);
    const writes = writesObject(request);
    const calls = s3Calls(request);
    if (writes && keyArn !== undefined) calls.push(keyCall("kms:GenerateDataKey", keyArn));
    const no = await refused(roleArn, request, calls);
    if (no !== undefined) return no;
    const answer = await backends["s3"]!(request);
    const reads = request.method === "GET" && request.path !== "/";
    if (reads && answer.status === 404) {
      // What is missing is told only to those who may list the bucket.
      const list = listWithoutPrefix(bucket);
      return (await authority.wouldAllow(roleArn, over(request, list))) ? answer : denied(request, list);
    }
    if (reads && answer.status < 300 && keyArn !== undefined) {
      const noKey = await refused(roleArn, request, [keyCall("kms:Decrypt", keyArn)]);
      if (noKey !== undefined) return noKey;
    }
    if (writes && answer.status < 300) options.stored(bucket, request.path.slice(1), request.body.byteLength);
    return answer;
  };

  const serveOther = async (roleArn: string, request: AwsRequest): Promise<AwsAnswer> => {
    const workgroupOf = (queryId: string): string => workgroups.get(queryId) ?? "primary";
    // A role of another account answers to that account's policies.
    if (authority.policies.roles.has(roleArn)) {
      const no = await refused(roleArn, request, otherCalls(request, { account: authority.account, workgroupOf }));
      if (no !== undefined) return no;
    }
    const answer = await backends[request.service]!(request);
    if (answer.status >= 300) return answer;
    const body = answer.body.toString("utf8");
    if (request.service === "sts") {
      const accessKeyId = /<AccessKeyId>([^<]+)</.exec(body)![1]!;
      sessions.set(accessKeyId, new URLSearchParams(request.body.toString("utf8")).get("RoleArn")!);
    }
    if (request.headers["x-amz-target"] === "AmazonAthena.StartQueryExecution") {
      const { QueryExecutionId } = JSON.parse(body) as { QueryExecutionId: string };
      workgroups.set(
        QueryExecutionId,
        (JSON.parse(request.body.toString("utf8")) as { WorkGroup?: string }).WorkGroup ?? "primary",
      );
    }
    return answer;
  };

  const serve = async (request: AwsRequest): Promise<AwsAnswer> => {
    const scope = scopeOf(request);
    if (scope === undefined) return options.unsigned(request);
    const roleArn = sessions.get(scope.accessKeyId);
    if (roleArn === undefined || scope.region !== request.region || scope.service !== request.service) {
      const what = `signed by ${scope.accessKeyId} for ${scope.service} in ${scope.region}, sent to ${request.headers["host"]}`;
      faults.push(what);
      return refusal(request, 403, "SignatureDoesNotMatch", what);
    }
    if (backends[request.service] === undefined) throw new Error(`no stand-in for ${request.service}`);
    return request.service === "s3" ? serveS3(roleArn, request) : serveOther(roleArn, request);
  };

  const { key, cert } = options.certificate;
  const server = createServer({ key, cert }, (incoming, response) => {
    read(incoming)
      .then(serve)
      .then((answer) => answerWith(response, answer))
      .catch((error: unknown) => {
        faults.push(error instanceof Error ? error.message : String(error));
        response.writeHead(501).end();
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    credentialsOf,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};
