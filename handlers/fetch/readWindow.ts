import { gzipSync } from "node:zlib";
import { AmplifyLogsError, isRefusal, UnknownHeaderError } from "../../src/errors";
import { HOUR_MS, MINUTE_MS, splitRange } from "../../src/model/windows";
import type { LogSource, ObjectStore, TimeRange } from "../../src/ports";
import { quarantineObject } from "../../src/rows/quarantine";
import { RawFileReader } from "../../src/rows/rawFile";
import type { RawHours } from "../../src/rows/rawHours";

/** What became of one window. */
export type WindowOutcome =
  { readonly kind: "rows" | "blank" | "no-url" } | { readonly kind: "refused" | "failed"; readonly error: Error };

export interface WindowReading {
  readonly range: TimeRange;
  readonly outcome: WindowOutcome;
}

export interface WindowPorts {
  readonly source: LogSource;
  readonly store: ObjectStore;
}

export interface WindowTarget {
  readonly app: string;
  readonly appId: string;
  readonly domainName: string;
  readonly limits?: FetchLimits;
}

/** What one run takes at most, bytes. */
export interface FetchLimits {
  /** Lines that wait in memory; more of them wait on disk. Default: what a function of 256 MB holds. */
  readonly memoryBytes?: number;
  /** An answer, unpacked. A wider one than an hour is asked for in halves. Default: 4 GiB, as an hour is converted up to that. */
  readonly answerBytes?: number;
  /** What is kept of a file that is no access log. Default: 16 MiB. */
  readonly quarantineBytes?: number;
}

const MAX_ANSWER_BYTES = 4 * 1024 ** 3;
const MAX_QUARANTINE_BYTES = 16 * 1024 ** 2;

class AnswerTooLargeError extends AmplifyLogsError {
  override readonly name = "AnswerTooLargeError";
}

/** The narrowest window that is asked for. A minute that Amplify refuses cannot be had. */
const NARROWEST_MS = MINUTE_MS;

/** Half of a window, on an hour's boundary while it is wider than one: answers then hold whole hours. */
const halve = ({ startMs, endMs }: TimeRange): TimeRange[] => {
  const unit = endMs - startMs > HOUR_MS ? HOUR_MS : NARROWEST_MS;
  return splitRange({ startMs, endMs }, Math.ceil((endMs - startMs) / 2 / unit) * unit);
};

/**
 * Asks for a window and puts its rows into `hours`; a refused window is halved until it is served. Everything else that goes
 * wrong is said of the window, so that the others are still fetched.
 */
export const readWindow = async (
  ports: WindowPorts,
  target: WindowTarget,
  range: TimeRange,
  hours: RawHours,
): Promise<WindowReading[]> => {
  try {
    return [{ range, outcome: await readOnce(ports, target, range, hours) }];
  } catch (error) {
    const tooLarge = error instanceof AnswerTooLargeError && range.endMs - range.startMs > HOUR_MS;
    if (!isRefusal(error) && !tooLarge) return [{ range, outcome: { kind: "failed", error: error as Error } }];
    if (range.endMs - range.startMs <= NARROWEST_MS) return [{ range, outcome: { kind: "refused", error } }];
    const readings: WindowReading[] = [];
    for (const half of halve(range)) readings.push(...(await readWindow(ports, target, half, hours)));
    return readings;
  }
};

const readOnce = async (
  { source, store }: WindowPorts,
  { app, appId, domainName, limits = {} }: WindowTarget,
  range: TimeRange,
  hours: RawHours,
): Promise<WindowOutcome> => {
  const answer = await source.open({ appId, domainName, range });
  if (answer.kind !== "file") return { kind: answer.kind };
  const name = `${domainName} ${new Date(range.startMs).toISOString()}`;
  const reader = new RawFileReader(hours, range, name);
  const { answerBytes = MAX_ANSWER_BYTES, quarantineBytes = MAX_QUARANTINE_BYTES } = limits;
  // Until the header is known the bytes are kept: a file in a format that we do not know is put aside.
  let unread: Uint8Array[] = [];
  let unknown: UnknownHeaderError | undefined;
  let bytes = 0;
  const keepUnknown = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UnknownHeaderError)) throw error;
      unknown = error;
    }
  };
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength;
    if (bytes > answerBytes) throw tooLargeAnswer(answerBytes, name);
    if (!reader.headerSeen || unknown !== undefined) unread.push(chunk);
    if (unknown === undefined) keepUnknown(() => reader.push(chunk));
    else if (bytes > quarantineBytes) break;
    if (unknown === undefined) hours.limitMemory();
    if (reader.headerSeen && unknown === undefined) unread = [];
  }
  if (unknown === undefined) keepUnknown(() => reader.end());
  if (unknown === undefined) return { kind: reader.headerSeen ? "rows" : "blank" };
  const { message } = unknown;
  const content = Buffer.concat(unread);
  const cut = content.byteLength > quarantineBytes;
  const kept = await quarantineObject(
    store,
    { app, hourMs: range.startMs },
    gzipSync(content.subarray(0, quarantineBytes)),
    name,
    message,
    cut ? `the first ${quarantineBytes} bytes of the file` : undefined,
  );
  return { kind: "failed", error: new UnknownHeaderError(`${message} It is kept at ${kept}`) };
};

const tooLargeAnswer = (bytes: number, source: string): AnswerTooLargeError =>
  new AnswerTooLargeError(`Amplify's log file holds more than ${bytes} bytes`, {
    field: source,
    retryable: true,
    fix: "if it goes on, look at the file in Amplify's console: no hour of a site is that large",
  });
