import { randomUUID } from "node:crypto";
import path from "node:path";
import { InputError } from "../errors";
import type { QueryResult } from "../model/queryResult";
import type { QueryReader, QueryState } from "../ports";
import { parseAddPartitions, type AddPartitionStatement } from "./addPartition";
import { openLake, type LakeOptions } from "./duckdbLake";
import { databaseOf, databasesOf } from "./catalogFile";
import { addPartitions, bucketPath, loadCatalog } from "./localCatalog";
import { parseUnload } from "./unload";

interface Execution {
  readonly state: QueryState;
  readonly reason?: string;
  readonly result?: QueryResult;
}

const NOTHING: QueryResult = { columns: [], rows: [] };

/** Athena on a directory: adding partitions changes the catalogue, everything else runs in DuckDB. */
export class LocalQueryEngine implements QueryReader {
  private readonly executions = new Map<string, Execution>();

  constructor(
    private readonly lake: string,
    private readonly options: LakeOptions = {},
  ) {}

  /** Returns at once; what goes wrong is the query's state, as with Athena. */
  start(sql: string, options: { readonly database: string; readonly workgroup: string }): Promise<string> {
    const id = randomUUID();
    this.executions.set(id, { state: "RUNNING" });
    const finished = (execution: Execution): void => {
      if (this.executions.get(id)?.state === "RUNNING") this.executions.set(id, execution);
    };
    void this.execute(sql, options.database).then(
      (result) => finished({ state: "SUCCEEDED", result }),
      (error: unknown) => finished({ state: "FAILED", reason: error instanceof Error ? error.message : String(error) }),
    );
    return Promise.resolve(id);
  }

  async state(queryId: string): Promise<{ state: QueryState; reason?: string }> {
    const { state, reason } = await this.executionOf(queryId);
    return { state, ...(reason === undefined ? {} : { reason }) };
  }

  async results(queryId: string): Promise<QueryResult> {
    const { state, result } = await this.executionOf(queryId);
    if (result !== undefined) return result;
    throw new InputError("the query has no answer", {
      field: "queryId",
      value: state,
      fix: "wait until it has succeeded",
    });
  }

  async stop(queryId: string): Promise<void> {
    const { state } = await this.state(queryId);
    if (state === "RUNNING") this.executions.set(queryId, { state: "CANCELLED", reason: "stopped by the caller" });
  }

  private executionOf(queryId: string): Promise<Execution> {
    const execution = this.executions.get(queryId);
    if (execution !== undefined) return Promise.resolve(execution);
    return Promise.reject(
      new InputError("no such query", { field: "queryId", value: queryId, fix: "use an id that start returned" }),
    );
  }

  private async execute(sql: string, database: string): Promise<QueryResult> {
    const statement = parseAddPartitions(sql);
    if (statement !== undefined) {
      this.register(statement, database);
      return NOTHING;
    }
    const unload = parseUnload(sql);
    const session = await openLake(this.lake, { ...this.options, ...this.prune(sql) });
    try {
      if (unload === undefined) return await session.query(sql);
      const folder = path.resolve(bucketPath(this.lake), unload.prefix);
      await session.unload(unload.query, { folder, partitionedBy: unload.partitionedBy });
      return NOTHING;
    } finally {
      session.close();
    }
  }

  /** A compaction's statements name the hidden tables alone, and one day: then nothing else is looked at. */
  private prune(sql: string): LakeOptions {
    const catalog = loadCatalog(this.lake);
    const tables = (catalog?.tables ?? []).filter(({ name }) => sql.includes(`"${name}"`));
    const dates = new Set([...sql.matchAll(/"date" = '(\d{4}-\d\d-\d\d)'/g)].map(([, date]) => date!));
    const hidden = tables.every(
      (table) =>
        table.format === "parquet" &&
        table.projection !== undefined &&
        databaseOf(catalog!, table) === catalog!.database,
    );
    if (tables.length === 0 || !hidden || dates.size !== 1) return {};
    return { only: { tables: tables.map(({ name }) => name), date: [...dates][0]! } };
  }

  private register({ database, table, ifNotExists, partitions }: AddPartitionStatement, sessionDatabase: string): void {
    const wanted = database ?? sessionDatabase;
    const catalog = loadCatalog(this.lake);
    const databases = catalog === undefined ? [] : databasesOf(catalog);
    if (catalog !== undefined && !databases.includes(wanted)) {
      throw new InputError("the database does not exist", {
        field: "database",
        value: wanted,
        fix: `use ${databases.join(", ")}`,
      });
    }
    const added = addPartitions(this.lake, table, partitions, catalog === undefined ? undefined : wanted);
    if (!ifNotExists && added < partitions.length) {
      throw new InputError("the partition exists already", {
        field: "table",
        value: table,
        fix: "write ADD IF NOT EXISTS",
      });
    }
  }
}
