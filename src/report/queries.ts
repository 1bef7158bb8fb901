/**
 * The report's questions as SQL that Athena (Trino) and DuckDB both take. Each filters on the string partition key, so that
 * both prune; those that share their rows share one scan through grouping sets.
 */
import { COVERAGE_TABLE, literal, qualify, rejectedTableName } from "../model/catalog";
import { DIMENSIONS, type DayRange } from "./types";

export interface ReportScope {
  readonly database: string;
  readonly table: string;
  /** Only these apps. Default: all. */
  readonly apps?: readonly string[];
  readonly range: DayRange;
  /** What the totals are compared with; its last day ends at `untilTime` (HH:MM:SS), as the newest day may. */
  readonly previous?: DayRange & { readonly untilTime: string };
  readonly bucket: "hour" | "day";
}

/** Fewer requests than this say nothing about a page's 95th percentile. */
export const SLOW_PAGE_MINIMUM = 10;

// Longer addresses and agents are cut, so that one hostile value cannot fill the page or the grouping's memory.
const path = `substr(t."uri", 1, 400)`;
const person = `NOT t."is_bot"`;
const address = `CASE WHEN ${person} AND t."request_ip" <> '-' THEN t."request_ip" END`;
const lastSegment = `split_part(reverse(t."uri"), '/', 1)`;
// A 304 has no content type: there, a path is taken for a page unless its last part has a dot, or it is a framework's own file
// (/_next/image, /_nuxt/…), an interface (/api/…), or what Next.js loads instead of a page (_rsc in the query).
const notModifiedPage = `(${lastSegment} NOT LIKE '%.%' OR t."uri" LIKE '%.html')
    AND substr(t."uri", 1, 2) <> '/_' AND t."uri" NOT LIKE '/api/%' AND strpos(t."query_string", '_rsc=') = 0`;
const page = `(t."method" = 'GET' AND (t."status" = 200 AND t."sc_content_type" LIKE 'text/html%'
    OR t."status" = 304 AND ${notModifiedPage}))`;
const hit = `t."result_type" IN ('Hit', 'RefreshHit')`;

const countWhere = (condition: string, name: string): string => `count(CASE WHEN ${condition} THEN 1 END) AS "${name}"`;
const without = (host: string): string => `CASE WHEN ${host} LIKE 'www.%' THEN substr(${host}, 5) ELSE ${host} END`;

const TOTALS = [
  `count(*) AS "requests"`,
  countWhere(`t."is_bot"`, "bots"),
  `count(DISTINCT ${address}) AS "visitors"`,
  countWhere(`${person} AND ${page}`, "page_views"),
  `sum(t."bytes") AS "bytes"`,
  countWhere(`t."status" BETWEEN 400 AND 499`, "client_errors"),
  countWhere(`t."status" >= 500`, "server_errors"),
  countWhere(`${person} AND t."status" >= 400`, "people_errors"),
  countWhere(hit, "cache_hits"),
].join(",\n    ");

const percentiles = (column: string, name: string): string =>
  [50, 95, 99].map((p) => `approx_percentile(t."${column}", 0.${p}) AS "${name}_p${p}"`).join(", ");

const inApps = ({ apps }: ReportScope): string =>
  apps === undefined ? "" : ` AND t."app" IN (${apps.map(literal).join(", ")})`;

const within = (scope: ReportScope): string =>
  `t."date" >= ${literal(scope.range.from)} AND t."date" <= ${literal(scope.range.to)}${inApps(scope)}`;

const logs = ({ database, table }: ReportScope): string => `${qualify(database, table)} t`;

/** Days that have rows, from a day on; asked first, to find the range and whether there is a period to compare with. */
export const daysQuery = (scope: Pick<ReportScope, "database" | "table" | "apps">, since: string): string =>
  `SELECT t."date" AS "day", count(*) AS "requests", max(t."time") AS "newest"
FROM ${qualify(scope.database, scope.table)} t
WHERE t."date" >= ${literal(since)}${inApps(scope as ReportScope)}
GROUP BY 1
ORDER BY 1`;

const totals = (scope: ReportScope): string => {
  const { previous } = scope;
  const either =
    previous === undefined
      ? within(scope)
      : `t."date" >= ${literal(previous.from)} AND t."date" <= ${literal(scope.range.to)}${inApps(scope)}
    AND NOT (t."date" = ${literal(previous.to)} AND t."time" > ${literal(previous.untilTime)})`;
  return `SELECT t."period", t."app",
    ${TOTALS}
FROM (
  SELECT t.*, CASE WHEN t."date" >= ${literal(scope.range.from)} THEN 'current' ELSE 'previous' END AS "period"
  FROM ${logs(scope)}
  WHERE ${either}
) t
GROUP BY GROUPING SETS ((t."period"), (t."period", t."app"))
ORDER BY 1, 2`;
};

