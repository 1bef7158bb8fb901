/** Glue with the column statistics that moto lacks: there are none, and what is written is forgotten. Trino asks for them on a write. */
import { once } from "node:events";
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const STATISTICS = /^AWSGlue\.(?:Get|Update|Delete)ColumnStatisticsFor(?:Table|Partition)$/;
const NONE = JSON.stringify({ ColumnStatisticsList: [], Errors: [] });

export interface GlueStatistics {
  readonly url: string;
  stop(): Promise<void>;
}

const pass = (url: URL, incoming: IncomingMessage, response: ServerResponse): void => {
  const { headers, method, url: path } = incoming;
  const outgoing = forward({ hostname: url.hostname, port: url.port, path, method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
};

export const startGlueStatistics = async (glueUrl: string): Promise<GlueStatistics> => {
  const url = new URL(glueUrl);
  const server = createServer((incoming, response) => {
    if (!STATISTICS.test(String(incoming.headers["x-amz-target"]))) return pass(url, incoming, response);
    incoming.resume();
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(NONE);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
