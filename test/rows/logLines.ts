/** Lines of Amplify's file, one field at a time. */
import { gzipSync } from "node:zlib";
import { CSV_HEADER, LOG_COLUMNS, type LogColumnName } from "../../src/model/columns";

export type Fields = Partial<Record<LogColumnName, string>>;

export const HOUR = Date.parse("2026-11-20T13:00:00Z");

const DEFAULTS: Fields = {
  date: "2026-11-20",
  time: "13:00:00",
  location: "FRA56-P1",
  bytes: "1000",
  request_ip: "203.0.113.40",
  method: "GET",
  host: "d1a2b3c4d5e6f7.cloudfront.net",
  uri: "/",
  status: "200",
  user_agent:
    "Mozilla/5.0%20\\(X11;%20Linux%20x86_64)%20AppleWebKit/537.36%20\\(KHTML%20like%20Gecko)%20Chrome/151.0.0.0%20Safari/537.36",
  host_header: "shop.example",
  time_taken: "0.093",
};

export const logLine = (fields: Fields = {}): string =>
  LOG_COLUMNS.map(({ name }) => fields[name] ?? DEFAULTS[name] ?? "-").join(",");

export const logFile = (lines: readonly string[]): string => [CSV_HEADER, ...lines, ""].join("\n");
export const gzipFile = (lines: readonly string[]): Buffer => gzipSync(logFile(lines));
