import { randomUUID } from "node:crypto";
import { InputError } from "../errors";
import type { QueryEngine, QueryState } from "../ports";
import { parseAddPartitions, type AddPartitionStatement } from "./addPartition";
import { openLake, type LakeOptions } from "./duckdbLake";
import { addPartitions, loadCatalog } from "./localCatalog";

interface Execution {
  readonly state: QueryState;
  readonly reason?: string;
}

/** Athena on a directory: adding partitions changes the catalogue, everything else runs in DuckDB. */
export class LocalQueryEngine implements QueryEngine {
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
      () => finished({ state: "SUCCEEDED" }),
      (error: unknown) => finished({ state: "FAILED", reason: error instanceof Error ? error.message : String(error) }),
    );
    return Promise.resolve(id);
  }

  state(queryId: string): Promise<{ state: QueryState; reason?: string }> {
    const execution = this.executions.get(queryId);
    if (execution !== undefined) return Promise.resolve(execution);
    return Promise.reject(
      new InputError("no such query", { field: "queryId", value: queryId, fix: "use an id that start returned" }),
    );
  }

  async stop(queryId: string): Promise<void> {
    const { state } = await this.state(queryId);
    if (state === "RUNNING") this.executions.set(queryId, { state: "CANCELLED", reason: "stopped by the caller" });
  }

  private async execute(sql: string, database: string): Promise<void> {
    const statement = parseAddPartitions(sql);
    if (statement !== undefined) {
      this.register(statement, database);
      return;
    }
    const session = await openLake(this.lake, this.options);
    try {
      await session.query(sql);
    } finally {
      session.close();
    }
  }

  private register({ database, table, ifNotExists, partitions }: AddPartitionStatement, sessionDatabase: string): void {
    const wanted = database ?? sessionDatabase;
    const catalog = loadCatalog(this.lake);
    if (catalog !== undefined && catalog.database !== wanted) {
      throw new InputError("the database does not exist", {
        field: "database",
        value: wanted,
        fix: `use ${catalog.database}`,
      });
    }
    const added = addPartitions(this.lake, table, partitions);
    if (!ifNotExists && added < partitions.length) {
      throw new InputError("the partition exists already", {
        field: "table",
        value: table,
        fix: "write ADD IF NOT EXISTS",
      });
    }
  }
}
