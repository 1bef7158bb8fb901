/** `state/app=…/date=….json`: where one day of one app lies. Glue's partitions are derived from it. */
import { AmplifyLogsError } from "../errors";
import { datePrefix, PREFIXES } from "./keys";

/** ETags by hour of the day, two digits. */
export type HourTags = Readonly<Record<string, string>>;

export interface DayState {
  readonly app: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly date: string;
  /** Prefix in the bucket with a slash at its end: the hourly files', until a compaction switched to its own. */
  readonly location: string;
  /** Rows at that location; absent before the first compaction. */
  readonly rows?: number;
  /** ETags of the hourly files that the location contains; absent before the first compaction. */
  readonly hours?: HourTags;
}

/** The hourly files' own folder: the location of a day that was never compacted. */
export const hourlyLocation = (app: string, date: string): string =>
  datePrefix(PREFIXES.accessLogs, { app, hourMs: Date.parse(date) });

const STATE_KEY = /^state\/app=([a-z][a-z0-9_]*)\/date=(\d{4}-\d\d-\d\d)\.json$/;

/** The app and date of a state's key; undefined for any other key. */
export const parseStateKey = (key: string): { readonly app: string; readonly date: string } | undefined => {
  const match = STATE_KEY.exec(key);
  return match === null ? undefined : { app: match[1]!, date: match[2]! };
};

export const renderDayState = ({ app, date, location, rows, hours }: DayState): Uint8Array =>
  Buffer.from(`${JSON.stringify({ app, date, location, rows, hours })}\n`);

const isTags = (value: unknown): value is HourTags =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(([hour, etag]) => /^\d\d$/.test(hour) && typeof etag === "string");

/** Reads a state. @throws AmplifyLogsError naming the object when it is not one. */
export const parseDayState = (key: string, body: Uint8Array): DayState => {
  const named = parseStateKey(key);
  const broken = (reason: string, cause?: unknown): AmplifyLogsError =>
    new AmplifyLogsError(reason, {
      field: key,
      fix: "restore an older version of this object; it says where the day's rows lie",
      cause,
    });
  let value: Partial<Record<keyof DayState, unknown>>;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8")) as typeof value;
  } catch (error) {
    throw broken("the day's state is not JSON", error);
  }
  const { location, rows, hours } = value ?? {};
  if (named === undefined || typeof location !== "string" || !location.endsWith("/")) {
    throw broken("the day's state names no location");
  }
  if (hours !== undefined && !isTags(hours)) throw broken("the day's state has hours that are no ETags");
  return {
    ...named,
    location,
    ...(typeof rows === "number" ? { rows } : {}),
    ...(hours === undefined ? {} : { hours }),
  };
};
