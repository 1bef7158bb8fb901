/** What the report shows, as plain data: `collectReport` makes it, `renderReport` draws it. Counts are requests unless said otherwise. */

import type { ApplicationsData } from "./applications";

/** Days, both included, `YYYY-MM-DD` in UTC. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export interface Totals {
  readonly requests: number;
  /** Requests that look automated. */
  readonly bots: number;
  /** Distinct addresses of people; with a truncating ipPolicy these are networks. */
  readonly visitors: number;
  /** HTML that people got: status 200, or 304 for a path that looks like a page's. */
  readonly pageViews: number;
  readonly bytes: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  /** Errors, 4xx and 5xx, that people got. */
  readonly peopleErrors: number;
  /** Answered from the edge cache: Hit and RefreshHit. */
  readonly cacheHits: number;
}

/** One column of the charts over time. */
export interface Bucket {
  readonly day: string;
  /** Two digits; undefined when the bucket is a day. */
  readonly hour: string | undefined;
  readonly people: number;
  readonly bots: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
}

/** One day, over all apps. */
export interface DayTotals extends Totals {
  readonly day: string;
}

export interface AppTotals {
  readonly app: string;
  readonly current: Totals;
  readonly previous: Totals | undefined;
}

export const DIMENSIONS = [
  "status",
  "http_version",
  "ssl_protocol",
  "host_header",
  "edge_country",
  "bot_reason",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface DimensionRow {
  /** Null when the log has none, such as the country of an unknown edge. */
  readonly value: string | null;
  readonly requests: number;
  readonly people: number;
  readonly bytes: number;
  readonly visitors: number;
}

export interface LatencyRow {
  /** Undefined: all requests. */
  readonly resultType: string | undefined;
  readonly requests: number;
  readonly bytes: number;
  /** Seconds to the last byte at the 50th, 95th and 99th percentile. */
  readonly total: Percentiles;
  /** Seconds to the first byte. */
  readonly firstByte: Percentiles;
}

export interface Percentiles {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

export interface PathRow {
  readonly app: string;
  readonly uri: string;
  readonly requests: number;
  readonly visitors: number;
  readonly bytes: number;
  readonly hits: number;
  /** Seconds to the last byte. */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

export interface ReferrerRow {
  /** Host without `www.`; `-` for none; empty when it is not a web address. */
  readonly host: string;
  /** Without its query string; undefined in a row that stands for the whole host. */
  readonly url: string | undefined;
  readonly pageViews: number;
  readonly visitors: number;
}

export interface ErrorRow {
  readonly app: string;
  readonly status: number;
  readonly uri: string;
  readonly people: number;
  readonly bots: number;
  /** One page that people came from, if any. */
  readonly referrer: string | undefined;
}

export interface AgentRow {
  readonly agent: string;
  readonly reason: string | undefined;
  readonly requests: number;
  readonly visitors: number;
}

export interface CoverageHour {
  readonly app: string;
  readonly day: string;
  readonly hour: number;
  readonly state: string;
  readonly rows: number;
  readonly error: string | undefined;
  /** Requests that Amplify's own metric counted; undefined when it was not asked, or did not say. */
  readonly requests: number | undefined;
}

export interface RejectedReason {
  readonly app: string;
  readonly rule: string;
  readonly reason: string;
  readonly rows: number;
}

export interface ReportData {
  /** Undefined where the lake has no application logs. */
  readonly applications?: ApplicationsData | undefined;
  readonly database: string;
  readonly table: string;
  /** ISO instant in UTC. */
  readonly generatedAt: string;
  readonly range: DayRange;
  /** Time of day of the newest row on the last day, `HH:MM:SS`; undefined without data. */
  readonly newest: string | undefined;
  readonly bucket: "hour" | "day";
  /** The period before, when it has data on as many days; cut at the same time of its last day. */
  readonly previousRange: DayRange | undefined;
  readonly totals: Totals;
  readonly previous: Totals | undefined;
  readonly apps: readonly AppTotals[];
  readonly buckets: readonly Bucket[];
  readonly days: readonly DayTotals[];
  readonly dimensions: Readonly<Record<Dimension, readonly DimensionRow[]>>;
  readonly latency: readonly LatencyRow[];
  readonly pages: readonly PathRow[];
  readonly slowPages: readonly PathRow[];
  readonly assets: readonly PathRow[];
  readonly referrers: readonly ReferrerRow[];
  readonly peopleErrors: readonly ErrorRow[];
  readonly botErrors: readonly ErrorRow[];
  readonly peopleAgents: readonly AgentRow[];
  readonly botAgents: readonly AgentRow[];
  /** Undefined when the table could not be read. */
  readonly coverage: readonly CoverageHour[] | undefined;
  readonly rejected: { readonly rows: number; readonly reasons: readonly RejectedReason[] } | undefined;
}
