/** The columns of files, as DuckDB infers them, in Glue's types. Files that cannot be read are named and left out. */
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import type { TableFormat } from "../model/catalog";
import type { HiveType } from "../model/columns";
import type { FoundColumn } from "../model/crawlerRules";
import { compression, fileList, jsonPath } from "./duckdbTables";

export interface CsvLayout {
  readonly delimiter: string;
  readonly header: boolean;
}

export interface FoundSchema {
  readonly columns: readonly FoundColumn[];
  /** Of CSV. */
  readonly layout?: CsvLayout;
  /** Lines that are no JSON objects. */
  readonly strayLines?: number;
}

export interface SchemaOfFiles extends FoundSchema {
  readonly files: readonly string[];
}

export interface UnreadFile {
  readonly file: string;
  readonly reason: string;
}

/** Files that one query looks into. */
const FILES_A_QUERY = 64;
const INT_MAX = 2n ** 31n - 1n;
const BIGINT_MAX = 2n ** 63n - 1n;

const jsonType = (structure: unknown): HiveType | undefined => {
  switch (structure) {
    case "NULL":
      return undefined;
    case "BOOLEAN":
      return "boolean";
    case "DOUBLE":
      return "double";
    case "UBIGINT":
    case "BIGINT":
    case "HUGEINT":
      return "bigint";
    // Text is text, a date too: Glue's classifier for JSON sees no others. Objects and lists are kept as their JSON.
    default:
      return "string";
  }
};

const parquetType = (type: string): HiveType => {
  if (/^TIMESTAMP/.test(type)) return "timestamp";
  if (/^DECIMAL/.test(type)) return "double";
  const types: Readonly<Record<string, HiveType>> = {
    BOOLEAN: "boolean",
    TINYINT: "int",
    SMALLINT: "int",
    INTEGER: "int",
    UTINYINT: "int",
    USMALLINT: "int",
    UINTEGER: "bigint",
    BIGINT: "bigint",
    FLOAT: "float",
    DOUBLE: "double",
    DATE: "date",
  };
  return types[type] ?? "string";
};

const CSV_TYPES: Readonly<Record<string, HiveType>> = { BIGINT: "bigint", DOUBLE: "double", BOOLEAN: "boolean" };

const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJS();

const jsonSource = (files: readonly string[]): string =>
  `read_ndjson_objects(${fileList(files)}, ignore_errors=true, ${compression(files)}, maximum_object_size=${1 << 24})`;

/** A whole number is an int where all of them fit, a bigint where they do not, and text where not even that is enough. */
const fitIntegers = async (
  connection: DuckDBConnection,
  files: readonly string[],
  columns: readonly FoundColumn[],
): Promise<FoundColumn[]> => {
  const whole = columns.filter(({ type }) => type === "bigint");
  if (whole.length === 0) return [...columns];
  const most = whole.map(
    ({ name }, i) => `max(abs(TRY_CAST(json_extract_string("json", ${jsonPath(name)}) AS HUGEINT))) AS "m${i}"`,
  );
  const [row] = await rowsOf(
    connection,
    `SELECT ${most.join(", ")} FROM ${jsonSource(files)} WHERE json_type("json") = 'OBJECT'`,
  );
  return columns.map((column) => {
    if (column.type !== "bigint") return column;
    const largest = (row?.[`m${whole.indexOf(column)}`] ?? 0n) as bigint;
    return { ...column, type: largest <= INT_MAX ? "int" : largest <= BIGINT_MAX ? "bigint" : "string" };
  });
};

