import { gzipSync } from "node:zlib";
import { isRefusal, UnknownHeaderError } from "../../src/errors";
import { HOUR_MS, MINUTE_MS, splitRange } from "../../src/model/windows";
import type { LogSource, ObjectStore, TimeRange } from "../../src/ports";
import { quarantineObject } from "../../src/rows/quarantine";
import { RawFileReader } from "../../src/rows/rawFile";
import type { RawHour } from "../../src/rows/rawHour";

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
  hours: Map<number, RawHour>,
): Promise<WindowReading[]> => {
  try {
    return [{ range, outcome: await readOnce(ports, target, range, hours) }];
  } catch (error) {
    if (!isRefusal(error)) return [{ range, outcome: { kind: "failed", error: error as Error } }];
    if (range.endMs - range.startMs <= NARROWEST_MS) return [{ range, outcome: { kind: "refused", error } }];
    const readings: WindowReading[] = [];
    for (const half of halve(range)) readings.push(...(await readWindow(ports, target, half, hours)));
    return readings;
  }
};

const readOnce = async (
  { source, store }: WindowPorts,
  { app, appId, domainName }: WindowTarget,
  range: TimeRange,
  hours: Map<number, RawHour>,
): Promise<WindowOutcome> => {
  const answer = await source.open({ appId, domainName, range });
  if (answer.kind !== "file") return { kind: answer.kind };
  const name = `${domainName} ${new Date(range.startMs).toISOString()}`;
  const reader = new RawFileReader(hours, range, name);
  // Until the header is known the bytes are kept: a file in a format that we do not know is put aside whole.
  const unread: Uint8Array[] = [];
  let unknown: UnknownHeaderError | undefined;
  for await (const chunk of answer.body) {
    if (!reader.headerSeen || unknown !== undefined) unread.push(chunk);
    if (unknown !== undefined) continue;
    try {
      reader.push(chunk);
    } catch (error) {
      if (!(error instanceof UnknownHeaderError)) throw error;
      unknown = error;
    }
    if (reader.headerSeen) unread.length = 0;
  }
  if (unknown === undefined) {
    try {
      reader.end();
    } catch (error) {
      if (!(error instanceof UnknownHeaderError)) throw error;
      unknown = error;
    }
  }
  if (unknown !== undefined) {
    const kept = await quarantineObject(
      store,
      { app, hourMs: range.startMs },
      gzipSync(Buffer.concat(unread)),
      name,
      unknown.message,
    );
    return { kind: "failed", error: new UnknownHeaderError(`${unknown.message} It is kept at ${kept}`) };
  }
  return { kind: reader.headerSeen ? "rows" : "blank" };
};