/** By app and bucket, and by day over all apps (there, app and hour are null). */
const traffic = (scope: ReportScope): string => `SELECT t."app", t."day", t."hour",
    ${TOTALS}
FROM (
  SELECT t.*, t."date" AS "day", ${scope.bucket === "hour" ? `substr(t."time", 1, 2)` : "'00'"} AS "hour"
  FROM ${logs(scope)}
  WHERE ${within(scope)}
) t
GROUP BY GROUPING SETS ((t."day"), (t."app", t."day", t."hour"))
ORDER BY 2, 3, 1`;

const dimensionName = (): string => {
  const all = 2 ** DIMENSIONS.length - 1;
  const cases = DIMENSIONS.map((name, index) => `WHEN ${all - 2 ** (DIMENSIONS.length - 1 - index)} THEN '${name}'`);
  return `CASE grouping(${DIMENSIONS.map((name) => `t."${name}"`).join(", ")}) ${cases.join(" ")} END`;
};

const dimensions = (scope: ReportScope): string => `SELECT * FROM (
  SELECT d.*, row_number() OVER (PARTITION BY d."dimension" ORDER BY d."requests" DESC, d."value") AS "place"
  FROM (
    SELECT ${dimensionName()} AS "dimension",
      coalesce(${DIMENSIONS.map((name) => `CAST(t."${name}" AS varchar)`).join(", ")}) AS "value",
      count(*) AS "requests", ${countWhere(person, "people")}, sum(t."bytes") AS "bytes",
      count(DISTINCT ${address}) AS "visitors"
    FROM ${logs(scope)}
    WHERE ${within(scope)}
    GROUP BY GROUPING SETS (${DIMENSIONS.map((name) => `(t."${name}")`).join(", ")})
  ) d
) r
WHERE r."place" <= 60
ORDER BY r."dimension", r."place"`;

const latency = (scope: ReportScope): string => `SELECT t."result_type", grouping(t."result_type") AS "overall",
    count(*) AS "requests", sum(t."bytes") AS "bytes",
    ${percentiles("time_taken", "total")},
    ${percentiles("time_to_first_byte", "first_byte")}
FROM ${logs(scope)}
WHERE ${within(scope)}
GROUP BY GROUPING SETS ((), (t."result_type"))
ORDER BY 3 DESC, 1`;

/** What people got, pages and other files apart: the most read, the slowest, the heaviest. */
const paths = (scope: ReportScope): string => `SELECT * FROM (
  SELECT p.*,
    row_number() OVER (PARTITION BY p."kind" ORDER BY p."requests" DESC, p."app", p."uri") AS "by_requests",
    row_number() OVER (PARTITION BY p."kind" ORDER BY p."bytes" DESC, p."app", p."uri") AS "by_bytes",
    row_number() OVER (PARTITION BY p."kind", p."requests" >= ${SLOW_PAGE_MINIMUM}
      ORDER BY coalesce(p."p95", 0) DESC, p."app", p."uri") AS "by_time"
  FROM (
    SELECT t."app", ${path} AS "uri", CASE WHEN ${page} THEN 'page' ELSE 'asset' END AS "kind",
      count(*) AS "requests", count(DISTINCT ${address}) AS "visitors", sum(t."bytes") AS "bytes",
      ${countWhere(hit, "hits")},
      approx_percentile(t."time_taken", 0.5) AS "p50", approx_percentile(t."time_taken", 0.95) AS "p95"
    FROM ${logs(scope)}
    WHERE ${within(scope)} AND ${person} AND t."status" IN (200, 206, 304)
    GROUP BY 1, 2, 3
  ) p
) r
WHERE r."kind" = 'page' AND (r."by_requests" <= 15 OR r."requests" >= ${SLOW_PAGE_MINIMUM} AND r."by_time" <= 10)
  OR r."kind" = 'asset' AND r."by_bytes" <= 12
ORDER BY r."kind", r."by_requests"`;

const referrerHost = `lower(split_part(split_part(split_part(t."referrer", '/', 3), ':', 1), '?', 1))`;