const schemaOfJson = async (connection: DuckDBConnection, files: readonly string[]): Promise<FoundSchema> => {
  const lines = `SELECT "json", json_type("json") = 'OBJECT' AS "is_object" FROM ${jsonSource(files)}`;
  const [row] = await rowsOf(
    connection,
    `SELECT json_group_structure(CASE WHEN "is_object" THEN "json" END) AS "structure", ` +
      `count(*) FILTER (WHERE "is_object" IS NOT true) AS "stray" FROM (${lines})`,
  );
  const structure = JSON.parse((row?.["structure"] as string | null) ?? "null") as unknown;
  const keys = typeof structure === "object" && structure !== null ? Object.entries(structure) : [];
  if (keys.length === 0) throw new Error("holds no JSON object with a key, one a line");
  const columns = keys.map(([name, type]) => ({ name, type: jsonType(type) }));
  return {
    columns: await fitIntegers(connection, files, columns),
    strayLines: Number(row?.["stray"] ?? 0),
  };
};

const schemaOfParquet = async (connection: DuckDBConnection, files: readonly string[]): Promise<FoundSchema> => {
  const sql = `DESCRIBE SELECT * FROM read_parquet(${fileList(files)}, union_by_name=true, hive_partitioning=false)`;
  const rows = await rowsOf(connection, sql);
  const columns = rows.map((row) => ({
    name: row["column_name"] as string,
    type: parquetType(row["column_type"] as string),
  }));
  return { columns };
};

const schemaOfCsv = async (connection: DuckDBConnection, [file]: readonly string[]): Promise<FoundSchema> => {
  const options = `${compression([file!])}, quote='', escape=''`;
  const rows = await rowsOf(
    connection,
    `SELECT "Delimiter" AS "delimiter", "HasHeader" AS "header", unnest("Columns", recursive := true) FROM sniff_csv(${fileList([file!]).slice(1, -1)}, ${options})`,
  );
  if (rows.length < 2) throw new Error("is text of which no format is known: neither JSON by the line nor two columns");
  const header = rows[0]!["header"] === true;
  const columns = rows.map((row) => ({
    name: header ? (row["name"] as string) : "",
    type: CSV_TYPES[row["type"] as string] ?? "string",
  }));
  return { columns, layout: { delimiter: rows[0]!["delimiter"] as string, header } };
};

const READERS = { json: schemaOfJson, parquet: schemaOfParquet, csv: schemaOfCsv } as const;

const chunksOf = (files: readonly string[], format: TableFormat): string[][] => {
  const size = format === "csv" ? 1 : FILES_A_QUERY;
  // One query reads files of one compression.
  const kinds = [files.filter((file) => file.endsWith(".gz")), files.filter((file) => !file.endsWith(".gz"))];
  return kinds.flatMap((kind) =>
    Array.from({ length: Math.ceil(kind.length / size) }, (_, i) => kind.slice(i * size, (i + 1) * size)),
  );
};

const firstLine = (error: unknown): string => (error as Error).message.split("\n")[0]!;

/** Some files at once; where that fails, one by one, so that what cannot be read is known by name. */
const readChunk = async (
  connection: DuckDBConnection,
  format: TableFormat,
  files: readonly string[],
): Promise<{ readonly schemas: SchemaOfFiles[]; readonly unread: UnreadFile[] }> => {
  try {
    return { schemas: [{ ...(await READERS[format](connection, files)), files }], unread: [] };
  } catch (error) {
    if (files.length === 1) return { schemas: [], unread: [{ file: files[0]!, reason: firstLine(error) }] };
  }
  const each: Awaited<ReturnType<typeof readChunk>>[] = [];
  for (const file of files) each.push(await readChunk(connection, format, [file]));
  return { schemas: each.flatMap(({ schemas }) => schemas), unread: each.flatMap(({ unread }) => unread) };
};

export interface SchemaReader {
  read(format: TableFormat, files: readonly string[]): Promise<{ schemas: SchemaOfFiles[]; unread: UnreadFile[] }>;
  close(): void;
}

export const openSchemaReader = async (): Promise<SchemaReader> => {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  return {
    async read(format, files) {
      const schemas: SchemaOfFiles[] = [];
      const unread: UnreadFile[] = [];
      for (const chunk of chunksOf(files, format)) {
        const found = await readChunk(connection, format, chunk);
        schemas.push(...found.schemas);
        unread.push(...found.unread);
      }
      return { schemas, unread };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
