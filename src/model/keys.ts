import { HOUR_MS, isoDate, isoHour } from "./windows";

/** One hour of one app: what every object in the lake is about. */
export interface AppHour {
  readonly app: string;
  /** Start of the hour, ms UTC. */
  readonly hourMs: number;
}

/** The top-level prefixes of the lake's bucket. Only `raw` can be named by the user. */
export const PREFIXES = {
  raw: "raw",
  accessLogs: "access_logs",
  compacted: "access_logs_compacted",
  rejected: "rejected",
  quarantine: "quarantine",
  coverage: "coverage",
  state: "state",
  cloudFrontJson: "cloudfront_json",
  processed: "processed",
  errors: "errors",
} as const;

const RAW_KEY =
  /^(.+)\/app=([a-z][a-z0-9_]*)\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/access_logs-(\d\d)-(\d\d)\.csv\.gz$/;
const PARQUET_KEY = /^access_logs\/app=([a-z][a-z0-9_]*)\/date=(\d{4}-\d\d-\d\d)\/hour-(\d\d)\.parquet$/;

const hourMsOf = (date: string, hour: string): number | undefined => {
  const ms = Date.parse(`${date}T${hour}:00:00Z`);
  return Number.isNaN(ms) || isoDate(ms) !== date ? undefined : ms;
};

/** The app's raw prefix of one day, as the source laid it out; ends with a slash. */
export const rawDayPrefix = (prefix: string, { app, hourMs }: AppHour): string => {
  const [year, month, day] = isoDate(hourMs).split("-");
  return `${prefix}/app=${app}/year=${year}/month=${month}/day=${day}/`;
};

export const rawKey = (prefix: string, hour: AppHour): string =>
  `${rawDayPrefix(prefix, hour)}access_logs-${isoHour(hour.hourMs)}-${isoHour(hour.hourMs + HOUR_MS)}.csv.gz`;

/** The app and hour of a raw key below `prefix`; undefined for any other key. */
export const parseRawKey = (prefix: string, key: string): AppHour | undefined => {
  const match = RAW_KEY.exec(key);
  if (match === null || match[1] !== prefix) return undefined;
  const hourMs = hourMsOf(`${match[3]}-${match[4]}-${match[5]}`, match[6]!);
  if (hourMs === undefined || isoHour(hourMs + HOUR_MS) !== match[7]) return undefined;
  return { app: match[2]!, hourMs };
};

export const datePrefix = (prefix: string, { app, hourMs }: AppHour): string =>
  `${prefix}/app=${app}/date=${isoDate(hourMs)}/`;

export const parquetKey = (hour: AppHour): string =>
  `${datePrefix(PREFIXES.accessLogs, hour)}hour-${isoHour(hour.hourMs)}.parquet`;

export const parseParquetKey = (key: string): AppHour | undefined => {
  const match = PARQUET_KEY.exec(key);
  const hourMs = match === null ? undefined : hourMsOf(match[2]!, match[3]!);
  return hourMs === undefined ? undefined : { app: match![1]!, hourMs };
};

export const rejectedKey = (hour: AppHour): string =>
  `${datePrefix(PREFIXES.rejected, hour)}hour-${isoHour(hour.hourMs)}.json.gz`;
export const coverageKey = (hour: AppHour): string => `${datePrefix(PREFIXES.coverage, hour)}hours.json`;
export const stateKey = (hour: AppHour): string =>
  `${PREFIXES.state}/app=${hour.app}/date=${isoDate(hour.hourMs)}.json`;
