/** Athena's endpoint on loopback, in the AWS JSON 1.1 protocol, with an engine, Glue and S3 behind it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AthenaRefusal } from "./ddl/refusals";
import type { Execution, Workgroup } from "./execution";
import { Faults, type Operation, type RequestFault } from "./faults";
import { Operations } from "./operations";
import type { SqlEngine } from "./sql/engine";
import type { Services } from "./tables";

export interface AthenaApiOptions {
  readonly services: Services;
  readonly engine: SqlEngine;
  readonly workgroups: readonly Workgroup[];
}

export interface AthenaApi {
  readonly url: string;
  readonly faults: Faults;
  /** Operations that were asked for, in order, refused and failed ones too. */
  readonly requests: readonly { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[];
  readonly executions: readonly Execution[];
  /** Resolves when the next request for this operation has arrived. */
  arrival(operation: Operation): Promise<void>;
  /** Forgets requests and faults; queries that run are stopped. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

const OPERATIONS: readonly Operation[] = [
  "StartQueryExecution",
  "GetQueryExecution",
  "GetQueryResults",
  "StopQueryExecution",
];

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
};

const sendError = (response: ServerResponse, type: string, facts: object, status = 400): void => {
  response.setHeader("x-amzn-errortype", type);
  send(response, status, { __type: type, ...facts });
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

/** Answers in place of the operation. False: the operation is to go on. */
const answerFault = (response: ServerResponse, fault: RequestFault | undefined): boolean => {
  switch (fault?.kind) {
    case "throttle":
      sendError(response, "TooManyRequestsException", {
        Message: "You have exceeded the limit for the number of queries you can run concurrently.",
        Reason: "CONCURRENT_QUERY_LIMIT_EXCEEDED",
      });
      return true;
    case "status":
      sendError(response, "InternalServerException", { Message: "Internal failure" }, fault.status);
      return true;
    case "reset":
      response.destroy();
      return true;
    case "lost":
    case "wait":
    case undefined:
      return false;
    default:
      return fault satisfies never;
  }
};

const answer = async (
  operations: Operations,
  fault: RequestFault | undefined,
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  response: ServerResponse,
): Promise<void> => {
  if (answerFault(response, fault)) return;
  if (fault?.kind === "wait") await fault.until;
  try {
    const output = await operations.call(operation, input);
    if (fault?.kind === "lost") response.destroy();
    else send(response, 200, output);
  } catch (error) {
    if (error instanceof AthenaRefusal)
      sendError(response, "InvalidRequestException", { AthenaErrorCode: error.code, Message: error.message });
    else sendError(response, "InternalServerException", { Message: String(error) }, 500);
  }
};

/** The name of the operation in the request's header; undefined for one that is not Athena's, or not signed. */
const operationOf = ({ headers, method }: IncomingMessage): string | undefined => {
  const signed = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/athena\/aws4_request/.test(
    headers.authorization ?? "",
  );
  const [, operation] = /^AmazonAthena\.(\w+)$/.exec(String(headers["x-amz-target"])) ?? [];
  return signed && method === "POST" && headers["content-type"] === "application/x-amz-json-1.1"
    ? operation
    : undefined;
};

export const startAthenaApi = async ({ services, engine, workgroups }: AthenaApiOptions): Promise<AthenaApi> => {
  const faults = new Faults();
  const operations = new Operations(services, engine, workgroups, faults);
  const requests: { operation: string; input: Readonly<Record<string, unknown>> }[] = [];
  const waiting: { readonly operation: Operation; readonly arrived: () => void }[] = [];

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const name = operationOf(request);
    const operation = OPERATIONS.find((known) => known === name);
    if (operation === undefined) {
      sendError(response, "UnknownOperationException", { Message: `not answered here: ${name}` });
      return;
    }
    const input = JSON.parse(body) as Readonly<Record<string, unknown>>;
    requests.push({ operation, input });
    for (const one of waiting.filter((some) => some.operation === operation)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.arrived();
    }
    await answer(operations, faults.takeRequest(operation), operation, input, response);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const clear = async (): Promise<void> => {
    faults.clear();
    requests.length = 0;
    await Promise.all(operations.started.map((execution) => execution.stop()));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    get executions() {
      return operations.started;
    },
    arrival: (operation) => new Promise((arrived) => waiting.push({ operation, arrived })),
    clear,
    stop: async () => {
      await clear();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
};
