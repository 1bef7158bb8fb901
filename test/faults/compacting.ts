/** The compaction's state machine, step by step, each step in a process of its own; and a reader of the table meanwhile. */
import { runStep, type CompactEvent, type StepResult } from "../../handlers/compact/handler";
import type { Plan } from "../../handlers/compact/plan";
import type { Attempt, DayItem, NothingDue } from "../../handlers/compact/ports";
import type { Turn } from "./scheduler";
import { readRows } from "./tableFiles";
import type { Maintained, World } from "./world";

const SETTINGS = {
  bucket: "lake",
  database: "amplify_logs",
  table: "access_logs",
  workgroup: "maintenance",
  tableDays: 30,
  queryTimeoutSeconds: 60,
};

export interface Compacted {
  readonly apps: readonly string[];
  readonly settlingHours: number;
}

/** Somebody stopped the execution, or Step Functions was not there. */
class Stopped extends Error {}

/** One execution of the state machine. */
class Execution {
  private waitedMs = 0;

  constructor(
    private readonly world: Maintained,
    private readonly turn: Turn,
    private readonly of: Compacted,
  ) {}

  async run(): Promise<void> {
    const { world } = this;
    const { days } = (await this.step({ step: "plan", time: new Date(world.nowMs).toISOString() })) as Plan;
    for (const day of days) {
      try {
        await this.day(day);
      } catch (error) {
        if (error instanceof Stopped) return;
        // The Map's other days go on.
        if (world.mishaps.calm) world.complain(`a calm compaction of ${day.date} failed: ${String(error)}`);
      }
    }
  }

  private async day(day: DayItem): Promise<void> {
    const started = (await this.step({ step: "start", day })) as Attempt | NothingDue;
    if (started.state === "NOTHING") return;
    const unloaded = await this.wait(started);
    const checked = await this.wait((await this.step({ step: "verify", attempt: unloaded })) as Attempt);
    await this.step({ step: "switch", attempt: checked });
  }

  private async wait(attempt: Attempt): Promise<Attempt> {
    let now = attempt;
    while (now.state === "RUNNING") {
      this.waitedMs += now.waitSeconds * 1000;
      now = (await this.step({ step: "poll", attempt: now })) as Attempt;
    }
    return now;
  }

  /** One step as the state machine runs it: tried again when it fails, and some are run twice for nothing. */
  private async step(event: CompactEvent): Promise<StepResult> {
    const { mishaps, random } = this.world;
    if (mishaps.hit("compactionStops", 0.1)) throw new Stopped();
    if (mishaps.hit("stepsTwice", 0.15)) await this.once(event).catch(() => undefined);
    for (let tries = 1; ; tries++) {
      try {
        return await this.once(event);
      } catch (error) {
        if (mishaps.calm || tries === 3 || random.chance(0.3)) throw error;
      }
    }
  }

  private once(event: CompactEvent): Promise<StepResult> {
    const { world } = this;
    const store = world.process(this.turn);
    const clock = world.clock();
    const ports = {
      store,
      engine: world.athena.engine(store),
      catalog: world.athena.catalog(store),
      clock: { now: () => clock.now() + this.waitedMs },
      random: () => world.random.bits().toString(16).padStart(8, "0"),
      log: () => undefined,
      compare: world.weak.compare,
    };
    return runStep(ports, { ...SETTINGS, ...this.of }, event);
  }
}

export const compact =
  (world: Maintained, of: Compacted) =>
  async (turn: Turn): Promise<void> => {
    await new Execution(world, turn, of).run().catch((error: unknown) => {
      if (world.mishaps.calm && !(error instanceof Stopped))
        world.complain(`a calm compaction failed: ${String(error)}`);
    });
  };

/** What a query sees of the table whose partitions are these. */
const seen = async (world: World, turn: Turn | undefined): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (const { location } of world.athena.registered()) {
    await turn?.();
    for (const row of await readRows(turn === undefined ? world.bucket : world.slowly(turn), location)) {
      const uri = String(row["uri"]);
      counts.set(uri, (counts.get(uri) ?? 0) + 1);
    }
  }
  return counts;
};

/** A query that takes its time: it sees each row that was there when it began, and none twice. */
export const read =
  (world: World) =>
  async (turn: Turn): Promise<void> => {
    const before = await seen(world, undefined);
    const counts = await seen(world, turn).catch((error: unknown) => {
      world.complain(`a reader failed: ${String(error)}`);
      return before;
    });
    for (const [uri, count] of counts) if (count > 1) world.complain(`a reader saw ${uri} ${count} times`);
    for (const uri of before.keys()) if (!counts.has(uri)) world.complain(`a reader missed ${uri}`);
  };
