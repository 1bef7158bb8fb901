/** What writes files by a query into a table: CREATE TABLE AS, INSERT INTO, and what UNLOAD is made of. Each takes at most 100 partitions. */
import { CreateTableCommand, GetTableCommand } from "@aws-sdk/client-glue";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { Compression, FileFormat } from "./ddl/fileProperties";
import { QueryFailure } from "./ddl/refusals";
import type { Statement } from "./ddl/statement";
import type { SqlColumn, SqlEngine, SqlRun } from "./sql/engine";
import { hiveType, trinoTypeText } from "./sql/values";
import { findTable, isNotFound, keysOf, type Services } from "./tables";
import { columnsOf } from "./views";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

export interface WriteContext {
  readonly services: Services;
  readonly engine: SqlEngine;
  readonly database: string | undefined;
  /** Hears of the query that does the work, so that it can be cancelled. */
  readonly running: (run: SqlRun) => void;
}

/** "Maximum partitions" of UNLOAD, and the limit of CTAS and INSERT INTO, in Athena's user guide. */
export const MAX_PARTITIONS = 100;

export const tooManyPartitions = (): QueryFailure =>
  new QueryFailure(
    `HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of ${MAX_PARTITIONS} open writers for partitions/buckets`,
  );

const FORMATS: Record<FileFormat, { readonly input: string; readonly output: string; readonly serDe: string }> = {
  PARQUET: {
    input: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    output: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDe: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
  },
  ORC: {
    input: "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
    output: "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    serDe: "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
  },
  JSON: {
    input: "org.apache.hadoop.mapred.TextInputFormat",
    output: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    serDe: "org.apache.hive.hcatalog.data.JsonSerDe",
  },
};

/** What Trino calls it. */
const codecOf = (compression: Compression): string => (compression === "ZLIB" ? "GZIP" : compression);

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const checkPartitions = async (
  { engine, database }: WriteContext,
  query: string,
  columns: readonly SqlColumn[],
  keys: readonly number[],
): Promise<void> => {
  if (keys.length === 0) return;
  const names = columns.map((_, index) => `c${index}`);
  const wanted = keys.map((index) => names[index]).join(", ");
  const sql = `SELECT count(*) FROM (SELECT DISTINCT ${wanted} FROM (${query}\n) AS t (${names.join(", ")}))`;
  const { rows } = await engine.run(sql, database).done;
  if (Number(rows[0]![0]) > MAX_PARTITIONS) throw tooManyPartitions();
};

export const checkEmpty = async ({ services }: WriteContext, location: string, what: string): Promise<void> => {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  if (bucket === undefined) throw new QueryFailure(`INVALID_TABLE_PROPERTY: not an S3 location: ${location}`);
  const Prefix = prefix === "" ? "" : prefix!.replace(/\/*$/, "/");
  const { KeyCount } = await services.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, MaxKeys: 1 }));
  if ((KeyCount ?? 0) === 0) return;
  throw new QueryFailure(`HIVE_PATH_ALREADY_EXISTS: Target directory for ${what} already exists: ${location}`);
};

export interface Target {
  readonly database: string;
  readonly name: string;
  readonly location: string;
  readonly format: FileFormat;
  readonly compression?: Compression;
  readonly partitionedBy: readonly string[];
  /** What is done with the new table before it is filled. */
  readonly prepare?: () => Promise<unknown>;
  /** Whether its partitions are counted beforehand, which runs the query once more. Default: true. */
  readonly countsPartitions?: boolean;
}

/** What a file's columns can't be. */
const checkColumns = (columns: readonly SqlColumn[]): void => {
  columns.forEach(({ name, type }, index) => {
    // As Trino names what has no name of its own.
    if (/^_col\d+$/.test(name))
      throw new QueryFailure(`MISSING_COLUMN_NAME: Column name not specified at position ${index + 1}`);
    if (columns.findIndex((other) => other.name === name) !== index)
      throw new QueryFailure(`DUPLICATE_COLUMN_NAME: Column name '${name}' specified more than once`);
    if (type.rawType.endsWith("with time zone") || type.rawType === "unknown")
      throw new QueryFailure(`NOT_SUPPORTED: Unsupported Hive type: ${trinoTypeText(type)}`);
  });
};

/** A table at the target, filled by an INSERT. Returns what that read and wrote. */
export const fillTable = async (context: WriteContext, target: Target, query: string): SqlRun["done"] => {
  const { services, engine, database, running } = context;
  const columns = await columnsOf(engine, query, database);
  checkColumns(columns);
  const keys = target.partitionedBy;
  const last = columns.slice(columns.length - keys.length).map(({ name }) => name);
  if (keys.some((key, index) => last[index] !== key)) {
    throw new QueryFailure(
      `HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: [${keys.join(", ")}]`,
    );
  }
  if (target.countsPartitions !== false) {
    const positions = keys.map((_, index) => columns.length - keys.length + index);
    await checkPartitions(context, query, columns, positions);
  }
  const glueColumns = columns.map(({ name, type }) => ({ Name: name, Type: hiveType(type) }));
  const { input, output, serDe } = FORMATS[target.format];
  await services.glue.send(
    new CreateTableCommand({
      DatabaseName: target.database,
      TableInput: {
        Name: target.name,
        TableType: "EXTERNAL_TABLE",
        Parameters: { EXTERNAL: "TRUE" },
        PartitionKeys: glueColumns.slice(columns.length - keys.length),
        StorageDescriptor: {
          Columns: glueColumns.slice(0, columns.length - keys.length),
          Location: target.location,
          InputFormat: input,
          OutputFormat: output,
          SerdeInfo: { SerializationLibrary: serDe, Parameters: { "serialization.format": "1" } },
        },
      },
    }),
  );
  await target.prepare?.();
  const { compression } = target;
  const insert = `INSERT INTO ${quote(target.database)}.${quote(target.name)} ${query}`;
  const run = engine.run(
    insert,
    database,
    compression === undefined ? {} : { compression_codec: codecOf(compression) },
  );
  running(run);
  return run.done;
};

/** `location` is where the workgroup puts tables, or the statement's own. */
export const createTableAs = async (
  context: WriteContext,
  statement: Of<"createTableAs">,
  location: string,
): SqlRun["done"] => {
  const { services } = context;
  const database = statement.table.database ?? context.database ?? "default";
  const { name } = statement.table;
  const exists = await services.glue.send(new GetTableCommand({ DatabaseName: database, Name: name })).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
  if (exists) throw new QueryFailure(`TABLE_ALREADY_EXISTS: Table 'awsdatacatalog.${database}.${name}' already exists`);
  await checkEmpty(context, location, `table '${database}.${name}'`);
  return fillTable(context, { ...statement, database, name, location }, statement.query);
};

export const insertInto = async (context: WriteContext, statement: Of<"insert">): SqlRun["done"] => {
  const { services, engine, database, running } = context;
  const table = await findTable(services, statement.table, database);
  const columns = await columnsOf(engine, statement.query, database);
  const keys = keysOf(table);
  const given = statement.columns;
  const positions = keys.map((key, index) =>
    given === undefined ? columns.length - keys.length + index : given.indexOf(key),
  );
  // What does not fit is for the engine to refuse.
  if (positions.every((position) => position >= 0 && position < columns.length))
    await checkPartitions(context, statement.query, columns, positions);
  const run = engine.run(statement.sql, database);
  running(run);
  return run.done;
};
