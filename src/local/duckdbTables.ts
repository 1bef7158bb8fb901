/**
 * A table of the catalogue as a DuckDB query over its files. File names, not DuckDB's own partition discovery, say which
 * partition a row is in: the lake may lie anywhere, below folders called `date=1` too.
 */
import { literal, type TableDefinition } from "../model/catalog";
import { duckdbType, type Column } from "../model/columns";
import { NULL_PARTITION } from "../model/crawlerRules";
import type { LocalTable } from "./catalogFile";

/** The files of some partitions, and how their values are known. */
export interface TableFiles {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The partition's values where the path does not spell them; undefined: `key=value` folders do. */
  readonly values: Readonly<Record<string, string>> | undefined;
}

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path as DuckDB's glob takes it literally. */
export const pathPattern = (file: string): string => file.replace(/[*?[]/g, (char) => `[${char}]`);

export const fileList = (files: readonly string[]): string =>
  `[${files.map((file) => literal(pathPattern(file))).join(", ")}]`;

/** Said, because DuckDB reads a path's end wrongly where a folder's name has a question mark. A group is of one kind. */
export const compression = (files: readonly string[]): string =>
  `compression='${files[0]!.endsWith(".gz") ? "gzip" : "uncompressed"}'`;

// The column that holds a row's file; no column of ours can be called that.
const FILE = "$file";
// Four control characters that Amplify percent-encodes: the "delimiter" of a file that is read by the line.
const NO_DELIMITER = "\u0001\u0002\u0003\u0004";
const NO_NULL = "\u0001\u0005";
/** Bytes of the longest raw line that is read; longer ones are cut when the file is repaired. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** The value of a crawled table's key: the folder at its depth, without `key=` where it says so; NULL for files that lie less deep. */
const folderExpression = (root: string, { prefix, partitionKeys }: LocalTable, key: Column): string => {
  const place = prefix.split("/").length + partitionKeys.indexOf(key) + 1;
  const parts = `string_split(substr("${FILE}", ${[...root].length + 2}), '/')`;
  const spelled = `${key.name}=`;
  const value = `CASE WHEN starts_with(lower(${parts}[${place}]), ${literal(spelled)}) THEN substr(${parts}[${place}], ${spelled.length + 1}) ELSE ${parts}[${place}] END`;
  return `nullif(CASE WHEN len(${parts}) > ${place} THEN ${value} END, ${literal(NULL_PARTITION)})`;
};

/** The value of a key: the last `key=` folder of the path is ours, whatever the folders above are called. */
const keyExpression = (table: LocalTable, key: Column, values: TableFiles["values"]): string => {
  const text =
    table.crawled !== undefined
      ? folderExpression(table.crawled.root, table, key)
      : values === undefined
        ? `regexp_extract("${FILE}", ${literal(`(?s).*/${key.name}=([^/]*)/`)}, 1)`
        : literal(values[key.name] ?? "");
  return `CAST(${text} AS ${duckdbType(key.type)}) AS ${identifier(key.name)}`;
};

const typedColumns = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${duckdbType(type)}) AS ${identifier(name)}`).join(", ");

/** No rows, with the right names and types. */
const emptyQuery = (columns: readonly Column[]): string =>
  `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${identifier(name)}`).join(", ")} WHERE false`;

const WHOLE_NUMBER = "^[+-]?[0-9]+$";
const NUMBER = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$";
const DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/** Hive's LazySimpleSerDe: what is not of the type is NULL. The patterns keep out what DuckDB would accept besides (1.5, 1e3, ' 1'). */
const lazySimpleValue = (field: string, type: Column["type"]): string => {
  const guarded = (pattern: string): string =>
    `CASE WHEN regexp_matches(${field}, ${literal(pattern)}) THEN TRY_CAST(${field} AS ${duckdbType(type)}) END`;
  switch (type) {
    case "string":
      return `nullif(${field}, '\\N')`;
    case "int":
    case "bigint":
      return guarded(WHOLE_NUMBER);
    case "float":
    case "double":
      return guarded(NUMBER);
    case "date":
      return guarded(DAY);
    default:
      return `TRY_CAST(${field} AS ${duckdbType(type)})`;
  }
};

