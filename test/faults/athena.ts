/** Athena and Glue: queries take their time, fail, are cancelled, or never end; partitions are where they were put. */
import { parseAddPartitions } from "../../src/local/addPartition";
import type { Random } from "../../src/local/simulator/random";
import type { QueryResult } from "../../src/model/queryResult";
import type { DayPartition, ObjectStore, PartitionCatalog, QueryReader, QueryState } from "../../src/ports";
import type { Mishaps } from "./kinds";
import type { ProcessStore } from "./process";
import { beginStatement, type Reading } from "./unload";

interface Running {
  readonly sql: string;
  polls: number;
  readonly end: QueryState | "never";
  readonly reason: string;
  /** Ends as FAILED when half of it is done. */
  readonly half: boolean;
  /** Leaves a row out. */
  readonly lies: boolean;
  reading?: Reading;
  rows?: Record<string, string | number>[];
}

const REASONS = [
  "HIVE_METASTORE_ERROR: ConcurrentModificationException",
  "HIVE_EXCEEDED_PARTITION_LIMIT",
  "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask",
];
const LAKE = "s3://lake/";

export class FaultyAthena {
  /** Prefixes in the bucket by app and date, as Glue has them. */
  readonly partitions = new Map<string, string>();
  private readonly queries = new Map<string, Running>();

  constructor(
    private readonly random: Random,
    private readonly mishaps: Mishaps,
    private readonly bucket: ObjectStore,
    /** Says SUCCEEDED of everything at once: as if nobody had asked. */
    private readonly believed = false,
    /** Reads what it reads at once, so that whoever writes meanwhile is not seen; it holds all of it until it ends. */
    private readonly early = true,
  ) {}

  /** Athena as one process has it. */
  engine(process: Pick<ProcessStore, "beside">): QueryReader {
    return {
      start: (sql) => process.beside().then(() => this.start(sql)),
      state: (id) => process.beside().then(() => this.state(id)),
      results: (id) => process.beside().then(() => this.results(id)),
      stop: () => process.beside(),
    };
  }

  /** Glue as one process has it. */
  catalog(process: Pick<ProcessStore, "beside" | "survive">): PartitionCatalog {
    const call = async (): Promise<void> => {
      await process.beside();
      if (this.mishaps.hit("glueConflicts", 0.15)) throw new Error("ConcurrentModificationException");
    };
    return {
      partitions: async ({ from = "", to }) => {
        await call();
        return this.registered().filter(({ date }) => date >= from && date <= to);
      },
      relocate: async (partitions) => {
        for (const { app, date, location } of partitions) {
          await call();
          const name = `${app} ${date}`;
          if (this.partitions.has(name)) this.partitions.set(name, location);
          process.survive();
        }
      },
      drop: async (partitions) => {
        await call();
        for (const { app, date } of partitions) this.partitions.delete(`${app} ${date}`);
      },
    };
  }

  registered(): DayPartition[] {
    return [...this.partitions].map(([name, location]) => {
      const [app, date] = name.split(" ") as [string, string];
      return { app, date, location };
    });
  }

  private start(sql: string): string {
    const { random, mishaps } = this;
    if (mishaps.hit("athenaFaults", 0.2)) throw new Error("TooManyRequestsException: Rate exceeded");
    const id = `q${this.queries.size}`;
    const half = mishaps.hit("glueConflicts", 0.3);
    const ends = (): Running["end"] => {
      if (half) return "FAILED";
      if (mishaps.hit("athenaFaults", 0.2)) return "never";
      return mishaps.hit("athenaFaults", 0.2) ? random.pick(["FAILED", "CANCELLED"] as const) : "SUCCEEDED";
    };
    const reason = half ? "AlreadyExistsException: Partition already exists." : random.pick(REASONS);
    const lies = sql.startsWith("UNLOAD") && mishaps.hit("unloadLies", 0.3);
    this.queries.set(id, { sql, polls: 1 + random.below(4), end: ends(), reason, half, lies });
    return id;
  }

  private async state(id: string): Promise<{ state: QueryState; reason?: string }> {
    const query = this.queries.get(id)!;
    const { sql, end, half, lies } = query;
    const over = this.believed || query.polls-- <= 0;
    const works = end === "SUCCEEDED" || half;
    // What it reads it reads early, what it writes it writes at its end.
    if (works && !sql.startsWith("ALTER")) query.reading ??= await beginStatement(this.bucket, sql, this.early);
    if (over && works && query.rows === undefined) {
      query.rows = (await query.reading?.finish({ lies, half })) ?? [];
      if (query.reading === undefined) this.addPartitions(sql, half);
    }
    if (this.believed) return { state: "SUCCEEDED" };
    if (!over || end === "never") return { state: "RUNNING" };
    return { state: end, reason: query.reason };
  }

  private results(id: string): QueryResult {
    const rows = this.queries.get(id)!.rows!;
    return { columns: Object.keys(rows[0] ?? {}).map((name) => ({ name, type: "varchar" })), rows };
  }

  private addPartitions(sql: string, half: boolean): void {
    for (const { values, location } of parseAddPartitions(sql)!.partitions) {
      const name = `${values["app"]} ${values["date"]}`;
      if (half && this.random.chance(0.5)) continue;
      if (!this.partitions.has(name)) this.partitions.set(name, location!.replace(LAKE, ""));
    }
  }
}
