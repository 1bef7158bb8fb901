import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../ports";
import { AccessLogService, type LogFile, type ServiceError } from "./accessLogs";
import { DEFAULT_FAULTS, type Faults } from "./faults";
import type { SimulatedApp } from "./traffic";

export interface SimulatedAmplifyOptions {
  readonly apps: readonly SimulatedApp[];
  /** Equal seeds give equal logs and equal mishaps. */
  readonly seed: string | number;
  /** Rows of an average day, per app. */
  readonly requestsPerDay: number;
  /** What time it is: rows show up, and URLs expire, by it. */
  readonly clock: Clock;
  /** Default: 127.0.0.1. */
  readonly host?: "127.0.0.1";
  /** Listens on this socket file instead of a port: works where there is no network at all, loopback included. */
  readonly socketPath?: string;
  /** Merged over DEFAULT_FAULTS; NO_FAULTS switches all of them off. */
  readonly faults?: Partial<Faults>;
  /** Windows of more than an hour that hold more rows are refused. Default: 100,000. */
  readonly maxRowsPerAnswer?: number;
}

export interface SimulatedAmplify {
  /** The endpoint to give to an Amplify client. */
  readonly url: string;
  /** Host and port of the log URLs. */
  readonly logHost: string;
  /** How often GenerateAccessLogs was called so far. */
  readonly requests: number;
  close(): Promise<void>;
}

const EXPIRES_SECONDS = 900;
/** URLs that are remembered; older ones answer as if they had expired. */
const MAX_ISSUED = 5000;
const MAX_BODY_BYTES = 65_536;
const GENERATE = /^\/apps\/([^/]+)\/accesslogs$/;

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const sendJson = (
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
};

const sendError = (response: ServerResponse, { httpStatus, type, message }: ServiceError): void =>
  sendJson(response, httpStatus, { __type: type, message }, { "x-amzn-errortype": type });

const sendStorageError = (response: ServerResponse, status: number, code: string, message: string): void => {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
};

const presign = (number: number, appId: string, nowMs: number): string => {
  const day = new Date(nowMs).toISOString();
  const stamp = day.replace(/[-:]|\.\d+/g, "");
  const signature = createHash("sha256").update(`${appId} ${number} ${stamp}`).digest("hex");
  const query = [
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    `X-Amz-Date=${stamp}`,
    "X-Amz-SignedHeaders=host",
    `X-Amz-Expires=${EXPIRES_SECONDS}`,
    `X-Amz-Signature=${signature}`,
  ];
  return `/simulated-amplify-access-logs/${appId}/${day.slice(0, 10)}/${number}/access-logs.csv?${query.join("&")}`;
};

/**
 * Starts an HTTP endpoint on the loopback that answers GenerateAccessLogs as Amplify was seen to, and serves the files that its
 * log URLs name. It never leaves the machine and needs no credentials.
 */
export const startSimulatedAmplify = async (options: SimulatedAmplifyOptions): Promise<SimulatedAmplify> => {
  const { clock, host = "127.0.0.1" } = options;
  const faults = { ...DEFAULT_FAULTS, ...options.faults };
  const service = new AccessLogService({ ...options, faults, maxRowsPerAnswer: options.maxRowsPerAnswer ?? 100_000 });
  const issued = new Map<string, LogFile>();
  let requests = 0;
  let url = "";

  const generate = async (appId: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const number = ++requests;
    const body = await readBody(request);
    const decision = service.generate(appId, body, clock.now());
    if ("error" in decision) return sendError(response, decision.error);
    if ("noUrl" in decision) return sendJson(response, 200, {});
    const target = presign(number, appId, decision.file.asOfMs);
    issued.set(target, decision.file);
    if (issued.size > MAX_ISSUED) issued.delete(issued.keys().next().value!);
    sendJson(response, 200, { logUrl: url + target });
  };

  const download = (target: string, response: ServerResponse): void => {
    const file = issued.get(target);
    if (file === undefined)
      return sendStorageError(response, 403, "SignatureDoesNotMatch", "The request signature does not match");
    if (clock.now() > file.asOfMs + EXPIRES_SECONDS * 1000) {
      return sendStorageError(response, 403, "AccessDenied", "Request has expired");
    }
    if (file.mishap.fault === "downloadError")
      return sendStorageError(response, 503, "SlowDown", "Please reduce your request rate.");
    const pieces = service.content(file);
    response.writeHead(200, {
      "content-type": "text/csv",
      "content-length": pieces.reduce((sum, piece) => sum + piece.length, 0),
    });
    response.cork();
    for (const piece of pieces) if (piece.length > 0) response.write(piece);
    response.uncork();
    response.end();
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? "/";
    const appId = GENERATE.exec(target)?.[1];
    if (request.method === "POST" && appId !== undefined) return generate(decodeURIComponent(appId), request, response);
    if (request.method === "GET") return download(target, response);
    sendError(response, { httpStatus: 404, type: "UnknownOperationException", message: "Unknown operation" });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else sendError(response, { httpStatus: 500, type: "InternalFailureException", message });
    });
  });
  if (options.socketPath === undefined) server.listen(0, host);
  else server.listen(options.socketPath);
  await once(server, "listening");
  const address = server.address() as AddressInfo | string;
  const logHost = typeof address === "string" ? "localhost" : `${host}:${address.port}`;
  url = `http://${logHost}`;

  return {
    url,
    logHost,
    get requests() {
      return requests;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};
