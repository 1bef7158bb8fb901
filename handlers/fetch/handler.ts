import { AmplifyLogsError, PartialFailureError } from "../../src/errors";
import type { CoverageState } from "../../src/model/coverage";
import { DAY_MS, HOUR_MS, hoursOf, windowsOf } from "../../src/model/windows";
import type { Clock, LogSource, ObjectStore, RequestCounts, TimeRange } from "../../src/ports";
import type { RawHour } from "../../src/rows/rawHour";
import { RawHours } from "../../src/rows/rawHours";
import { mergeRawHour, type RawMerge } from "../../src/rows/rawStore";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";
import type { Metrics } from "../environment";
import { updateCoverage, type HourUpdate } from "./coverageFile";
import { countFetched } from "./fetchMetrics";
import { coverageRow, lateRows, outcomeOf, type HourFacts } from "./hourStates";
import { fetchRange, type FetchEvent, type RangeSettings } from "./range";
import { readWindow, type FetchLimits, type WindowReading } from "./readWindow";
import { WindowWidth } from "./width";

export interface FetchPorts {
  readonly source: LogSource;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** What Amplify counted by itself. Default: nobody asks. */
  readonly requests?: RequestCounts;
}

export interface FetchSettings extends RangeSettings {
  readonly app: string;
  readonly appId: string;
  readonly domainName: string;
  /** Further domain associations of the app: each window is asked for each of them. Default: none. */
  readonly furtherDomains?: readonly string[];
  readonly rawPrefix: string;
  readonly chunkDays: number;
  /** Default: what fits into the function. */
  readonly limits?: FetchLimits;
}

export interface HourResult {
  readonly hour: string;
  readonly state: CoverageState;
  readonly rows: number;
  readonly added: number;
  readonly late: number;
  /** Raw key that was written, where something was new. */
  readonly written?: string;
  /** Why it failed or was refused. */
  readonly error?: string;
}

export interface FetchResult {
  readonly app: string;
  readonly from: string;
  readonly to: string;
  readonly hours: readonly HourResult[];
  readonly added: number;
  /** Where to go on, ISO instant in UTC: the time was over before the range was. */
  readonly nextFrom?: string;
}

