/** Asks the tables what the report needs. */
import { InputError } from "../errors";
import { collectApplications, type ApplicationTables } from "./applications";
import { bucketOf, checkRange, choosePrevious, chooseRange, searchSince, type DayWithData } from "./range";
import { daysQuery, reportQueries, SLOW_PAGE_MINIMUM, type ReportScope } from "./queries";
import {
  readAgent,
  readBucket,
  readCoverage,
  readDimension,
  readError,
  readLatency,
  readPath,
  readReferrer,
  readTotals,
} from "./rows";
import {
  DIMENSIONS,
  type AppTotals,
  type DayTotals,
  type DimensionRow,
  type ErrorRow,
  type PathRow,
  type ReportData,
} from "./types";
import { booleanOf, numberOf, textOf, textOrNull, type Row } from "./values";

export type RunQuery = (sql: string) => Promise<Row[]>;

export interface CollectOptions {
  readonly database: string;
  readonly table: string;
  /** First day, `YYYY-MM-DD` in UTC, included. Default: seven days before the last. */
  readonly from?: string | undefined;
  /** Last day, included. Default: the newest day that has rows. */
  readonly to?: string | undefined;
  /** ISO instant in UTC. */
  readonly generatedAt: string;
  /** Only these apps. Default: all. */
  readonly apps?: readonly string[] | undefined;
  /** Default: the lake has no application logs. */
  readonly applications?: ApplicationTables | undefined;
}

const readDay = (row: Row): DayWithData => ({
  day: textOf(row, "day"),
  requests: numberOf(row, "requests"),
  newest: textOf(row, "newest"),
});

const findDays = async (query: RunQuery, options: CollectOptions): Promise<DayWithData[]> => {
  const days = (await query(daysQuery(options, searchSince(options)))).map(readDay);
  // Nothing recent: the newest rows may be older than that, and then all partitions have to be asked.
  if (options.from !== undefined || days.some(({ day }) => options.to === undefined || day <= options.to)) return days;
  return (await query(daysQuery(options, "0000-01-01"))).map(readDay);
};

const totalsByApp = (rows: readonly Row[]): Pick<ReportData, "totals" | "previous" | "apps"> => {
  const find = (period: string, app: string | null): Row | undefined =>
    rows.find((row) => textOf(row, "period") === period && textOrNull(row, "app") === app);
  const previousOf = (app: string | null): AppTotals["previous"] => {
    const row = find("previous", app);
    return row === undefined ? undefined : readTotals(row);
  };
  const names = [...new Set(rows.map((row) => textOrNull(row, "app")).filter((app) => app !== null))].sort();
  return {
    totals: readTotals(find("current", null) ?? {}),
    previous: previousOf(null),
    apps: names
      .map((app) => ({ app, current: readTotals(find("current", app) ?? {}), previous: previousOf(app) }))
      .sort((a, b) => b.current.requests - a.current.requests || (a.app < b.app ? -1 : 1)),
  };
};

const pathLists = (rows: readonly Row[]): Pick<ReportData, "pages" | "slowPages" | "assets"> => {
  const take = (kind: string, place: string, last: number): PathRow[] =>
    rows
      .filter((row) => textOf(row, "kind") === kind && numberOf(row, place) <= last)
      .sort((a, b) => numberOf(a, place) - numberOf(b, place))
      .map(readPath);
  return {
    pages: take("page", "by_requests", 15),
    slowPages: take("page", "by_time", 10).filter(({ requests }) => requests >= SLOW_PAGE_MINIMUM),
    assets: take("asset", "by_bytes", 12),
  };
};

const errorList = (rows: readonly Row[], who: "people" | "bots"): ErrorRow[] =>
  rows
    .filter((row) => numberOf(row, `by_${who}`) <= 15 && numberOf(row, who) > 0)
    .sort((a, b) => numberOf(a, `by_${who}`) - numberOf(b, `by_${who}`))
    .map(readError);

const readRejected = (rows: readonly Row[]): NonNullable<ReportData["rejected"]> => ({
  rows: rows[0] === undefined ? 0 : numberOf(rows[0], "all_rows"),
  reasons: rows.map((row) => ({
    app: textOf(row, "app"),
    rule: textOf(row, "rule"),
    reason: textOf(row, "reason"),
    rows: numberOf(row, "rows"),
  })),
});