/** Where people's page views came from, by host and by address; the site's own host is left out. */
const referrers = (scope: ReportScope): string => `SELECT * FROM (
  SELECT h.*, row_number() OVER (PARTITION BY h."by_host" ORDER BY h."page_views" DESC, h."referrer_host", h."url") AS "place"
  FROM (
    SELECT v."referrer_host", v."url", grouping(v."url") AS "by_host", count(*) AS "page_views",
      count(DISTINCT v."visitor") AS "visitors"
    FROM (
      SELECT ${address} AS "visitor", substr(split_part(t."referrer", '?', 1), 1, 300) AS "url",
        ${without(`lower(t."host_header")`)} AS "own_host",
        CASE WHEN t."referrer" = '-' THEN '-'
          WHEN lower(t."referrer") LIKE 'http://%' OR lower(t."referrer") LIKE 'https://%' THEN ${without(referrerHost)}
          ELSE '' END AS "referrer_host"
      FROM ${logs(scope)}
      WHERE ${within(scope)} AND ${person} AND ${page}
    ) v
    WHERE v."referrer_host" <> v."own_host"
    GROUP BY GROUPING SETS ((v."referrer_host"), (v."referrer_host", v."url"))
  ) h
) r
WHERE r."place" <= 80
ORDER BY r."by_host" DESC, r."place"`;

/** Answers of 400 and above, ranked for people and for bots. */
const errors = (scope: ReportScope): string => `SELECT * FROM (
  SELECT e.*,
    row_number() OVER (ORDER BY e."people" DESC, e."app", e."status", e."uri") AS "by_people",
    row_number() OVER (ORDER BY e."bots" DESC, e."app", e."status", e."uri") AS "by_bots"
  FROM (
    SELECT t."app", t."status", ${path} AS "uri", ${countWhere(person, "people")}, ${countWhere(`t."is_bot"`, "bots")},
      min(CASE WHEN ${person} AND t."referrer" <> '-' THEN substr(t."referrer", 1, 300) END) AS "referrer"
    FROM ${logs(scope)}
    WHERE ${within(scope)} AND t."status" >= 400
    GROUP BY 1, 2, 3
  ) e
) r
WHERE r."by_people" <= 15 AND r."people" > 0 OR r."by_bots" <= 15 AND r."bots" > 0
ORDER BY r."by_people"`;

const agents = (scope: ReportScope): string => `SELECT * FROM (
  SELECT a.*, row_number() OVER (PARTITION BY a."is_bot" ORDER BY a."requests" DESC, a."user_agent", a."bot_reason") AS "place"
  FROM (
    SELECT t."is_bot", t."bot_reason", substr(t."user_agent", 1, 300) AS "user_agent", count(*) AS "requests",
      count(DISTINCT t."request_ip") AS "visitors"
    FROM ${logs(scope)}
    WHERE ${within(scope)}
    GROUP BY 1, 2, 3
  ) a
) r
WHERE r."place" <= CASE WHEN r."is_bot" THEN 15 ELSE 400 END
ORDER BY r."is_bot", r."place"`;

const coverage = (scope: ReportScope): string => `SELECT t."app", t."date" AS "day", substr(t."hour", 12, 2) AS "hour",
    t."state", t."rows", substr(t."error", 1, 200) AS "error", t."requests"
FROM ${qualify(scope.database, COVERAGE_TABLE)} t
WHERE ${within(scope)}
ORDER BY 1, 2, 3`;

const rejected = (scope: ReportScope): string => `SELECT * FROM (
  SELECT t."app", t."rule", substr(t."reason", 1, 200) AS "reason", count(*) AS "rows",
    sum(count(*)) OVER () AS "all_rows",
    row_number() OVER (ORDER BY count(*) DESC, t."app", t."rule", substr(t."reason", 1, 200)) AS "place"
  FROM ${qualify(scope.database, rejectedTableName(scope))} t
  WHERE ${within(scope)}
  GROUP BY 1, 2, 3
) r
WHERE r."place" <= 12
ORDER BY r."place"`;

/** The report's queries by name. */
export const REPORT_QUERIES = {
  totals,
  traffic,
  dimensions,
  latency,
  paths,
  referrers,
  errors,
  agents,
  coverage,
  rejected,
} as const satisfies Readonly<Record<string, (scope: ReportScope) => string>>;
export type ReportQueryName = keyof typeof REPORT_QUERIES;

/** Every query of the report as SQL. */
export const reportQueries = (scope: ReportScope): Record<ReportQueryName, string> =>
  Object.fromEntries(Object.entries(REPORT_QUERIES).map(([name, sql]) => [name, sql(scope)])) as Record<
    ReportQueryName,
    string
  >;
