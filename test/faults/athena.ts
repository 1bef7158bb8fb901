/** Athena as the partition updater sees it: queries take their time, fail, are cancelled, or never end. */
import { parseAddPartitions } from "../../src/local/addPartition";
import type { Random } from "../../src/local/simulator/random";
import type { QueryEngine, QueryState } from "../../src/ports";

interface Running {
  readonly sql: string;
  polls: number;
  readonly end: QueryState | "never";
}

export class FaultyAthena implements QueryEngine {
  /** Locations by table partition, as Glue would have them. */
  readonly partitions = new Map<string, string>();
  private readonly queries = new Map<string, Running>();

  constructor(
    private readonly random: Random,
    private faults: { readonly throttle: number; readonly fail: number; readonly hang: number },
    /** Says SUCCEEDED of everything at once: as if nobody had asked. */
    private readonly believed = false,
  ) {}

  calm(): void {
    this.faults = { throttle: 0, fail: 0, hang: 0 };
  }

  start(sql: string): Promise<string> {
    const { random, faults } = this;
    if (random.unit() < faults.throttle) return Promise.reject(new Error("TooManyRequestsException"));
    const id = `q${this.queries.size}`;
    const failed = random.pick(["FAILED", "CANCELLED"] as const);
    const end = random.unit() < faults.hang ? "never" : random.unit() < faults.fail ? failed : "SUCCEEDED";
    this.queries.set(id, { sql, polls: random.below(4), end });
    return Promise.resolve(id);
  }

  state(id: string): Promise<{ state: QueryState; reason?: string }> {
    const query = this.queries.get(id)!;
    if (query.end === "SUCCEEDED" && (this.believed || query.polls === 0)) this.carryOut(query.sql);
    if (this.believed) return Promise.resolve({ state: "SUCCEEDED" });
    if (query.polls-- > 0 || query.end === "never") return Promise.resolve({ state: "RUNNING" });
    return Promise.resolve({ state: query.end, reason: "HIVE_METASTORE_ERROR: ConcurrentModificationException" });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private carryOut(sql: string): void {
    for (const { values, location } of parseAddPartitions(sql)!.partitions) {
      const name = `${values["app"]} ${values["date"]}`;
      if (!this.partitions.has(name)) this.partitions.set(name, location!);
    }
  }
}
