/** Which hours of each app are proven, and which are not. */
import { COVERAGE_STATES, type CoverageState } from "../model/coverage";
import { HOUR_MS } from "../model/windows";
import { listDays } from "./range";
import type { CoverageHour, ReportData } from "./types";

/**
 * `missing`: should have been asked for, and there is no trace of it. `open`: too young, or before the app's first hour.
 * `filling`: too young to be complete, with rows already; an older provisional hour stays provisional.
 */
export type HourState = CoverageState | "missing" | "open" | "filling";

export interface CalendarHour {
  readonly hour: number;
  readonly state: HourState;
  readonly rows: number;
  readonly error: string | undefined;
  /** Requests that Amplify's own metric counted; undefined when unknown. */
  readonly requests: number | undefined;
}

export interface CalendarDay {
  readonly app: string;
  readonly day: string;
  readonly hours: readonly CalendarHour[];
}

/** Amplify's rows take up to an hour to appear: an hour is expected when it has been over for one. */
const EXPECTED_AFTER_MS = 2 * HOUR_MS;

const isKnown = (state: string): state is CoverageState => (COVERAGE_STATES as readonly string[]).includes(state);

/** Whether the hour could be complete by now. */
export const isDue = (state: HourState): boolean => state !== "open" && state !== "filling";

export const isIncomplete = (state: HourState): boolean => isDue(state) && state !== "fetched" && state !== "quiet";

const stateOf = (
  row: CoverageHour | undefined,
  startMs: number,
  firstMs: number,
  expectedUntilMs: number,
): HourState => {
  if (row?.state === "provisional" && startMs > expectedUntilMs) return "filling";
  // A state that a newer version wrote and this one does not know proves nothing.
  if (row !== undefined) return isKnown(row.state) ? row.state : "failed";
  return startMs < firstMs || startMs > expectedUntilMs ? "open" : "missing";
};

/** The hours of the report's range by app and day; undefined when the coverage table is unreadable or has no rows. */
export const coverageCalendar = (
  data: Pick<ReportData, "coverage" | "range" | "generatedAt">,
): CalendarDay[] | undefined => {
  if (data.coverage === undefined || data.coverage.length === 0) return undefined;
  const expectedUntilMs = Date.parse(data.generatedAt) - EXPECTED_AFTER_MS;
  const byHour = new Map(data.coverage.map((row) => [`${row.app} ${row.day} ${row.hour}`, row]));
  const startOf = (day: string, hour: number): number => Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS;
  const apps = [...new Set(data.coverage.map(({ app }) => app))].sort();
  return apps.flatMap((app) => {
    const own = data.coverage?.filter((row) => row.app === app) ?? [];
    const firstMs = own.reduce((first, { day, hour }) => Math.min(first, startOf(day, hour)), Infinity);
    return listDays(data.range).map((day) => ({
      app,
      day,
      hours: Array.from({ length: 24 }, (_, hour): CalendarHour => {
        const row = byHour.get(`${app} ${day} ${hour}`);
        const state = stateOf(row, startOf(day, hour), firstMs, expectedUntilMs);
        return { hour, state, rows: row?.rows ?? 0, error: row?.error, requests: row?.requests };
      }),
    }));
  });
};

/** Hours of one app that follow each other and lack the same. */
export interface Gap {
  readonly app: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly state: HourState;
  readonly error: string | undefined;
}

/** What is not complete and could be, by app, oldest first. */
export const gapsIn = (calendar: readonly CalendarDay[]): Gap[] => {
  const gaps: Gap[] = [];
  for (const { app, day, hours } of calendar) {
    for (const { hour, state, error } of hours) {
      if (!isIncomplete(state)) continue;
      const startMs = Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS;
      const endMs = startMs + HOUR_MS;
      const last = gaps.at(-1);
      const goesOn = last?.app === app && last.endMs === startMs && last.state === state && last.error === error;
      if (goesOn) gaps[gaps.length - 1] = { ...last, endMs };
      else gaps.push({ app, startMs, endMs, state, error });
    }
  }
  return gaps;
};

/** Amplify's own count beside the rows, of the hours that it counted. */
export interface Counted {
  readonly requests: number;
  /** How many of them a row shows. */
  readonly shown: number;
}

/**
 * Day by day: a request at an hour's end may be counted in the next one. A day with more rows than requests lacks nothing; undefined
 * where nothing was counted.
 */
export const countedIn = (days: readonly CalendarDay[]): Counted | undefined => {
  const sums = days.map(({ hours }) => {
    const known = hours.filter((hour) => hour.requests !== undefined);
    const requests = known.reduce((sum, hour) => sum + (hour.requests ?? 0), 0);
    return {
      requests,
      shown: Math.min(
        requests,
        known.reduce((sum, { rows }) => sum + rows, 0),
      ),
    };
  });
  const requests = sums.reduce((sum, day) => sum + day.requests, 0);
  return requests === 0 ? undefined : { requests, shown: sums.reduce((sum, day) => sum + day.shown, 0) };
};

/** How many hours are proven and how many are not; undefined without coverage. */
export const countHours = (
  data: Pick<ReportData, "coverage" | "range" | "generatedAt">,
): { complete: number; incomplete: number } | undefined => {
  const hours = coverageCalendar(data)?.flatMap((day) => day.hours);
  if (hours === undefined) return undefined;
  const incomplete = hours.filter(({ state }) => isIncomplete(state)).length;
  return { complete: hours.filter(({ state }) => state === "fetched" || state === "quiet").length, incomplete };
};
