/** Which days have something to do: those that still have hourly files, and those with files of several compactions. */
import { compactionOf, isBeyondRetention, isDue, isSettled, parseCompacted } from "../../src/model/compaction";
import { MAX_APPS } from "../../src/model/compactionSql";
import { parseParquetKey, PREFIXES } from "../../src/model/keys";
import { DAY_MS, isoDate } from "../../src/model/windows";
import { inParallel } from "../../src/parallel";
import { listHours, readDayState, REQUESTS, type AppDay } from "../dayStates";
import type { CompactPorts, CompactSettings, DayItem } from "./ports";

export interface Plan {
  readonly days: readonly DayItem[];
  /** Days that have to wait for the next run. */
  readonly left: number;
}

/**
 * Days in one run, so that its history stays below Step Functions' 25,000 events: a day takes some 60, and up to 200 when Athena is
 * slow. What is beyond, after a long backfill, is done on the next days.
 */
export const MAX_DAYS = 100;
/** Listings at one time: each holds some thousands of keys in memory. */
const LISTINGS = 4;

/** The dates of which the app has hourly files, with the files' number. Files of compacted days expire, so that these are few. */
const filesByDate = async ({ store }: CompactPorts, app: string): Promise<Map<string, number>> => {
  const dates = new Map<string, number>();
  for (const { key } of await store.list(`${PREFIXES.accessLogs}/app=${app}/`)) {
    const hour = parseParquetKey(key);
    if (hour === undefined) continue;
    const date = isoDate(hour.hourMs);
    dates.set(date, (dates.get(date) ?? 0) + 1);
  }
  return dates;
};

const hasWork = async ({ store, compare }: CompactPorts, day: AppDay, files: number): Promise<boolean> => {
  const state = (await readDayState(store, day))?.state;
  if (state?.hours === undefined) return files > 1;
  // Of a compacted day the hourly files are due, or wait to be tagged, or to expire.
  return typeof compactionOf(state) === "string" || isDue(state, await listHours(store, day), compare);
};

/** Days of which an app has files of more than one compaction: all but one wait to be tagged. */
const doubleDays = async (
  { store }: CompactPorts,
  { apps, tableDays }: CompactSettings,
  timeMs: number,
): Promise<AppDay[]> => {
  const months = new Set<string>();
  for (let ms = timeMs - tableDays * DAY_MS; ms <= timeMs; ms += DAY_MS) months.add(isoDate(ms).slice(0, 7));
  const found = await inParallel([...months], LISTINGS, async (month) => {
    const ids = new Map<string, string>();
    const double = new Map<string, AppDay>();
    for (const { key } of await store.list(`${PREFIXES.compacted}/date=${month}-`)) {
      const parts = parseCompacted(key);
      if (parts === undefined || !apps.includes(parts.app)) continue;
      const { app, date, id } = parts;
      const name = `${app} ${date}`;
      if ((ids.get(name) ?? id) !== id) double.set(name, { app, date });
      ids.set(name, id);
    }
    return [...double.values()];
  });
  return found.flat();
};

export const planDays = async (ports: CompactPorts, settings: CompactSettings, timeMs: number): Promise<Plan> => {
  const { apps, settlingHours, tableDays } = settings;
  const parts = new Map<string, Set<number>>();
  const add = ({ app, date }: AppDay): void => {
    parts.set(date, (parts.get(date) ?? new Set()).add(Math.floor(apps.indexOf(app) / MAX_APPS)));
  };
  for (const day of await doubleDays(ports, settings, timeMs)) add(day);
  await inParallel(apps, LISTINGS, async (app) => {
    const closed = [...(await filesByDate(ports, app))].filter(([date]) => {
      const dateMs = Date.parse(date);
      return isSettled(dateMs, timeMs, settlingHours) && !isBeyondRetention(dateMs, timeMs, tableDays);
    });
    await inParallel(closed, REQUESTS, async ([date, files]) => {
      if (await hasWork(ports, { app, date }, files)) add({ app, date });
    });
  });
  const items = [...parts.keys()]
    .sort()
    .flatMap((date) => [...parts.get(date)!].sort((a, b) => a - b).map((part) => ({ date, part })));
  return { days: items.slice(0, MAX_DAYS), left: Math.max(0, items.length - MAX_DAYS) };
};
