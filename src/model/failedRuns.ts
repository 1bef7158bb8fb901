/**
 * Runs that were given up, as they lie in their queue: EventBridge's schedule, or Lambda itself after its retries, left the event
 * and nothing else. A fetcher's event says whose it is; all other runs do what is to be done whenever they run, so that the next one
 * makes the lost one good.
 */
import type { BackfillRanges, TimeRange } from "../ports";
import { isoRange } from "./backfill";
import { floorHour, HOUR_MS } from "./windows";

export type FailedRun =
  | { readonly kind: "fetch"; readonly app: string; readonly range: TimeRange }
  /** Partitions, gaps, compaction, backfill: the next scheduled run does the same. */
  | { readonly kind: "repeated" }
  | { readonly kind: "unknown" };

/** A run ends its question up to twelve hours before its time (`delayMinutes`), and begins it so many hours earlier. */
const LONGEST_DELAY_HOURS = 13;

const parseEvent = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const event = JSON.parse(body) as unknown;
    return typeof event === "object" && event !== null ? (event as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

/** Reads one message's body. */
export const readFailedRun = (body: string): FailedRun => {
  const { time, app, hours } = parseEvent(body);
  const timeMs = typeof time === "string" ? Date.parse(time) : NaN;
  if (Number.isNaN(timeMs)) return { kind: "unknown" };
  if (app === undefined) return { kind: "repeated" };
  const wanted = Number(hours);
  if (typeof app !== "string" || !(wanted > 0)) return { kind: "unknown" };
  const endMs = floorHour(timeMs);
  return { kind: "fetch", app, range: { startMs: endMs - (wanted + LONGEST_DELAY_HOURS) * HOUR_MS, endMs } };
};

/** What a backfill is asked for, so that the runs' hours are complete: each app's ranges, joined where they touch. */
export const repairOf = (runs: readonly FailedRun[]): BackfillRanges["ranges"] => {
  const byApp = new Map<string, TimeRange[]>();
  const fetches = runs.flatMap((run) => (run.kind === "fetch" ? [run] : []));
  for (const { app, range } of fetches.sort((a, b) => a.range.startMs - b.range.startMs)) {
    const joined = byApp.get(app) ?? [];
    const last = joined.at(-1);
    if (last !== undefined && range.startMs <= last.endMs)
      joined[joined.length - 1] = { ...last, endMs: Math.max(last.endMs, range.endMs) };
    else joined.push(range);
    byApp.set(app, joined);
  }
  return [...byApp].flatMap(([app, list]) => list.map((range) => ({ app, ...isoRange(range) })));
};
