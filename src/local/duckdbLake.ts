/** The lake as a database: DuckDB in Athena's place. A session sees the lake as it was when it was opened. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance, StatementType, type DuckDBConnection, type DuckDBResultReader } from "@duckdb/node-api";
import { AmplifyLogsError, InputError } from "../errors";
import { literal } from "../model/catalog";
import { uniqueNames, type QueryResult } from "../model/queryResult";
import { parseInstant } from "../model/windows";
import { quoteDefaultDatabase } from "./athenaMacros";
import { databaseOf, databasesOf } from "./catalogFile";
import { allowDirectories, setUpSession } from "./duckdbSession";
import { identifier, tableQuery, type TableFiles } from "./duckdbTables";
import { tableFiles } from "./lakeFiles";
import { bucketPath, loadCatalog, type LocalCatalog, type LocalTable } from "./localCatalog";
import { jsonValue } from "./queryValues";
import { repairRawFiles } from "./rawRepair";

export type { JsonValue, QueryResult } from "../model/queryResult";

export interface LakeOptions {
  /** What `current_date` says, `YYYY-MM-DD`. Default: the system clock's date in UTC, whatever TZ is. */
  readonly today?: string;
  /** What the queries will ask for, and nothing else can then be asked. Default: all tables and views. */
  readonly only?: {
    readonly tables: readonly string[];
    /** Of files in folders called `date=…` only those of this day. */
    readonly date?: string;
  };
}

/** Files that a query writes. */
export interface UnloadTarget {
  /** Absolute path of the folder; it must be empty, or not exist. */
  readonly folder: string;
  /** Columns whose values become folders `column=value`. */
  readonly partitionedBy: readonly string[];
}

export interface LakeSession {
  readonly catalog: LocalCatalog;
  /** Runs SQL in Athena's dialect; of several statements the last one's rows. @throws QueryFailedError */
  query(sql: string): Promise<QueryResult>;
  /** Writes a query's rows as Parquet. @throws QueryFailedError */
  unload(sql: string, target: UnloadTarget): Promise<void>;
  close(): void;
}

/** The engine refused a query, or failed on it. */
export class QueryFailedError extends AmplifyLogsError {
  override readonly name = "QueryFailedError";
  constructor(cause: unknown) {
    const [reason = "", ...place] = (cause instanceof Error ? cause.message : String(cause))
      .replace(/^Failed to extract statements: /, "")
      .split(/\n\s*\n(?=LINE \d)/);
    super(`the query failed: ${reason.trim().replace(/[.!]$/, "")}`, { cause });
    if (place.length > 0) this.message += `\n${place.join("\n")}`;
  }
}

/** There is nothing to ask: no catalogue, or no data. */
export class EmptyLakeError extends InputError {
  constructor(lake: string) {
    super("the lake is empty or does not exist", {
      field: lake,
      fix: "run amplify-logs demo, or amplify-logs import --app NAME FILE",
    });
  }
}

const ALLOWED_STATEMENTS: readonly StatementType[] = [
  StatementType.SELECT,
  StatementType.EXPLAIN,
  StatementType.CREATE,
  StatementType.DROP,
];

const checkedDay = (today: string): string => {
  if (!/^\d{4}-\d\d-\d\d$/.test(today)) {
    throw new InputError("not a date", { field: "today", value: today, fix: "write YYYY-MM-DD" });
  }
  parseInstant(today, "today");
  return today;
};

const resultOf = (reader: DuckDBResultReader): QueryResult => {
  const types = reader.columnTypes();
  const columns = uniqueNames(reader.columnNames()).map((name, index) => ({
    name,
    type: types[index]!.toString().toLowerCase(),
  }));
  const rows = reader
    .getRows()
    .map((row) =>
      Object.fromEntries(row.map((value, index) => [columns[index]!.name, jsonValue(value, types[index])])),
    );
  return { columns, rows };
};

/** Failures that another way of reading the files may cure. */
const isReadFailure = (error: unknown): boolean =>
  error instanceof Error &&
  /CSV Error on Line|GZIP|Maximum line size|schema mismatch|Failed to read file/i.test(error.message);

