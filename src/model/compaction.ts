/** Decisions of the compaction of closed days, without any I/O: what lies where, what is stale, what is worth doing. */
import { hourlyLocation, type DayState, type HourTags } from "./dayState";
import { PREFIXES } from "./keys";
import { DAY_MS, HOUR_MS } from "./windows";

/** `YYYYMMDDTHHMMSSZ-` and eight hexadecimal digits: ids sort by time, and no two attempts share one. */
const COMPACTION_ID = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
const COMPACTED = /^access_logs_compacted\/date=(\d{4}-\d\d-\d\d)\/([^/]+)\/app=([a-z][a-z0-9_]*)\//;

/** The tag that lets a file expire early, and nothing else does. */
export const SUPERSEDED = { state: "superseded" } as const;

/** A new attempt's id; `random` is eight hexadecimal digits. */
export const compactionId = (timeMs: number, random: string): string =>
  `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${random}`;

export const compactedDatePrefix = (date: string): string => `${PREFIXES.compacted}/date=${date}/`;

/** What one UNLOAD writes below, one folder an app; with a slash at its end. */
export const compactionPrefix = (date: string, id: string): string => `${compactedDatePrefix(date)}${id}/`;

export const compactedLocation = (date: string, id: string, app: string): string =>
  `${compactionPrefix(date, id)}app=${app}/`;

/** The parts of a key or location below `access_logs_compacted/`; undefined for any other. */
export const parseCompacted = (
  key: string,
): { readonly date: string; readonly id: string; readonly app: string } | undefined => {
  const match = COMPACTED.exec(key);
  return match === null || !COMPACTION_ID.test(match[2]!)
    ? undefined
    : { date: match[1]!, id: match[2]!, app: match[3]! };
};

/** The compaction whose files the state's location holds; null while it is the hourly files'. Undefined: neither. */
export const compactionOf = ({ app, date, location }: DayState): string | null | undefined => {
  if (location === hourlyLocation(app, date)) return null;
  const parts = parseCompacted(location);
  return parts?.app === app && parts.date === date && location === compactedLocation(date, parts.id, app)
    ? parts.id
    : undefined;
};

/** Compares the hourly files that are there with those that were read: the hours whose file is another one, or new. */
export type HourComparison = (listed: HourTags, recorded: HourTags) => string[];

export const changedHours: HourComparison = (listed, recorded) =>
  Object.keys(listed)
    .filter((hour) => recorded[hour] !== listed[hour])
    .sort();

/** Whether uniting the day's files is due: never compacted and in several files, or with rows that its location lacks. */
export const isDue = (state: DayState | undefined, listed: HourTags, compare: HourComparison): boolean => {
  const files = Object.keys(listed).length;
  if (state?.hours === undefined) return files > 1;
  return compare(listed, state.hours).length > 0;
};

/** Whether a day's rows are all in: its last hour is older than the hours that are still asked for again. */
export const isSettled = (dateMs: number, timeMs: number, settlingHours: number): boolean =>
  dateMs + DAY_MS + settlingHours * HOUR_MS <= timeMs;

/** Whether a day's rows are older than the table keeps them. */
export const isBeyondRetention = (dateMs: number, timeMs: number, tableDays: number): boolean =>
  dateMs + tableDays * DAY_MS <= timeMs;