/** Each line is split at its commas, by position: quotes are plain data, missing fields NULL, further ones ignored. */
const csvQuery = (table: LocalTable, { files, values }: TableFiles): string => {
  const { columns, partitionKeys, crawled } = table;
  const skip = crawled?.header === false ? 0 : 1;
  const fields = columns.map(
    ({ name, type }, index) => `${lazySimpleValue(`f[${index + 1}]`, type)} AS ${identifier(name)}`,
  );
  const keys = partitionKeys.map((key) => keyExpression(table, key, values));
  const lines =
    `read_csv(${fileList(files)}, auto_detect=false, header=false, skip=${skip}, delim='${NO_DELIMITER}', quote='', escape='', ` +
    `strict_mode=false, columns={'l': 'VARCHAR'}, max_line_size=${MAX_LINE_BYTES}, nullstr='${NO_NULL}', ${compression(files)}, ` +
    `filename='${FILE}', hive_partitioning=false)`;
  return `SELECT ${[...fields, ...keys].join(", ")} FROM (SELECT string_split(l, ${literal(crawled?.delimiter ?? ",")}) AS f, "${FILE}" FROM ${lines})`;
};

const jsonOptions = (files: readonly string[]): string =>
  `ignore_errors=true, ${compression(files)}, maximum_object_size=${MAX_JSON_BYTES}, filename='${FILE}', hive_partitioning=false`;

const jsonQuery = (table: LocalTable, { files, values }: TableFiles): string => {
  const { columns, partitionKeys } = table;
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(duckdbType(type))}`).join(", ");
  const source = `read_json(${fileList(files)}, format='newline_delimited', columns={${types}}, ${jsonOptions(files)})`;
  const keys = partitionKeys.map((key) => keyExpression(table, key, values));
  return `SELECT ${[typedColumns(columns), ...keys].join(", ")} FROM ${source}`;
};

/** A key of a JSON object, as a path: quoted, so that dots are part of it. */
export const jsonPath = (key: string): string => literal(`$."${key.replace(/["\\]/g, "\\$&")}"`);

/** Keys as the files spell them, upper and lower case: any of them is the column. A line that is no object is no row. */
const crawledJsonQuery = (table: LocalTable, { files, values }: TableFiles): string => {
  const { columns, partitionKeys, crawled } = table;
  const fields = columns.map(({ name, type }) => {
    const found = (crawled?.spellings[name] ?? [name]).map((key) => `json_extract_string("json", ${jsonPath(key)})`);
    const text = found.length === 1 ? found[0]! : `coalesce(${found.join(", ")})`;
    return `TRY_CAST(${text} AS ${duckdbType(type)}) AS ${identifier(name)}`;
  });
  const keys = partitionKeys.map((key) => keyExpression(table, key, values));
  const source = `read_ndjson_objects(${fileList(files)}, ${jsonOptions(files)})`;
  return `SELECT ${[...fields, ...keys].join(", ")} FROM ${source} WHERE json_type("json") = 'OBJECT'`;
};

/** Columns go by name; one that no file has is NULL. `unite` looks into every file, for files of different versions. */
const parquetQuery = (table: LocalTable, { files, values }: TableFiles, unite: boolean): string => {
  const { columns, partitionKeys } = table;
  const source = `read_parquet(${fileList(files)}, filename='${FILE}', hive_partitioning=false, union_by_name=${unite})`;
  return (
    `SELECT ${[typedColumns(columns), ...partitionKeys.map((key) => keyExpression(table, key, values))].join(", ")} ` +
    `FROM (${emptyQuery(columns)} UNION ALL BY NAME SELECT * FROM ${source})`
  );
};

/** Parquet compresses within the file. */
const byCompression = ({ files, values }: TableFiles, format: TableDefinition["format"]): TableFiles[] => {
  if (format === "parquet") return [{ files, values }];
  const zipped = (file: string): boolean => file.endsWith(".gz");
  return [
    { files: files.filter(zipped), values },
    { files: files.filter((file) => !zipped(file)), values },
  ];
};

const filesQuery = (table: LocalTable, files: TableFiles, unite: boolean): string => {
  switch (table.format) {
    case "parquet":
      return parquetQuery(table, files, unite || table.crawled !== undefined);
    case "csv":
      return csvQuery(table, files);
    case "json":
      return (table.crawled === undefined ? jsonQuery : crawledJsonQuery)(table, files);
    default:
      return table.format satisfies never;
  }
};

/** The table's rows as SQL, columns first, then partition keys, all of the declared types. */
export const tableQuery = (
  table: LocalTable,
  groups: readonly TableFiles[],
  options: { readonly unite: boolean },
): string => {
  const filled = groups.flatMap((group) => byCompression(group, table.format)).filter(({ files }) => files.length > 0);
  if (filled.length === 0) return emptyQuery([...table.columns, ...table.partitionKeys]);
  return filled.map((group) => filesQuery(table, group, options.unite)).join("\nUNION ALL\n");
};
