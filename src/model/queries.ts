/** The questions that people ask of access logs, as SQL that Athena (Trino) and DuckDB both take. */
import { periodViewName, qualify, type CatalogNames } from "./catalog";

export interface QueryDefinition {
  /** What one types: `amplify-logs query NAME`. */
  readonly name: string;
  readonly description: string;
  /** The SQL over one relation: a view, already qualified and quoted. */
  readonly sql: (view: string) => string;
}

export const QUERIES: readonly QueryDefinition[] = [
  {
    name: "top-referrers",
    description: "Pages elsewhere that sent readers here, as the source system asks it",
    sql: (view) => `select "referrer", "uri", count(*) as "requests"
from ${view}
where "sc_content_type" = 'text/html'
    and "user_agent" not like '%bot%'
    and "user_agent" not like '%spider%'
    and "status" = 200
    and "method" = 'GET'
    and "referrer" != '-'
    and "referrer" not like ('%' || "host_header" || '%')
group by 1, 2
order by 3 desc, 1, 2`,
  },
  {
    name: "top-pages",
    description: "Pages that people read most, bots left out",
    sql: (view) => `select "app", "uri", count(*) as "requests", count(distinct "request_ip") as "addresses"
from ${view}
where "sc_content_type" like 'text/html%' and "status" = 200 and "method" = 'GET' and not "is_bot"
group by 1, 2
order by 3 desc, 1, 2
limit 50`,
  },
  {
    name: "status-codes",
    description: "Requests by app and status",
    sql: (view) => `select "app", "status", count(*) as "requests"
from ${view}
group by 1, 2
order by 1, 2`,
  },
  {
    name: "errors",
    description: "Paths that answer with an error, people and bots apart",
    sql: (
      view,
    ) => `select "app", "status", "uri", count(*) as "requests", sum(case when "is_bot" then 1 else 0 end) as "by_bots"
from ${view}
where "status" >= 400
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit 50`,
  },
  {
    name: "traffic-by-hour",
    description: "Requests, bytes and bots by app and hour, UTC",
    sql: (
      view,
    ) => `select "app", "date", substr("time", 1, 2) as "hour", count(*) as "requests", sum("bytes") as "bytes",
    sum(case when "is_bot" then 1 else 0 end) as "by_bots"
from ${view}
group by 1, 2, 3
order by 2, 3, 1`,
  },
  {
    name: "bots",
    description: "Automated requests by reason and agent",
    sql: (view) => `select "app", "bot_reason", "user_agent", count(*) as "requests"
from ${view}
where "is_bot"
group by 1, 2, 3
order by 4 desc, 1, 2, 3
limit 50`,
  },
  {
    name: "cache",
    description: "How much the cache answers, by app and result",
    sql: (view) => `select "app", "result_type", count(*) as "requests", sum("bytes") as "bytes"
from ${view}
group by 1, 2
order by 1, 3 desc, 2`,
  },
  {
    name: "slow-pages",
    description: "Pages by the time they take: median and 95th percentile, in seconds",
    sql: (
      view,
    ) => `select "app", "uri", count(*) as "requests", approx_percentile("time_taken", 0.5) as "median_seconds",
    approx_percentile("time_taken", 0.95) as "p95_seconds"
from ${view}
where "sc_content_type" like 'text/html%'
group by 1, 2
having count(*) >= 10
order by 5 desc, 1, 2
limit 50`,
  },
];

export const findQuery = (name: string): QueryDefinition | undefined => QUERIES.find((query) => query.name === name);

/** The SQL of a query over the view that a saved query in Athena names. */
export const renderNamedQuery = (query: QueryDefinition, names: CatalogNames): string =>
  query.sql(qualify(names.database, periodViewName(names, "yesterday")));
