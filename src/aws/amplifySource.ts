import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { GenerateAccessLogsCommand, type AmplifyClient } from "@aws-sdk/client-amplify";
import { AmplifyLogsError, WindowRefusedError } from "../errors";
import type { LogAnswer, LogSource, TimeRange } from "../ports";
import { fetchFile, type FetchFile } from "./fetchFile";

/** Amplify's words for "this window holds too much". Halving on any other error would turn one clear error into many. */
const REFUSALS = [
  "Unable to complete request for the given time range",
  "Please reduce time range and try again",
  "Too many records",
  "Endpoint request timed out",
];

/** For the SDK's client; enough for a throttled hour: it waits between them. */
export const MAX_ATTEMPTS = 8;

/** Hosts besides S3's that may serve log files: AMPLIFY_LOGS_LOG_HOSTS, a list of host[:port]. */
export const allowedLogHosts = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  (environment["AMPLIFY_LOGS_LOG_HOSTS"] ?? "").split(",").filter((host) => host !== "");

const S3_HOST = /^([a-z0-9.-]+\.)?s3([.-](dualstack\.)?[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com(\.cn)?$/;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Where a log file may come from: https on an S3 host, or a host[:port] that the caller allows by name (AMPLIFY_LOGS_LOG_HOSTS);
 * plain http on loopback only. Anything else could make a function with rights read from inside its network.
 */
export const checkLogUrl = (text: string, allowedHosts: readonly string[] = []): URL => {
  const refuse = (reason: string): never => {
    throw new AmplifyLogsError(`Amplify's log URL was refused: ${reason}`, {
      field: "logUrl",
      // Neither a signature nor a password belongs in a log.
      value: text
        .split("?")[0]!
        .replace(/\/\/[^/]*@/, "//")
        .slice(0, 120),
      fix: "if the host is right, name it in AMPLIFY_LOGS_LOG_HOSTS",
    });
  };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse("not a URL");
  }
  const allowed = allowedHosts.includes(url.host);
  if (url.username !== "" || url.password !== "") return refuse("it carries credentials");
  if (!allowed && !(S3_HOST.test(url.hostname) && url.port === "")) return refuse("not an S3 host");
  if (url.protocol !== "https:" && !(allowed && url.protocol === "http:" && LOOPBACK.test(url.hostname)))
    return refuse("not https");
  return url;
};

/** Asks Amplify for the logs of a window, and opens the file that it names. */
export class AmplifyLogSource implements LogSource {
  constructor(
    private readonly client: AmplifyClient,
    private readonly options: {
      readonly logHosts?: readonly string[];
      readonly signal?: () => AbortSignal;
      readonly fetch?: FetchFile;
    } = {},
  ) {}

  async open({
    appId,
    domainName,
    range,
  }: {
    appId: string;
    domainName: string;
    range: TimeRange;
  }): Promise<LogAnswer> {
    const signal = this.options.signal?.();
    const logUrl = await this.generate(appId, domainName, range, signal);
    if (logUrl === undefined || logUrl === "") return { kind: "no-url" };
    const url = checkLogUrl(logUrl, this.options.logHosts);
    const response = await download(this.options.fetch ?? fetchFile(), url, signal);
    if (!response.ok) {
      await response.body?.cancel();
      throw new AmplifyLogsError(`Amplify's log file answered ${response.status}`, {
        field: "logUrl",
        value: `${url.origin}${url.pathname}`,
        retryable: true,
        fix: "the hour is asked for again on the next run",
      });
    }
    return openBody(response);
  }

  private async generate(
    appId: string,
    domainName: string,
    { startMs, endMs }: TimeRange,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const startTime = new Date(startMs);
    const endTime = new Date(endMs);
    // Both ends are inclusive; the answer is trimmed to the half-open range.
    const command = new GenerateAccessLogsCommand({ appId, domainName, startTime, endTime });
    // Within the SDK's retries: a refusal that comes as a time-out (29 s, status 504) would be tried again until the function's time
    // is over. No cause, because the SDK retries what has a retryable one.
    command.middlewareStack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          if (!REFUSALS.some((refusal) => message.includes(refusal))) throw error;
          throw new WindowRefusedError(`Amplify refused the window: ${message}`, {
            field: appId,
            value: `${startTime.toISOString()} to ${endTime.toISOString()}`,
            retryable: true,
          });
        }
      },
      { step: "finalizeRequest", priority: "low", name: "refusedWindow" },
    );
    return (await this.client.send(command, signal === undefined ? {} : { abortSignal: signal })).logUrl;
  }
}

/** Redirects are refused: they would lead past the check of the host. */
const download = async (fetch: FetchFile, url: URL, signal: AbortSignal | undefined): Promise<Response> => {
  try {
    return await fetch(url, { redirect: "error", ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    // fetch says "fetch failed"; why stands in its cause.
    const { message, cause } = error as Error;
    throw new AmplifyLogsError(
      `Amplify's log file could not be downloaded: ${cause instanceof Error ? cause.message : message}`,
      { field: "logUrl", value: `${url.origin}${url.pathname}`, retryable: true, cause: error },
    );
  }
};

/** Gzip is undone strictly: a file that ends within is told, as a body that ends short is. */
const decoded = (response: Response, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
  const encoding = response.headers.get("content-encoding") ?? "identity";
  if (encoding === "identity" || encoding === "") return body;
  if (encoding !== "gzip")
    throw new AmplifyLogsError("Amplify's log file came in an encoding that is not read", {
      field: "content-encoding",
      value: encoding,
    });
  // Whoever reads the end hears of the failure.
  return pipeline(Readable.from(body, { objectMode: false }), createGunzip(), () => undefined);
};

/** Looks at the first bytes: a file of none is told apart from a header without rows. A body that ends short throws on the way. */
const openBody = async (response: Response): Promise<LogAnswer> => {
  if (response.body === null) return { kind: "blank" };
  const length = response.headers.get("content-length");
  const reader = response.body.getReader();
  let bytes = 0;
  const endedShort = (cause?: Error): AmplifyLogsError => {
    const why = cause === undefined ? "" : `: ${cause.message}`;
    return new AmplifyLogsError(
      `Amplify's log file ended after ${bytes} ${length === null ? "" : `of ${length} `}bytes${why}`,
      { field: "logUrl", retryable: true, cause },
    );
  };
  const read = (): Promise<{ done: boolean; value?: Uint8Array }> =>
    reader.read().catch((error: unknown) => {
      throw endedShort(error as Error);
    });
  const first = await read();
  if (first.done) return { kind: "blank" };
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (let part = first; !part.done; part = await read()) {
        bytes += part.value!.byteLength;
        yield part.value!;
      }
      if (length !== null && bytes !== Number(length)) throw endedShort();
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }
  return { kind: "file", body: decoded(response, body()) };
};
