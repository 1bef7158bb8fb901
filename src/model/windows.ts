import { InputError } from "../errors";
import type { TimeRange } from "../ports";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const floorHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
export const floorDay = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

/** `YYYY-MM-DD` in UTC. */
export const isoDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** The hour of the day in UTC, two digits. */
export const isoHour = (ms: number): string => String(new Date(ms).getUTCHours()).padStart(2, "0");

/** The starts of the hours that a half-open range touches, oldest first. */
export const hoursOf = ({ startMs, endMs }: TimeRange): number[] => {
  const hours: number[] = [];
  if (endMs <= startMs) return hours;
  for (let hour = floorHour(startMs); hour < endMs; hour += HOUR_MS) hours.push(hour);
  return hours;
};

/**
 * What a run at `timeMs` asks for: the last `lookbackHours` closed hours, the newest of which ends `delayMinutes` before the
 * run, floored to the hour (Amplify's rows take up to an hour to appear). With `openHours` also the minutes of the hour that
 * is not over, up to that delay. Half-open.
 */
export const lookbackRange = (
  timeMs: number,
  options: { delayMinutes: number; lookbackHours: number; openHours?: boolean },
): TimeRange => {
  const newestMs = timeMs - options.delayMinutes * MINUTE_MS;
  const startMs = floorHour(newestMs) - options.lookbackHours * HOUR_MS;
  return {
    startMs,
    endMs: options.openHours === true ? Math.floor(newestMs / MINUTE_MS) * MINUTE_MS : floorHour(newestMs),
  };
};

/** Cuts a range into pieces of at most `widthMs`, oldest first. */
export const splitRange = ({ startMs, endMs }: TimeRange, widthMs: number): TimeRange[] => {
  if (!(widthMs > 0))
    throw new InputError("a window has to be wider than nothing", { field: "widthMs", value: widthMs });
  const pieces: TimeRange[] = [];
  for (let start = startMs; start < endMs; start += widthMs) {
    pieces.push({ startMs: start, endMs: Math.min(start + widthMs, endMs) });
  }
  return pieces;
};

/** Cuts a range into windows of at most `widthMs`, each of which ends on a full hour or with the range. */
export const windowsOf = ({ startMs, endMs }: TimeRange, widthMs: number): TimeRange[] => {
  const windows: TimeRange[] = [];
  for (let start = startMs; start < endMs;) {
    const end = Math.min(endMs, Math.max(floorHour(start + widthMs), floorHour(start) + HOUR_MS));
    windows.push({ startMs: start, endMs: end });
    start = end;
  }
  return windows;
};

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** Reads `YYYY-MM-DD` or an ISO instant in UTC. */
export const parseInstant = (text: string, field: string): number => {
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN;
  const exists = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10));
  if (!exists) {
    throw new InputError("not a date or an ISO instant in UTC", {
      field,
      value: text,
      fix: "write 2026-11-20 or 2026-11-20T13:00:00Z",
    });
  }
  return ms;
};
