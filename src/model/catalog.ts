/**
 * What the database holds: tables and views as plain data. The component turns it into Glue tables, the local lake into DuckDB
 * views: both see the same names, columns and SQL.
 */
import { RAW_COLUMNS, TABLE_COLUMNS, TABLE_PARTITION_KEYS, VIEW_COLUMNS, type Column } from "./columns";
import { COVERAGE_COLUMNS, REJECTED_COLUMNS } from "./coverage";
import { PREFIXES } from "./keys";

export type TableFormat = "parquet" | "csv" | "json";

export interface TableDefinition {
  readonly name: string;
  readonly comment: string;
  readonly format: TableFormat;
  readonly columns: readonly Column[];
  readonly partitionKeys: readonly Column[];
  /** Prefix in the bucket, without a slash at its end. */
  readonly prefix: string;
  /** How partitions are found: registered by the updater, or computed by Athena from these `projection.*` parameters. */
  readonly projection: Readonly<Record<string, string>> | undefined;
}

export interface ViewDefinition {
  readonly name: string;
  readonly comment: string;
  readonly sql: string;
  readonly columns: readonly Column[];
}

export interface CatalogNames {
  /** Glue database. Default in the component: amplify_logs. */
  readonly database: string;
  /** The typed table; the raw and rejected tables and the views are named after it. Default: access_logs. */
  readonly table: string;
}

export interface CatalogOptions extends CatalogNames {
  readonly bucket: string;
  /** Prefix of the raw objects. Default: raw. */
  readonly rawPrefix: string;
  /** Apps in the pipeline, enabled, disabled and removed ones: a projection without them would hide their rows. */
  readonly apps: readonly string[];
  /** Years that the raw table's projection spans, inclusive: an open range would make Athena list for ever. */
  readonly years: { readonly first: number; readonly last: number };
}

