/** Which hours are not proven, which of them are asked for again now, and which are given up. */
import type { TimeRange } from "../ports";
import { isProven, type CoverageRow } from "./coverage";
import { DAY_MS, floorDay, floorHour, HOUR_MS, MINUTE_MS } from "./windows";

export interface GapSettings {
  readonly delayMinutes: number;
  /** Younger hours are the fetcher's own: each of its runs asks for them again. */
  readonly lookbackHours: number;
  /** An hour that is not proven by then counts as a gap. */
  readonly settlingHours: number;
  /** How long an hour is asked for again. Later it is given up. */
  readonly gapDays: number;
}

/** What is known of one app. Hours by their start, ms. */
export interface KnownHours {
  /** The coverage of the days of `gapDaysOf`. */
  readonly rows: ReadonlyMap<number, CoverageRow>;
  /** Start of the app's first hour with coverage; undefined before its first run. What is older is no gap. */
  readonly firstMs: number | undefined;
}

export interface AppGaps {
  /** What to ask for now, oldest first. */
  readonly due: readonly TimeRange[];
  /** Hours, older than the settling time and young enough to be asked for, that are not proven. */
  readonly open: number;
  /** Hours that became too old to be asked for within the last day, unproven. */
  readonly unrecoverable: readonly number[];
  /** Hours since the end of the newest proven one; undefined before the app's first run. */
  readonly freshnessHours: number | undefined;
}

/** The days whose coverage decides, oldest first: all that are in reach, and the day that has just left it. */
export const gapDaysOf = (nowMs: number, { gapDays }: Pick<GapSettings, "gapDays">): number[] => {
  const days: number[] = [];
  for (let day = floorDay(floorHour(nowMs) - (gapDays + 1) * DAY_MS); day <= nowMs; day += DAY_MS) days.push(day);
  return days;
};

/** Least and most time between two questions for the same hour. */
const SHORTEST_WAIT_MS = HOUR_MS / 2;
const LONGEST_WAIT_MS = DAY_MS;

/**
 * From when the hour is asked for again: after a quarter of the age that it had last time, so that an hour which never comes is
 * asked for some twenty times in two weeks, most of them at the beginning.
 */
export const askAgainMs = (hourMs: number, { last_fetch }: Pick<CoverageRow, "last_fetch">): number => {
  const lastMs = Date.parse(last_fetch);
  const ageMs = lastMs - (hourMs + HOUR_MS);
  return lastMs + Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ageMs / 4));
};

/** Neighbouring hours as ranges. */
export const rangesOf = (hours: readonly number[]): TimeRange[] =>
  hours.reduce<TimeRange[]>((ranges, hourMs) => {
    const last = ranges.at(-1);
    if (last?.endMs === hourMs) ranges[ranges.length - 1] = { ...last, endMs: hourMs + HOUR_MS };
    else ranges.push({ startMs: hourMs, endMs: hourMs + HOUR_MS });
    return ranges;
  }, []);

export const findGaps = ({ rows, firstMs }: KnownHours, nowMs: number, settings: GapSettings): AppGaps => {
  if (firstMs === undefined) return { due: [], open: 0, unrecoverable: [], freshnessHours: undefined };
  const reachMs = floorHour(nowMs) - settings.gapDays * DAY_MS;
  const closedMs = floorHour(nowMs - settings.delayMinutes * MINUTE_MS);
  const lookbackMs = closedMs - settings.lookbackHours * HOUR_MS;
  const settledMs = closedMs - settings.settlingHours * HOUR_MS;
  const earliestMs = Math.max(firstMs, reachMs - DAY_MS);

  let newestEndMs = earliestMs;
  const due: number[] = [];
  const unrecoverable: number[] = [];
  let open = 0;
  for (let hourMs = earliestMs; hourMs < nowMs; hourMs += HOUR_MS) {
    const row = rows.get(hourMs);
    if (row !== undefined && isProven(row.state)) newestEndMs = hourMs + HOUR_MS;
    else if (hourMs < reachMs) unrecoverable.push(hourMs);
    else {
      if (hourMs < settledMs) open++;
      if (hourMs < lookbackMs && (row === undefined || !(nowMs < askAgainMs(hourMs, row)))) due.push(hourMs);
    }
  }
  return { due: rangesOf(due), open, unrecoverable, freshnessHours: (nowMs - newestEndMs) / HOUR_MS };
};

/** One range of one app. */
export interface AppRange extends TimeRange {
  readonly app: string;
}

/**
 * What one run asks for: of each app its oldest range, then of each its next, until `most`: an app with many gaps leaves room for
 * the others.
 */
export const chooseRanges = (due: ReadonlyMap<string, readonly TimeRange[]>, most: number): AppRange[] => {
  const chosen: AppRange[] = [];
  const longest = Math.max(0, ...[...due.values()].map(({ length }) => length));
  for (let place = 0; place < longest; place++) {
    for (const [app, ranges] of due) {
      const range = ranges[place];
      if (range !== undefined && chosen.length < most) chosen.push({ app, ...range });
    }
  }
  return chosen;
};

/** Amplify's count of requests against rows, for one app. */
export interface Completeness {
  readonly requests: number;
  /** Requests that no row shows. */
  readonly missing: number;
}

/**
 * Of the day that settled last: rows come late, so that younger hours lack some. Taken over the day, because a request at an hour's
 * end may be counted in the next. Undefined where Amplify counted nothing.
 */
export const completenessOf = (
  rows: ReadonlyMap<number, CoverageRow>,
  nowMs: number,
  { settlingHours }: Pick<GapSettings, "settlingHours">,
): Completeness | undefined => {
  const endMs = floorHour(nowMs) - settlingHours * HOUR_MS;
  const counted = [...rows].filter(
    ([hourMs, { requests }]) => hourMs >= endMs - DAY_MS && hourMs < endMs && requests !== null,
  );
  const requests = counted.reduce((sum, [, row]) => sum + (row.requests ?? 0), 0);
  if (requests === 0) return undefined;
  return { requests, missing: Math.max(0, requests - counted.reduce((sum, [, row]) => sum + row.rows, 0)) };
};