/** A result with what went wrong on the way; its hours say what they lack. */
export interface FetchOutcome extends FetchResult {
  readonly failures: readonly Error[];
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** Asks for a window at each of the app's domains: an hour is proven only when every one gave its file. */
const readDomains = async (
  ports: FetchPorts,
  { furtherDomains = [], ...target }: FetchSettings,
  window: TimeRange,
  hours: RawHours,
): Promise<WindowReading[]> => {
  const readings: WindowReading[] = [];
  for (const domainName of [target.domainName, ...furtherDomains])
    readings.push(...(await readWindow(ports, { ...target, domainName }, window, hours)));
  return readings;
};

const countRequests = async ({ requests }: FetchPorts, { appId }: FetchSettings, range: TimeRange) =>
  requests === undefined ? new Map<number, number>() : requests.byHour(appId, range);

const wasHalved = ({ startMs, endMs }: TimeRange, readings: readonly WindowReading[]): boolean =>
  readings.some(({ range }) => range.endMs - range.startMs < endMs - startMs);

/** What there is to store of a window. */
interface WindowFindings {
  readonly window: TimeRange;
  /** Of the whole run. */
  readonly range: TimeRange;
  readonly readings: readonly WindowReading[];
  readonly hours: ReadonlyMap<number, RawHour>;
  /** Requests by hour, as far as Amplify counted them. */
  readonly counted: ReadonlyMap<number, number>;
}

/** One window's rows into the store and its hours into the coverage; each hour's failure is its own. */
const storeWindow = async (
  { store, clock }: FetchPorts,
  { app, rawPrefix }: FetchSettings,
  { window, range, readings, hours, counted }: WindowFindings,
  failures: Error[],
): Promise<HourResult[]> => {
  const nowMs = clock.now();
  const updates = new Map<number, HourUpdate>();
  const facts = new Map<number, HourFacts>();
  for (const hourMs of hoursOf(window)) {
    let outcome = outcomeOf(hourMs, readings);
    let merge: RawMerge | undefined;
    let unstored = false;
    const fresh = hours.get(hourMs);
    try {
      if (fresh !== undefined) merge = await mergeRawHour(store, rawPrefix, { app, hourMs }, fresh);
    } catch (error) {
      outcome = { kind: "failed", error: error as Error };
      failures.push(outcome.error);
      unstored = true;
    }
    const endMs = hourMs + HOUR_MS;
    const whole = range.startMs <= hourMs && range.endMs >= endMs && endMs <= nowMs;
    const refusals = wasHalved(window, readings) ? 1 : 0;
    const requests = endMs <= nowMs ? counted.get(hourMs) : undefined;
    const found = { hourMs, outcome, whole, merge, unstored, refusals, requests, nowMs };
    facts.set(hourMs, found);
    updates.set(hourMs, (before) => coverageRow(found, before));
  }
  const changes = await updateCoverage(store, app, updates);
  return [...facts].map(([hourMs, found]) => {
    const { before, after } = changes.get(hourMs)!;
    const { merge } = found;
    const written = merge !== undefined && merge.added > 0 ? { written: merge.key } : {};
    const { hour, state, rows, error } = after;
    const why = error === null ? {} : { error };
    return { hour, state, rows, added: merge?.added ?? 0, late: lateRows(found, before), ...written, ...why };
  });
};

/**
 * Fetches a range: what is new of each hour is merged with what is stored, and each hour's state is written down. Begins no
 * further window after `deadlineMs`, and says where to go on.
 */
export const fetchHours = async (
  ports: FetchPorts,
  settings: FetchSettings,
  range: TimeRange,
  deadlineMs = Infinity,
): Promise<FetchOutcome> => {
  const folder = new TemporaryFolder();
  try {
    return await fetchWindows(ports, settings, range, deadlineMs, folder);
  } finally {
    folder.remove();
  }
};

const fetchWindows = async (
  ports: FetchPorts,
  settings: FetchSettings,
  range: TimeRange,
  deadlineMs: number,
  folder: TemporaryFolder,
): Promise<FetchOutcome> => {
  const { app } = settings;
  const width = await WindowWidth.of(ports.store, app, settings.chunkDays * DAY_MS);
  const results: HourResult[] = [];
  const failures: Error[] = [];
  const counted = await countRequests(ports, settings, range).catch((error: unknown) => {
    failures.push(error as Error);
    return new Map<number, number>();
  });
  let nextFrom: number | undefined;
  for (const window of windowsOf(range, width.widthMs)) {
    if (ports.clock.now() >= deadlineMs) {
      nextFrom = window.startMs;
      break;
    }
    const hours = new RawHours(folder, settings.limits?.memoryBytes);
    const readings = await readDomains(ports, settings, window, hours);
    const widthMs = window.endMs - window.startMs;
    await width.learn(widthMs, readings);
    const failed = readings.flatMap(({ outcome }) => ("error" in outcome ? [outcome.error] : []));
    const late = failed.length > 0 && ports.clock.now() >= deadlineMs;
    // Cut off by the deadline: what came is kept, and half as much is asked for next.
    if (late && widthMs > HOUR_MS) {
      await width.narrow(widthMs / 2);
      nextFrom = window.startMs;
    } else failures.push(...failed);
    results.push(...(await storeWindow(ports, settings, { window, range, readings, hours, counted }, failures)));
    folder.remove();
    if (nextFrom !== undefined) break;
  }
  await width.finish();
  const added = results.reduce((sum, hour) => sum + hour.added, 0);
  const next = nextFrom === undefined ? {} : { nextFrom: iso(nextFrom) };
  return { app, from: iso(range.startMs), to: iso(range.endMs), hours: results, added, ...next, failures };
};

/** A run as it is deployed: what failed fails it, after all that could be done was done. @throws PartialFailureError */
export const fetchRun = async (
  { metrics, ...ports }: FetchPorts & { readonly metrics?: Metrics },
  settings: FetchSettings,
  event: FetchEvent,
  deadlineMs = Infinity,
): Promise<FetchResult> => {
  const outcome = await fetchHours(ports, settings, fetchRange(event, settings), deadlineMs);
  if (metrics !== undefined) countFetched(metrics, outcome);
  const { failures, ...result } = outcome;
  const unfinished =
    result.nextFrom !== undefined && event.from === undefined
      ? [
          new AmplifyLogsError("the time was over before all hours were asked for", {
            field: settings.app,
            value: `from ${result.nextFrom}`,
            retryable: true,
            fix: "the next run asks for narrower windows; raise the function's memory if it goes on",
          }),
        ]
      : [];
  const all = [...failures, ...unfinished];
  if (all.length > 0) throw new PartialFailureError(`${all.length} window(s) of ${settings.app} failed`, all);
  return result;
};
