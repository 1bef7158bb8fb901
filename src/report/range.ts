/** Which days the report covers, and which days before it is compared with. */
import { InputError } from "../errors";
import { DAY_MS, isoDate } from "../model/windows";
import type { DayRange } from "./types";

/** Days of a report that names no range. */
export const DEFAULT_DAYS = 8;
/** How far back the newest data is looked for before all partitions are. */
const RECENT_DAYS = 62;
/** More days than this are drawn by day, not by hour. */
const HOURLY_DAYS = 10;

export interface DayWithData {
  readonly day: string;
  readonly requests: number;
  /** Time of the day's last row, `HH:MM:SS`. */
  readonly newest: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Checks a date of the form `YYYY-MM-DD`. @throws InputError */
export const parseDay = (text: string, field: string): string => {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(ms) || isoDate(ms) !== text) {
    throw new InputError("not a date", { field, value: text, fix: "write it as YYYY-MM-DD, such as 2026-11-20" });
  }
  return text;
};

/** Checks both ends of what the user asked for. @throws InputError */
export const checkRange = ({ from, to }: { from?: string | undefined; to?: string | undefined }): void => {
  if (from !== undefined) parseDay(from, "from");
  if (to !== undefined) parseDay(to, "to");
  if (from !== undefined && to !== undefined && from > to) {
    throw new InputError(`the first day is after the last one, ${to}`, {
      field: "from",
      value: from,
      fix: "swap --from and --to",
    });
  }
};

export const addDays = (day: string, days: number): string => isoDate(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);

/** Number of days of a range, both ends included. */
export const daysIn = ({ from, to }: DayRange): number =>
  (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS + 1;

export const listDays = (range: DayRange): string[] =>
  Array.from({ length: daysIn(range) }, (_, index) => addDays(range.from, index));

export const bucketOf = (range: DayRange): "hour" | "day" => (daysIn(range) <= HOURLY_DAYS ? "hour" : "day");

/** The first day whose rows matter for choosing the range. */
export const searchSince = (options: {
  from?: string | undefined;
  to?: string | undefined;
  generatedAt: string;
}): string => {
  const { from, to, generatedAt } = options;
  const last = to ?? generatedAt.slice(0, 10);
  if (from === undefined) return addDays(to ?? last, -RECENT_DAYS);
  return from > last ? from : addDays(from, -daysIn({ from, to: last }));
};

/**
 * The days to report on: as asked; otherwise the eight days that end with the newest day that has rows, beginning no earlier
 * than the first that has some.
 */
export const chooseRange = (
  options: { from?: string | undefined; to?: string | undefined; generatedAt: string },
  days: readonly DayWithData[],
): DayRange => {
  const upTo = days.filter(({ day }) => options.to === undefined || day <= options.to);
  const newest = upTo.at(-1)?.day;
  const to = options.to ?? newest ?? options.generatedAt.slice(0, 10);
  if (options.from !== undefined) return { from: options.from, to: to < options.from ? options.from : to };
  const earliest = addDays(to, 1 - DEFAULT_DAYS);
  return { from: upTo.find(({ day }) => day >= earliest)?.day ?? earliest, to };
};

/**
 * The period before, of the same length. Undefined unless it has rows on as many days as the range: a comparison with half a
 * period would show growth where there was none. Its last day ends at the time of the newest row.
 */
export const choosePrevious = (
  range: DayRange,
  days: readonly DayWithData[],
): (DayRange & { untilTime: string }) | undefined => {
  const previous = { from: addDays(range.from, -daysIn(range)), to: addDays(range.from, -1) };
  const daysWithData = ({ from, to }: DayRange): number => days.filter(({ day }) => day >= from && day <= to).length;
  const current = daysWithData(range);
  if (current === 0 || daysWithData(previous) < current) return undefined;
  return { ...previous, untilTime: days.find(({ day }) => day === range.to)?.newest ?? "23:59:59" };
};
