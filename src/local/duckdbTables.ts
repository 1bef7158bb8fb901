/**
 * A table of the catalogue as a DuckDB query over its files. File names, not DuckDB's own partition discovery, say which
 * partition a row is in: the lake may lie anywhere, below folders called `date=1` too.
 */
import { literal, type TableDefinition } from "../model/catalog";
import { duckdbType, type Column } from "../model/columns";

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

const fileList = (files: readonly string[]): string =>
  `[${files.map((file) => literal(pathPattern(file))).join(", ")}]`;

/** Said, because DuckDB reads a path's end wrongly where a folder's name has a question mark. A group is of one kind. */
const compression = (files: readonly string[]): string =>
  `compression='${files[0]!.endsWith(".gz") ? "gzip" : "uncompressed"}'`;

// The column that holds a row's file; no column of ours can be called that.
const FILE = "$file";
// Four control characters that Amplify percent-encodes: the "delimiter" of a file that is read by the line.
const NO_DELIMITER = "\u0001\u0002\u0003\u0004";
const NO_NULL = "\u0001\u0005";
/** Bytes of the longest raw line that is read; longer ones are cut when the file is repaired. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** The value of a key: the last `key=` folder of the path is ours, whatever the folders above are called. */
const keyExpression = (key: Column, values: TableFiles["values"]): string => {
  const text =
    values === undefined
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
const csvQuery = ({ columns, partitionKeys }: TableDefinition, { files, values }: TableFiles): string => {
  const fields = columns.map(
    ({ name, type }, index) => `${lazySimpleValue(`f[${index + 1}]`, type)} AS ${identifier(name)}`,
  );
  const keys = partitionKeys.map((key) => keyExpression(key, values));
  const lines =
    `read_csv(${fileList(files)}, auto_detect=false, header=false, skip=1, delim='${NO_DELIMITER}', quote='', escape='', ` +
    `strict_mode=false, columns={'l': 'VARCHAR'}, max_line_size=${MAX_LINE_BYTES}, nullstr='${NO_NULL}', ${compression(files)}, ` +
    `filename='${FILE}', hive_partitioning=false)`;
  return `SELECT ${[...fields, ...keys].join(", ")} FROM (SELECT string_split(l, ',') AS f, "${FILE}" FROM ${lines})`;
};

const jsonQuery = ({ columns, partitionKeys }: TableDefinition, { files, values }: TableFiles): string => {
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(duckdbType(type))}`).join(", ");
  const source =
    `read_json(${fileList(files)}, format='newline_delimited', columns={${types}}, ignore_errors=true, ${compression(files)}, ` +
    `maximum_object_size=${MAX_JSON_BYTES}, filename='${FILE}', hive_partitioning=false)`;
  return `SELECT ${[typedColumns(columns), ...partitionKeys.map((key) => keyExpression(key, values))].join(", ")} FROM ${source}`;
};

/** Columns go by name; one that no file has is NULL. `unite` looks into every file, for files of different versions. */
const parquetQuery = (
  { columns, partitionKeys }: TableDefinition,
  { files, values }: TableFiles,
  unite: boolean,
): string => {
  const source = `read_parquet(${fileList(files)}, filename='${FILE}', hive_partitioning=false, union_by_name=${unite})`;
  return (
    `SELECT ${[typedColumns(columns), ...partitionKeys.map((key) => keyExpression(key, values))].join(", ")} ` +
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

const filesQuery = (table: TableDefinition, files: TableFiles, unite: boolean): string => {
  switch (table.format) {
    case "parquet":
      return parquetQuery(table, files, unite);
    case "csv":
      return csvQuery(table, files);
    case "json":
      return jsonQuery(table, files);
    default:
      return table.format satisfies never;
  }
};

/** The table's rows as SQL, columns first, then partition keys, all of the declared types. */
export const tableQuery = (
  table: TableDefinition,
  groups: readonly TableFiles[],
  options: { readonly unite: boolean },
): string => {
  const filled = groups.flatMap((group) => byCompression(group, table.format)).filter(({ files }) => files.length > 0);
  if (filled.length === 0) return emptyQuery([...table.columns, ...table.partitionKeys]);
  return filled.map((group) => filesQuery(table, group, options.unite)).join("\nUNION ALL\n");
};
