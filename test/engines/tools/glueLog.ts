/** A proxy in front of Glue that writes down what is asked of it: which partitions, by which expression. */
import { createServer, request as forward, type IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export interface GlueCall {
  /** `GetPartitions`, `BatchGetPartition` … */
  readonly operation: string;
  readonly table: string;
  /** The filter that Glue was given; empty where all partitions were asked for. */
  readonly expression: string;
  /** Values of the partitions that it answered with. */
  readonly partitions: readonly (readonly string[])[];
}

export interface GlueLog {
  readonly version: string;
  readonly url: string;
  /** What was asked since the last call of this. */
  take(): GlueCall[];
  stop(): Promise<void>;
}

interface GlueBody {
  readonly TableName?: string;
  readonly Name?: string;
  readonly Expression?: string;
  readonly Partitions?: readonly { readonly Values: readonly string[] }[];
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const parse = (body: Buffer): GlueBody => (body.length === 0 ? {} : (JSON.parse(body.toString("utf8")) as GlueBody));

export const startGlueLog = async (glueUrl: string): Promise<GlueLog> => {
  let calls: GlueCall[] = [];
  const { hostname, port } = new URL(glueUrl);
  const pass = async (incoming: IncomingMessage): Promise<{ answer: IncomingMessage; body: Buffer }> => {
    const sent = await bodyOf(incoming);
    const { headers, method, url: path } = incoming;
    const outgoing = forward({ hostname, port, path, method, headers });
    outgoing.end(sent);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const body = await bodyOf(answer);
    const operation = String(headers["x-amz-target"] ?? "").replace(/^AWSGlue\./, "");
    const { TableName, Name, Expression } = parse(sent);
    calls.push({
      operation,
      table: TableName ?? Name ?? "",
      expression: Expression ?? "",
      partitions: answer.statusCode === 200 ? (parse(body).Partitions ?? []).map(({ Values }) => Values) : [],
    });
    return { answer, body };
  };
  const server = createServer((incoming, response) => {
    pass(incoming).then(
      ({ answer, body }) => response.writeHead(answer.statusCode!, answer.headers).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    version: "own",
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
};