/** The page says that such a table could not be read; the rest of the report does not depend on it. */
const ifReadable = async (query: RunQuery, sql: string): Promise<Row[] | undefined> => {
  try {
    return await query(sql);
  } catch {
    return undefined;
  }
};

const byDimension = (rows: readonly Row[]): ReportData["dimensions"] =>
  Object.fromEntries(
    DIMENSIONS.map((name): [string, DimensionRow[]] => [
      name,
      rows.filter((row) => textOf(row, "dimension") === name).map(readDimension),
    ]),
  ) as Record<(typeof DIMENSIONS)[number], DimensionRow[]>;

const checkApps = (apps: readonly string[] | undefined): void => {
  if (apps?.length === 0)
    throw new InputError("no app is named", { field: "apps", value: apps, fix: "leave it out for all apps" });
  const index = apps?.findIndex((app) => !/^[a-z][a-z0-9_]*$/.test(app)) ?? -1;
  if (index >= 0) throw new InputError("not the name of an app", { field: `apps[${index}]`, value: apps?.[index] });
};

/**
 * Collects a report. `query` runs one statement on Athena or DuckDB and gives its rows by column name. The statements run one
 * after the other: a DuckDB session takes one at a time, and Athena's queue is shared.
 * @throws InputError when a date or an app's name is none.
 */
export const collectReport = async (query: RunQuery, options: CollectOptions): Promise<ReportData> => {
  checkRange(options);
  checkApps(options.apps);
  const days = await findDays(query, options);
  const range = chooseRange(options, days);
  const previousRange = choosePrevious(range, days);
  const bucket = bucketOf(range);
  const { database, table, apps } = options;
  const scope: ReportScope = {
    database,
    table,
    range,
    bucket,
    ...(apps === undefined ? {} : { apps }),
    ...(previousRange === undefined ? {} : { previous: previousRange }),
  };
  const sql = reportQueries(scope);
  const totals = totalsByApp(await query(sql.totals));
  const traffic = await query(sql.traffic);
  const agents = await query(sql.agents);
  const errors = await query(sql.errors);
  const coverage = await ifReadable(query, sql.coverage);
  const rejected = await ifReadable(query, sql.rejected);
  const applications =
    options.applications && (await collectApplications((each) => ifReadable(query, each), options.applications, range));
  return {
    database,
    table,
    generatedAt: options.generatedAt,
    range,
    newest: days.find(({ day }) => day === range.to)?.newest,
    bucket,
    previousRange,
    ...totals,
    buckets: mergeBuckets(
      traffic.filter((row) => textOrNull(row, "app") !== null).map((row) => readBucket(row, bucket)),
    ),
    days: traffic
      .filter((row) => textOrNull(row, "app") === null)
      .map((row): DayTotals => ({ day: textOf(row, "day"), ...readTotals(row) })),
    dimensions: byDimension(await query(sql.dimensions)),
    latency: (await query(sql.latency)).map(readLatency),
    ...pathLists(await query(sql.paths)),
    referrers: (await query(sql.referrers)).map(readReferrer),
    peopleErrors: errorList(errors, "people"),
    botErrors: errorList(errors, "bots"),
    peopleAgents: agents.filter((row) => !booleanOf(row, "is_bot")).map(readAgent),
    botAgents: agents.filter((row) => booleanOf(row, "is_bot")).map(readAgent),
    coverage: coverage?.map(readCoverage),
    rejected: rejected === undefined ? undefined : readRejected(rejected),
    ...(applications === undefined ? {} : { applications }),
  };
};

/** One bucket per hour or day, over all apps. */
const mergeBuckets = (buckets: readonly ReportData["buckets"][number][]): ReportData["buckets"] => {
  const merged = new Map<string, ReportData["buckets"][number]>();
  for (const bucket of buckets) {
    const key = `${bucket.day}T${bucket.hour ?? ""}`;
    const sum = merged.get(key);
    merged.set(
      key,
      sum === undefined
        ? bucket
        : {
            ...bucket,
            people: sum.people + bucket.people,
            bots: sum.bots + bucket.bots,
            clientErrors: sum.clientErrors + bucket.clientErrors,
            serverErrors: sum.serverErrors + bucket.serverErrors,
          },
    );
  }
  return [...merged.values()];
};
