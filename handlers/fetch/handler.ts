import { InputError, PartialFailureError } from "../../src/errors";
import type { CoverageState } from "../../src/model/coverage";
import { PREFIXES } from "../../src/model/keys";
import { DAY_MS, floorHour, HOUR_MS, hoursOf, lookbackRange, parseInstant, splitRange } from "../../src/model/windows";
import type { Clock, LogSource, ObjectStore, TimeRange } from "../../src/ports";
import type { RawHour } from "../../src/rows/rawHour";
import { mergeRawHour, type RawMerge } from "../../src/rows/rawStore";
import { updateCoverage, type HourUpdate } from "./coverageFile";
import { readWindow, type WindowOutcome, type WindowReading } from "./readWindow";

/** What a schedule sends, or, for hours of one's choice, `from` and `to`. */
export interface FetchEvent {
  /** The scheduled time, ISO instant in UTC: windows come from it, not from the clock. */
  readonly time?: string;
  /** `lookback`: the last hours; `settle`: the hours of the settling time. Default: lookback. */
  readonly mode?: "lookback" | "settle";
  /** Instead of time and mode: the first instant that is wanted, a full hour in UTC. */
  readonly from?: string;
  /** The first instant that is not wanted any more, a full hour in UTC. */
  readonly to?: string;
}

export interface FetchPorts {
  readonly source: LogSource;
  readonly store: ObjectStore;
  readonly clock: Clock;
}

export interface FetchSettings {
  readonly app: string;
  readonly appId: string;
  readonly domainName: string;
  readonly rawPrefix: string;
  readonly delayMinutes: number;
  readonly lookbackHours: number;
  readonly settlingHours: number;
  readonly chunkDays: number;
}

export interface HourResult {
  readonly hour: string;
  readonly state: CoverageState;
  readonly rows: number;
  readonly added: number;
  readonly late: number;
  /** Raw key that was written, where something was new. */
  readonly written?: string;
}

