import * as http from "node:http";
import * as https from "node:https";
import { Readable } from "node:stream";

/** As the global fetch, as far as a log file needs it. */
export type FetchFile = (
  url: URL,
  init: { readonly redirect: "error"; readonly signal?: AbortSignal },
) => Promise<Response>;

/** Statuses that have no body; a Response refuses one. */
const BODILESS = [204, 205];

/**
 * Downloads over Node's own client, and hands on the bytes as they come: the global fetch undoes gzip by itself and takes a
 * truncated file for a whole one. `options` may name a socket file in place of the URL's host and port.
 */
export const fetchFile =
  (options: { readonly socketPath?: string } = {}): FetchFile =>
  (url, { signal }) =>
    new Promise((resolve, reject) => {
      const { get } = url.protocol === "http:" ? http : https;
      const request = get(url, { ...options, ...(signal === undefined ? {} : { signal }) }, (answer) => {
        const status = answer.statusCode ?? 500;
        if (status >= 300 && status < 400) {
          answer.destroy();
          return reject(new Error("unexpected redirect"));
        }
        const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
        // What breaks the body off is told to its reader; here nobody listens any more.
        answer.on("error", () => undefined);
        const body = BODILESS.includes(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
        resolve(new Response(body, { status: status >= 200 && status < 600 ? status : 500, headers }));
      });
      request.on("error", reject);
    });
