/** Lambda on loopback: takes invocations, and refuses them as told. */
import { listen, type Loopback } from "../aws/server";

export interface Invocation {
  readonly functionName: string;
  /** Of the header: Event is asynchronous. */
  readonly type: string;
  readonly payload: { readonly bucket: string; readonly keys: readonly string[] };
  readonly bytes: number;
  /** When it came, by the monotonic clock. */
  readonly atMs: number;
}

const REASONS: Readonly<Record<number, string>> = {
  403: "AccessDeniedException",
  404: "ResourceNotFoundException",
  429: "TooManyRequestsException",
};

export class LambdaStandIn {
  readonly accepted: Invocation[] = [];
  /** How the next invocations are answered, in turn; then with 202. */
  readonly answers: number[] = [];
  private server: Loopback | undefined;

  async start(): Promise<void> {
    this.server = await listen(({ method, path, headers, bytes }, response) => {
      const match = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path);
      const status = method !== "POST" || match === null ? 404 : (this.answers.shift() ?? 202);
      if (status === 202) {
        this.accepted.push({
          functionName: decodeURIComponent(match![1]!),
          type: String(headers["x-amz-invocation-type"]),
          payload: JSON.parse(bytes.toString("utf8")) as Invocation["payload"],
          bytes: bytes.length,
          atMs: performance.now(),
        });
        response.writeHead(202);
        return void response.end();
      }
      const name = REASONS[status] ?? "ServiceException";
      response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": name });
      response.end(JSON.stringify({ message: `${name} by the test` }));
    });
  }

  get url(): string {
    return this.server!.url;
  }

  async stop(): Promise<void> {
    await this.server?.close();
  }
}