export interface FetchResult {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly hours: readonly HourResult[];
  readonly added: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export const fetchRange = (event: FetchEvent, settings: FetchSettings): TimeRange => {
  const { mode = "lookback" } = event;
  if (event.from !== undefined || event.to !== undefined) {
    const range = {
      startMs: parseInstant(String(event.from), "event.from"),
      endMs: parseInstant(String(event.to), "event.to"),
    };
    if (
      range.startMs >= range.endMs ||
      floorHour(range.startMs) !== range.startMs ||
      floorHour(range.endMs) !== range.endMs
    ) {
      const fix = "give full hours in UTC, from before to";
      throw new InputError("not a range of hours", { field: "event.from", value: `${event.from} to ${event.to}`, fix });
    }
    return range;
  }
  if (mode !== "lookback" && mode !== "settle") {
    throw new InputError("unknown mode", { field: "event.mode", value: mode, fix: "lookback or settle" });
  }
  // AWS gives whole seconds; anything that is not an instant would make a window of nonsense.
  const timeMs = parseInstant(String(event.time), "event.time");
  const lookbackHours = mode === "settle" ? settings.settlingHours : settings.lookbackHours;
  return lookbackRange(timeMs, { delayMinutes: settings.delayMinutes, lookbackHours });
};

interface WidthMemory {
  readonly widthMs: number;
}

const widthKey = (app: string): string => `${PREFIXES.state}/app=${app}/width.json`;

/** The width that Amplify served last time, so that a busy app is not refused anew on each run. */
const rememberedWidth = async (store: ObjectStore, app: string): Promise<number | undefined> => {
  const stored = await store.get(widthKey(app));
  if (stored === undefined) return undefined;
  const { widthMs } = JSON.parse(Buffer.from(stored.body).toString("utf8")) as WidthMemory;
  return Number.isFinite(widthMs) && widthMs >= HOUR_MS ? widthMs : undefined;
};

const rememberWidth = async (
  store: ObjectStore,
  app: string,
  readings: readonly WindowReading[],
  asked: number,
): Promise<void> => {
  const served = readings
    .filter(({ outcome }) => outcome.kind === "rows")
    .map(({ range }) => range.endMs - range.startMs);
  if (served.length === 0) return;
  const narrowest = Math.max(HOUR_MS, floorHour(Math.min(...served)));
  if (narrowest >= asked) return;
  await store.put(widthKey(app), Buffer.from(JSON.stringify({ widthMs: narrowest } satisfies WidthMemory)));
};

/** The outcome that counts for an hour that several windows touch: the worst. */
const RANK: readonly WindowOutcome["kind"][] = ["rows", "no-url", "blank", "refused", "failed"];
const outcomeOf = (hourMs: number, readings: readonly WindowReading[]): WindowOutcome =>
  readings
    .filter(({ range }) => range.startMs < hourMs + HOUR_MS && range.endMs > hourMs)
    .map(({ outcome }) => outcome)
    .reduce((worst, outcome) => (RANK.indexOf(outcome.kind) > RANK.indexOf(worst.kind) ? outcome : worst), {
      kind: "rows",
    });

const stateOf = (outcome: WindowOutcome, rows: number): CoverageState => {
  switch (outcome.kind) {
    case "rows":
      return rows > 0 ? "fetched" : "quiet";
    case "blank":
    case "no-url":
      // A blank answer proves nothing, but it takes nothing away either.
      return rows > 0 ? "fetched" : outcome.kind;
    case "refused":
    case "failed":
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
};

const isProven = (state: CoverageState): boolean => state === "fetched" || state === "quiet";

const coverageUpdate =
  (hourMs: number, outcome: WindowOutcome, merge: RawMerge | undefined, refusals: number, nowMs: number): HourUpdate =>
  (before) => {
    const rows = merge?.rows ?? before?.rows ?? 0;
    const state = stateOf(outcome, rows);
    return {
      hour: iso(hourMs),
      // An hour that was proven once stays so: a later failure takes nothing away.
      state:
        before !== undefined && isProven(before.state) && !isProven(state)
          ? rows > 0
            ? "fetched"
            : before.state
          : state,
      rows,
      bytes: merge?.bytes ?? before?.bytes ?? 0,
      sha256: merge?.sha256 ?? before?.sha256 ?? null,
      attempts: (before?.attempts ?? 0) + 1,
      first_fetch: before?.first_fetch ?? iso(nowMs),
      last_fetch: iso(nowMs),
      late_rows: (before?.late_rows ?? 0) + (merge?.existed === true ? merge.added : 0),
      lacking_rows: merge?.lacking ?? (outcome.kind === "rows" ? rows : (before?.lacking_rows ?? 0)),
      refusals: (before?.refusals ?? 0) + refusals,
      error: "error" in outcome ? outcome.error.message.slice(0, 500) : null,
    };
  };

/** Fetches the hours of a range: what is new of each is merged with what is stored, and each hour's state is written down. */
export const fetchHours = async (
  ports: FetchPorts,
  settings: FetchSettings,
  range: TimeRange,
): Promise<FetchResult> => {
  const { store, clock } = ports;
  const { app } = settings;
  const width = Math.min((await rememberedWidth(store, app)) ?? Infinity, settings.chunkDays * DAY_MS);
  const results: HourResult[] = [];
  const failures: Error[] = [];
  for (const window of splitRange(range, width)) {
    const hours = new Map<number, RawHour>();
    const readings = await readWindow(ports, settings, window, hours);
    await rememberWidth(store, app, readings, window.endMs - window.startMs);
    const updates = new Map<number, HourUpdate>();
    for (const hourMs of hoursOf(window)) {
      const outcome = outcomeOf(hourMs, readings);
      const fresh = hours.get(hourMs);
      const merge =
        fresh === undefined ? undefined : await mergeRawHour(store, settings.rawPrefix, { app, hourMs }, fresh);
      const refusals = readings.length > 1 ? 1 : 0;
      updates.set(hourMs, (before) => {
        const row = coverageUpdate(hourMs, outcome, merge, refusals, clock.now())(before);
        const late = merge?.existed === true ? merge.added : 0;
        const written = merge !== undefined && merge.added > 0 ? { written: merge.key } : {};
        const index = results.findIndex((result) => result.hour === row.hour);
        const result = { hour: row.hour, state: row.state, rows: row.rows, added: merge?.added ?? 0, late, ...written };
        if (index === -1) results.push(result);
        else results[index] = result;
        return row;
      });
    }
    await updateCoverage(store, app, updates);
    failures.push(...readings.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : [])));
  }
  if (failures.length > 0) throw new PartialFailureError(`${failures.length} window(s) of ${app} failed`, failures);
  const added = results.reduce((sum, hour) => sum + hour.added, 0);
  return { app, from: iso(range.startMs), to: iso(range.endMs), hours: results, added };
};

export const fetchRun = (ports: FetchPorts, settings: FetchSettings, event: FetchEvent): Promise<FetchResult> =>
  fetchHours(ports, settings, fetchRange(event, settings));