class DuckdbLake implements LakeSession {
  private repaired = false;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly instance: DuckDBInstance,
    readonly catalog: LocalCatalog,
    private readonly bucket: string,
    private readonly files: ReadonlyMap<LocalTable, readonly TableFiles[]>,
    private readonly scratch: string,
  ) {}

  async query(sql: string): Promise<QueryResult> {
    const adapted = quoteDefaultDatabase(sql);
    try {
      return await this.run(adapted);
    } catch (error) {
      if (error instanceof AmplifyLogsError) throw error;
      if (this.repaired || !isReadFailure(error)) throw new QueryFailedError(error);
    }
    await this.repair();
    return this.run(adapted).catch((error: unknown) => {
      throw error instanceof AmplifyLogsError ? error : new QueryFailedError(error);
    });
  }

  async unload(sql: string, { folder, partitionedBy }: UnloadTarget): Promise<void> {
    mkdirSync(path.dirname(folder), { recursive: true });
    const keys = partitionedBy.length === 0 ? "" : `, PARTITION_BY (${partitionedBy.map(identifier).join(", ")})`;
    try {
      await this.connection.run(
        `COPY (${quoteDefaultDatabase(sql)}) TO ${literal(folder)} (FORMAT parquet, COMPRESSION zstd${keys})`,
      );
    } catch (error) {
      throw new QueryFailedError(error);
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  async defineTable(table: LocalTable, groups: readonly TableFiles[], unite = false): Promise<void> {
    const name = `${identifier(databaseOf(this.catalog, table))}.${identifier(table.name)}`;
    await this.connection.run(`CREATE OR REPLACE VIEW ${name} AS ${tableQuery(table, groups, { unite })}`);
  }

  private async run(sql: string): Promise<QueryResult> {
    const statements = await this.connection.extractStatements(sql);
    let result: QueryResult = { columns: [], rows: [] };
    for (let index = 0; index < statements.count; index++) {
      const prepared = await statements.prepare(index);
      if (!ALLOWED_STATEMENTS.includes(prepared.statementType)) {
        throw new InputError(`${StatementType[prepared.statementType]} is not for queries`, {
          field: "sql",
          fix: "ask with SELECT, SHOW, DESCRIBE or EXPLAIN, or make a view",
        });
      }
      result = resultOf(await prepared.runAndReadAll());
    }
    return result;
  }

  /** Reads what the fast way refuses; it costs a look into every file, so only after a failure, and once. */
  private async repair(): Promise<void> {
    this.repaired = true;
    for (const [table, groups] of this.files) {
      if (table.format === "csv" && table.crawled === undefined)
        await this.defineTable(table, repairRawFiles(groups, this.bucket, this.scratch));
      if (table.format === "parquet") await this.defineTable(table, groups, true);
    }
  }
}

const ofDate = (groups: readonly TableFiles[], date: string | undefined): readonly TableFiles[] =>
  date === undefined
    ? groups
    : groups.map((group) => ({ ...group, files: group.files.filter((file) => file.includes(`/date=${date}/`)) }));

/** Opens the lake for queries. @throws EmptyLakeError when there is no catalogue. */
export const openLake = async (lake: string, options: LakeOptions = {}): Promise<LakeSession> => {
  const today = options.today === undefined ? undefined : checkedDay(options.today);
  const catalog = loadCatalog(lake);
  if (catalog === undefined) throw new EmptyLakeError(lake);
  const bucket = path.resolve(bucketPath(lake));
  const scratch = path.join(tmpdir(), `amplify-logs-${randomUUID()}`);
  const { only } = options;
  // A compaction asks for tables of the lake's own database.
  const isAsked = (table: LocalTable): boolean =>
    only === undefined || (databaseOf(catalog, table) === catalog.database && only.tables.includes(table.name));
  const tables = catalog.tables.filter(isAsked);
  const files = new Map(tables.map((table) => [table, ofDate(tableFiles(lake, catalog, table), only?.date)]));
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: path.join(scratch, "spill"),
  });
  const connection = await instance.connect();
  const session = new DuckdbLake(connection, instance, catalog, bucket, files, scratch);
  try {
    await setUpSession(connection, databasesOf(catalog), { today, macros: only === undefined });
    for (const [table, groups] of files) await session.defineTable(table, groups);
    for (const { name, sql } of only === undefined ? catalog.views : []) {
      await connection.run(`CREATE OR REPLACE VIEW ${identifier(catalog.database)}.${identifier(name)} AS ${sql}`);
    }
    const crawled = catalog.tables.flatMap(({ crawled: found, prefix }) =>
      found === undefined ? [] : [path.join(found.root, prefix)],
    );
    await connection.run(allowDirectories([bucket, scratch, ...crawled]));
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    return session;
  } catch (error) {
    session.close();
    throw error instanceof AmplifyLogsError ? error : new QueryFailedError(error);
  }
};

/** Whether any table has a file: a lake without one answers every question with nothing, which helps nobody. */
export const hasData = (lake: string): boolean => {
  const catalog = existsSync(lake) ? loadCatalog(lake) : undefined;
  return (
    catalog !== undefined &&
    catalog.tables.some((table) => tableFiles(lake, catalog, table).some(({ files }) => files.length > 0))
  );
};
