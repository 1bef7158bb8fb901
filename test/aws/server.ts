/** A loopback HTTP server that answers as told. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Loopback {
  readonly host: string;
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly body: string;
    /** The body as it came. */
    readonly bytes: Buffer;
    readonly headers: IncomingMessage["headers"];
  }[];
  close(): Promise<void>;
}

export const listen = async (
  answer: (request: Loopback["requests"][number], response: ServerResponse) => void,
): Promise<Loopback> => {
  const requests: Loopback["requests"] = [];
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const request = {
        method: incoming.method!,
        path: incoming.url!,
        body: Buffer.concat(parts).toString(),
        bytes: Buffer.concat(parts),
        headers: incoming.headers,
      };
      requests.push(request);
      answer(request, response);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { host, url: `http://${host}`, requests, close };
};

export const clientOptions = (url: string, maxAttempts = 1) => ({
  region: "eu-central-1",
  endpoint: url,
  maxAttempts,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});
