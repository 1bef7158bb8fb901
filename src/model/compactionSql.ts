/**
 * The two statements of a compaction, in words that mean the same to Athena and DuckDB: UNLOAD, which writes a day's rows anew,
 * and the check that compares what was written with what it was made of.
 */
import { compactionsTableName, hourlyTableName, literal, qualify, type CatalogNames } from "./catalog";
import { TABLE_COLUMNS } from "./columns";
import { compactionPrefix } from "./compaction";
import { LINE_COLUMNS, NO_REQUEST_ID } from "./rowIdentity";

/** One day's files of up to 100 apps. */
export interface CompactionSource {
  readonly date: string;
  readonly apps: readonly string[];
  /** Apps by the compaction that their current location holds; those of the hourly files alone are in none. */
  readonly current: Readonly<Record<string, readonly string[]>>;
}

export interface Compaction extends CompactionSource {
  /** The new compaction's id. */
  readonly id: string;
  readonly bucket: string;
}

/** Most partitions that Athena's UNLOAD writes. */
export const MAX_APPS = 100;
/** Each is a scan of its own, and an Athena query takes only so many. */
export const MAX_CURRENT = 10;

const names = (columns: readonly { readonly name: string }[]): string =>
  columns.map(({ name }) => `"${name}"`).join(", ");
const COLUMNS = names(TABLE_COLUMNS);

const HAS_ID = `coalesce("request_id", '') NOT IN (${NO_REQUEST_ID.map(literal).join(", ")})`;
const HOUR = `substr("time", 1, 2)`;
/** With its length: no text can look like the end of one column and the beginning of the next. */
const lengthAndText = (name: string): string => {
  const text = `CAST("${name}" AS varchar)`;
  return `coalesce(CAST(length(${text}) AS varchar) || ':' || ${text}, '-')`;
};
/** The hour, a space, and what identifies the row within it. */
const ROW_KEY =
  `${HOUR} || ' ' || CASE WHEN ${HAS_ID} THEN concat('+', "request_id") ` +
  `ELSE concat('-', ${LINE_COLUMNS.map(({ name }) => lengthAndText(name)).join(", ")}) END`;

const among = (apps: readonly string[]): string => `"app" IN (${apps.map(literal).join(", ")})`;

const rowsOf = (table: string, filters: readonly string[]): string =>
  `SELECT ${COLUMNS}, "app" FROM ${table} WHERE ${filters.join(" AND ")}`;

const hourlyRows = (of: CatalogNames, { date, apps }: CompactionSource): string =>
  rowsOf(qualify(of.database, hourlyTableName(of)), [`"date" = ${literal(date)}`, among(apps)]);

const compactedRows = (of: CatalogNames, date: string, id: string, apps: readonly string[]): string =>
  rowsOf(qualify(of.database, compactionsTableName(of)), [
    `"date" = ${literal(date)}`,
    // One value: the key is injected, its values are nowhere listed.
    `"compaction" = ${literal(id)}`,
    among(apps),
  ]);

/** Undefined where all apps have hourly files only. */
const currentRows = (of: CatalogNames, { date, current }: CompactionSource): string | undefined => {
  const groups = Object.entries(current).filter(([, apps]) => apps.length > 0);
  if (groups.length === 0) return undefined;
  return groups.map(([id, apps]) => compactedRows(of, date, id, apps)).join("\nUNION ALL\n");
};

/** Rows with their key and, of equal keys, a number: only rows without a request id may come several times. */
const numbered = (rows: string, columns: string): string =>
  `SELECT ${columns}"app", "row_key", "has_id", row_number() OVER (PARTITION BY "app", "row_key") AS "copy" ` +
  `FROM (SELECT ${columns}"app", ${ROW_KEY} AS "row_key", ${HAS_ID} AS "has_id" FROM (\n${rows}\n) r) k`;

const distinctRows = (rows: string, columns: string): string =>
  `SELECT ${columns}"app", "row_key", "copy" FROM (\n${numbered(rows, columns)}\n) n WHERE "copy" = 1 OR NOT "has_id"`;

const ON_IDENTITY = (left: string, right: string): string =>
  ["app", "row_key", "copy"].map((name) => `${left}."${name}" = ${right}."${name}"`).join(" AND ");

/** The rows that the new files hold: of two versions of a row the hourly file's, which is the newer. */
const unitedRows = (of: CatalogNames, source: CompactionSource): string => {
  const hourly = hourlyRows(of, source);
  const current = currentRows(of, source);
  const newer = `SELECT ${COLUMNS}, "app" FROM (\n${distinctRows(hourly, `${COLUMNS}, `)}\n) d`;
  if (current === undefined) return newer;
  const kept = TABLE_COLUMNS.map(({ name }) => `c."${name}"`).join(", ");
  return (
    `${newer}\nUNION ALL\n` +
    `SELECT ${kept}, c."app" FROM (\n${distinctRows(current, `${COLUMNS}, `)}\n) c\n` +
    `LEFT JOIN (\n${distinctRows(hourly, "")}\n) h ON ${ON_IDENTITY("h", "c")} WHERE h."row_key" IS NULL`
  );
};

/** Writes the day anew, below a prefix that nobody reads yet. */
export const renderUnload = (of: CatalogNames, compaction: Compaction): string =>
  `UNLOAD (\n${unitedRows(of, compaction)}\n)\n` +
  `TO ${literal(`s3://${compaction.bucket}/${compactionPrefix(compaction.date, compaction.id)}`)}\n` +
  `WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['app'])`;

/** What the check counts for an app. */
export interface VerifiedApp {
  readonly app: string;
  /** Rows that the current location and the hourly files hold together, each once. */
  readonly wanted: number;
  /** Rows in the new files. */
  readonly found: number;
  /** Wanted rows that the new files lack. */
  readonly missing: number;
  /** Hours of which the hourly files gave rows. */
  readonly hours: number;
}

/** Compares the new files with the current location and the hourly files, row by row: one line an app. */
export const renderVerification = (of: CatalogNames, compaction: Compaction): string => {
  const current = currentRows(of, compaction);
  const wanted = [
    `SELECT "app", "row_key", "copy", 1 AS "hourly" FROM (\n${distinctRows(hourlyRows(of, compaction), "")}\n) a`,
    ...(current === undefined
      ? []
      : [`SELECT "app", "row_key", "copy", 0 AS "hourly" FROM (\n${distinctRows(current, "")}\n) b`]),
  ].join("\nUNION ALL\n");
  const written = numbered(compactedRows(of, compaction.date, compaction.id, compaction.apps), "");
  return (
    `SELECT coalesce(w."app", f."app") AS "app", count(w."app") AS "wanted", count(f."app") AS "found", ` +
    `sum(CASE WHEN f."app" IS NULL THEN 1 ELSE 0 END) AS "missing", ` +
    `count(DISTINCT CASE WHEN w."hourly" = 1 THEN substr(w."row_key", 1, 2) END) AS "hours"\n` +
    `FROM (SELECT "app", "row_key", "copy", max("hourly") AS "hourly" FROM (\n${wanted}\n) u GROUP BY "app", "row_key", "copy") w\n` +
    `FULL OUTER JOIN (\n${written}\n) f ON ${ON_IDENTITY("w", "f")}\n` +
    `GROUP BY coalesce(w."app", f."app")`
  );
};
