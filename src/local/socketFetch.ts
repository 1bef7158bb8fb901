import { get } from "node:http";
import { Readable } from "node:stream";
import type { FetchFile } from "../aws/amplifySource";

/** Downloads over HTTP on a socket file: the simulated Amplify then needs no network, not even loopback. */
export const fetchOverSocket =
  (socketPath: string): FetchFile =>
  (url) =>
    new Promise((resolve, reject) => {
      const request = get(
        { socketPath, path: `${url.pathname}${url.search}`, headers: { host: url.host } },
        (answer) => {
          const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]);
          const body = Readable.toWeb(answer) as ReadableStream<Uint8Array>;
          resolve(new Response(body, { status: answer.statusCode ?? 500, headers }));
        },
      );
      request.on("error", reject);
    });
