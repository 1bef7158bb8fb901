/** Application logs in the report: their tables are asked only where the lake has them. SQL that Athena and DuckDB both take. */
import { literal, qualify } from "../model/catalog";
import type { DayRange } from "./types";
import { numberOf, numberOrUndefined, textOf, type Row } from "./values";

/** Where the application logs are. */
export interface ApplicationTables {
  readonly database: string;
  /** Table of the rows that keep all rules, with the keys service, year, month, day. */
  readonly processed: string;
  /** Table of the lines that broke a rule. */
  readonly errors: string;
}

export interface ServiceLevels {
  readonly service: string;
  readonly rows: number;
  /** Of DEBUG and TRACE. */
  readonly details: number;
  readonly warnings: number;
  /** Of ERROR and worse. */
  readonly errors: number;
}

export interface SlowEndpoint {
  readonly service: string;
  readonly endpoint: string;
  readonly requests: number;
  /** Milliseconds. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

export interface RefusedLines {
  readonly service: string;
  readonly rule: string;
  readonly reason: string;
  readonly lines: number;
}

/** A part that could not be read is undefined: fields are the user's own, and may lack what it asks for. */
export interface ApplicationsData {
  readonly services: readonly ServiceLevels[] | undefined;
  readonly slow: readonly SlowEndpoint[] | undefined;
  readonly refused: readonly RefusedLines[] | undefined;
}

/** Fewer requests say nothing about a 95th percentile. */
export const SLOW_ENDPOINT_MINIMUM = 10;

const DAY = `t."year" || '-' || t."month" || '-' || t."day"`;
const since = ({ from }: DayRange): string => `${DAY} >= ${literal(from)}`;
const within = (range: DayRange): string => `${since(range)} AND ${DAY} <= ${literal(range.to)}`;
const countOf = (levels: readonly string[], name: string): string =>
  `count(CASE WHEN t."level" IN (${levels.map(literal).join(", ")}) THEN 1 END) AS "${name}"`;

export const applicationQueries = ({ database, processed, errors }: ApplicationTables, range: DayRange) => ({
  services: `SELECT t."service", count(*) AS "rows", ${countOf(["DEBUG", "TRACE"], "details")},
    ${countOf(["WARN", "WARNING"], "warnings")}, ${countOf(["ERROR", "CRITICAL", "ALERT", "EMERGENCY", "FATAL"], "errors")}
FROM ${qualify(database, processed)} t
WHERE ${within(range)}
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 30`,
  slow: `SELECT t."service", regexp_replace(substr(t."endpoint", 1, 200), '/[0-9]+(/|$)', '/{id}$1') AS "endpoint", count(*) AS "requests",
    approx_percentile(t."response_time_ms", 0.5) AS "p50", approx_percentile(t."response_time_ms", 0.95) AS "p95"
FROM ${qualify(database, processed)} t
WHERE ${within(range)} AND t."endpoint" IS NOT NULL AND t."response_time_ms" IS NOT NULL
GROUP BY 1, 2
HAVING count(*) >= ${SLOW_ENDPOINT_MINIMUM}
ORDER BY 5 DESC, 1, 2
LIMIT 10`,
  refused: `SELECT r."service", r."rule", r."reason", count(*) AS "lines"
FROM (
  SELECT coalesce(t."service", '-') AS "service", t."rule", regexp_replace(substr(t."reason", 1, 200), ': "[^"]*"?$', '') AS "reason"
  FROM ${qualify(database, errors)} t
  -- By the day on which their file came, which may be after all that it tells of.
  WHERE ${since(range)}
) r
GROUP BY 1, 2, 3
ORDER BY 4 DESC, 1, 2, 3
LIMIT 12`,
});

const readServices = (row: Row): ServiceLevels => ({
  service: textOf(row, "service"),
  rows: numberOf(row, "rows"),
  details: numberOf(row, "details"),
  warnings: numberOf(row, "warnings"),
  errors: numberOf(row, "errors"),
});

const readSlow = (row: Row): SlowEndpoint => ({
  service: textOf(row, "service"),
  endpoint: textOf(row, "endpoint"),
  requests: numberOf(row, "requests"),
  p50: numberOrUndefined(row, "p50"),
  p95: numberOrUndefined(row, "p95"),
});

const readRefused = (row: Row): RefusedLines => ({
  service: textOf(row, "service"),
  rule: textOf(row, "rule"),
  reason: textOf(row, "reason"),
  lines: numberOf(row, "lines"),
});

/** @param query gives undefined where its tables or columns are missing */
export const collectApplications = async (
  query: (sql: string) => Promise<Row[] | undefined>,
  tables: ApplicationTables,
  range: DayRange,
): Promise<ApplicationsData> => {
  const sql = applicationQueries(tables, range);
  return {
    services: (await query(sql.services))?.map(readServices),
    slow: (await query(sql.slow))?.map(readSlow),
    refused: (await query(sql.refused))?.map(readRefused),
  };
};
