/** Result rows of the report's queries as the report's types. */
import type {
  AgentRow,
  Bucket,
  CoverageHour,
  DimensionRow,
  ErrorRow,
  LatencyRow,
  PathRow,
  Percentiles,
  ReferrerRow,
  Totals,
} from "./types";
import { numberOf, numberOrUndefined, textOf, textOrNull, type Row } from "./values";

export const readTotals = (row: Row): Totals => ({
  requests: numberOf(row, "requests"),
  bots: numberOf(row, "bots"),
  visitors: numberOf(row, "visitors"),
  pageViews: numberOf(row, "page_views"),
  bytes: numberOf(row, "bytes"),
  clientErrors: numberOf(row, "client_errors"),
  serverErrors: numberOf(row, "server_errors"),
  peopleErrors: numberOf(row, "people_errors"),
  cacheHits: numberOf(row, "cache_hits"),
});

export const readBucket = (row: Row, bucket: "hour" | "day"): Bucket => ({
  day: textOf(row, "day"),
  hour: bucket === "hour" ? textOf(row, "hour") : undefined,
  people: numberOf(row, "requests") - numberOf(row, "bots"),
  bots: numberOf(row, "bots"),
  clientErrors: numberOf(row, "client_errors"),
  serverErrors: numberOf(row, "server_errors"),
});

export const readDimension = (row: Row): DimensionRow => ({
  value: textOrNull(row, "value"),
  requests: numberOf(row, "requests"),
  people: numberOf(row, "people"),
  bytes: numberOf(row, "bytes"),
  visitors: numberOf(row, "visitors"),
});

const readPercentiles = (row: Row, name: string): Percentiles => ({
  p50: numberOrUndefined(row, `${name}_p50`),
  p95: numberOrUndefined(row, `${name}_p95`),
  p99: numberOrUndefined(row, `${name}_p99`),
});

export const readLatency = (row: Row): LatencyRow => ({
  resultType: numberOf(row, "overall") === 1 ? undefined : textOf(row, "result_type"),
  requests: numberOf(row, "requests"),
  bytes: numberOf(row, "bytes"),
  total: readPercentiles(row, "total"),
  firstByte: readPercentiles(row, "first_byte"),
});

export const readPath = (row: Row): PathRow => ({
  app: textOf(row, "app"),
  uri: textOf(row, "uri"),
  requests: numberOf(row, "requests"),
  visitors: numberOf(row, "visitors"),
  bytes: numberOf(row, "bytes"),
  hits: numberOf(row, "hits"),
  p50: numberOrUndefined(row, "p50"),
  p95: numberOrUndefined(row, "p95"),
});

export const readReferrer = (row: Row): ReferrerRow => ({
  host: textOf(row, "referrer_host"),
  url: numberOf(row, "by_host") === 1 ? undefined : textOf(row, "url"),
  pageViews: numberOf(row, "page_views"),
  visitors: numberOf(row, "visitors"),
});

export const readError = (row: Row): ErrorRow => ({
  app: textOf(row, "app"),
  status: numberOf(row, "status"),
  uri: textOf(row, "uri"),
  people: numberOf(row, "people"),
  bots: numberOf(row, "bots"),
  referrer: textOrNull(row, "referrer") ?? undefined,
});

export const readAgent = (row: Row): AgentRow => ({
  agent: textOf(row, "user_agent"),
  reason: textOrNull(row, "bot_reason") ?? undefined,
  requests: numberOf(row, "requests"),
  visitors: numberOf(row, "visitors"),
});

export const readCoverage = (row: Row): CoverageHour => ({
  app: textOf(row, "app"),
  day: textOf(row, "day"),
  hour: numberOf(row, "hour"),
  state: textOf(row, "state"),
  rows: numberOf(row, "rows"),
  error: textOrNull(row, "error") ?? undefined,
  requests: numberOrUndefined(row, "requests"),
});