export const PERIODS = ["today", "yesterday", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

export const rawTableName = ({ table }: CatalogNames): string => `${table}_raw`;
export const rejectedTableName = ({ table }: CatalogNames): string => `${table}_rejected`;
/** Hidden tables of the compaction: the hourly files wherever a partition points, and the files that it wrote. */
export const hourlyTableName = ({ table }: CatalogNames): string => `${table}_hourly`;
export const compactionsTableName = ({ table }: CatalogNames): string => `${table}_compactions`;
export const COVERAGE_TABLE = "fetch_coverage";
export const EVERYTHING_VIEW = "logs";
export const periodViewName = ({ table }: CatalogNames, period: Period): string => `${table}_${period}`;
export const appViewName = (app: string, period: Period): string => `${app}_${period}`;

/** `"database"."name"`: quoted, because `default` and `date` are words of the language. */
export const qualify = (database: string, name: string): string => `"${database}"."${name}"`;

/** Text as SQL writes it, the same for Athena and DuckDB. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const dateProjection = (options: CatalogOptions, prefix: string): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.app.type": "enum",
  "projection.app.values": options.apps.join(","),
  "projection.date.type": "date",
  "projection.date.format": "yyyy-MM-dd",
  "projection.date.range": `${options.years.first}-01-01,${options.years.last}-12-31`,
  "storage.location.template": `s3://${options.bucket}/${prefix}/app=\${app}/date=\${date}`,
});

const rawProjection = (options: CatalogOptions): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.app.type": "enum",
  "projection.app.values": options.apps.join(","),
  "projection.year.type": "integer",
  "projection.year.range": `${options.years.first},${options.years.last}`,
  "projection.month.type": "integer",
  "projection.month.range": "1,12",
  "projection.month.digits": "2",
  "projection.day.type": "integer",
  "projection.day.range": "1,31",
  "projection.day.digits": "2",
  "storage.location.template": `s3://${options.bucket}/${options.rawPrefix}/app=\${app}/year=\${year}/month=\${month}/day=\${day}`,
});

/** The four tables: raw, typed, rejected, coverage. */
export const catalogTables = (options: CatalogOptions): TableDefinition[] => [
  {
    name: rawTableName(options),
    comment: "Amplify's files as they came, by position",
    format: "csv",
    columns: RAW_COLUMNS,
    partitionKeys: [
      { name: "app", type: "string", comment: "the app's name in the pipeline" },
      { name: "year", type: "int", comment: "year of date, UTC" },
      { name: "month", type: "int", comment: "month of date, UTC" },
      { name: "day", type: "int", comment: "day of date, UTC" },
    ],
    prefix: options.rawPrefix,
    projection: rawProjection(options),
  },
  {
    name: options.table,
    comment: "Access logs, typed and decoded, one row per request",
    format: "parquet",
    columns: TABLE_COLUMNS,
    partitionKeys: TABLE_PARTITION_KEYS,
    prefix: PREFIXES.accessLogs,
    projection: undefined,
  },
  {
    name: rejectedTableName(options),
    comment: "Rows that broke a rule, with the reason",
    format: "json",
    columns: REJECTED_COLUMNS,
    partitionKeys: TABLE_PARTITION_KEYS,
    prefix: PREFIXES.rejected,
    projection: dateProjection(options, PREFIXES.rejected),
  },
  {
    name: COVERAGE_TABLE,
    comment: "What is known of each hour of each app",
    format: "json",
    columns: COVERAGE_COLUMNS,
    partitionKeys: TABLE_PARTITION_KEYS,
    prefix: PREFIXES.coverage,
    projection: dateProjection(options, PREFIXES.coverage),
  },
];

/** What the compaction reads, and nobody else needs to: both without partitions, so that no reader's table is touched. */
export const maintenanceTables = (options: CatalogOptions): TableDefinition[] => [
  {
    name: hourlyTableName(options),
    comment: "For the compaction only: the hourly files, those of compacted days too. Ask the typed table instead",
    format: "parquet",
    columns: TABLE_COLUMNS,
    partitionKeys: TABLE_PARTITION_KEYS,
    prefix: PREFIXES.accessLogs,
    projection: dateProjection(options, PREFIXES.accessLogs),
  },
  {
    name: compactionsTableName(options),
    comment: "For the compaction only: what each compaction wrote, by its id. Ask the typed table instead",
    format: "parquet",
    columns: TABLE_COLUMNS,
    partitionKeys: [...TABLE_PARTITION_KEYS, { name: "compaction", type: "string", comment: "the compaction's id" }],
    prefix: PREFIXES.compacted,
    projection: {
      ...dateProjection(options, PREFIXES.compacted),
      "projection.compaction.type": "injected",
      "storage.location.template": `s3://${options.bucket}/${PREFIXES.compacted}/date=\${date}/\${compaction}/app=\${app}`,
    },
  },
];

const dayText = (expression: string): string => `CAST(CAST(${expression} AS date) AS varchar)`;

/** The predicate on the partition key, in words that mean the same to Trino and DuckDB and that Trino pushes to Glue. */
const periodFilter = (period: Period): string => {
  switch (period) {
    case "today":
      return `t."date" = ${dayText("current_date")}`;
    case "yesterday":
      return `t."date" = ${dayText("current_date - INTERVAL '1' DAY")}`;
    case "week":
      return `t."date" >= ${dayText("current_date - INTERVAL '7' DAY")}`;
    case "month":
      return `t."date" >= ${dayText("current_date - INTERVAL '1' MONTH")}`;
    default:
      return period satisfies never;
  }
};

const PERIOD_WORDS: Record<Period, string> = {
  today: "since 00:00 UTC today",
  yesterday: "of yesterday, UTC",
  week: "of today and the seven days before, UTC",
  month: "since the same day a month ago, UTC",
};

const viewExpression = (column: Column): string => {
  switch (column.name) {
    case "date":
      return `CAST(t."date" AS date) AS "date"`;
    case "year":
      return `CAST(substr(t."date", 1, 4) AS integer) AS "year"`;
    case "month":
      return `CAST(substr(t."date", 6, 2) AS integer) AS "month"`;
    case "day":
      return `CAST(substr(t."date", 9, 2) AS integer) AS "day"`;
    default:
      return `t."${column.name}"`;
  }
};

const renderView = (names: CatalogNames, filters: readonly string[], extra: readonly string[] = []): string =>
  [
    `SELECT ${[...VIEW_COLUMNS.map(viewExpression), ...extra].join(", ")}`,
    `FROM ${qualify(names.database, names.table)} t`,
    ...(filters.length === 0 ? [] : [`WHERE ${filters.join(" AND ")}`]),
  ].join("\n");

/** The views: four over all apps, four per app, and `logs`, which is everything with the first system's `date_export`. */
export const catalogViews = (names: CatalogNames, apps: readonly string[]): ViewDefinition[] => [
  ...PERIODS.map((period) => ({
    name: periodViewName(names, period),
    comment: `Requests to all apps ${PERIOD_WORDS[period]}`,
    sql: renderView(names, [periodFilter(period)]),
    columns: VIEW_COLUMNS,
  })),
  ...apps.flatMap((app) =>
    PERIODS.map((period) => ({
      name: appViewName(app, period),
      comment: `Requests to ${app} ${PERIOD_WORDS[period]}`,
      sql: renderView(names, [`t."app" = '${app}'`, periodFilter(period)]),
      columns: VIEW_COLUMNS,
    })),
  ),
  {
    name: EVERYTHING_VIEW,
    comment: "All requests to all apps; filter by date_export (YYYY-MM-DD)",
    sql: renderView(names, [], [`t."date" AS "date_export"`]),
    columns: [...VIEW_COLUMNS, { name: "date_export", type: "string", comment: "UTC date, YYYY-MM-DD" }],
  },
];

/** Every name that the catalogue uses before any app's views: an app may not make one of them. */
export const reservedCatalogNames = (names: CatalogNames): string[] => [
  names.table,
  rawTableName(names),
  rejectedTableName(names),
  hourlyTableName(names),
  compactionsTableName(names),
  COVERAGE_TABLE,
  EVERYTHING_VIEW,
  ...PERIODS.map((period) => periodViewName(names, period)),
];
