/** One random history of the pipeline under faults, and what is true of the table when it is over. */
import type { FetchEvent } from "../../handlers/fetch/range";
import { HOUR_MS, MINUTE_MS } from "../../src/model/windows";
import { checkTable, type Verdict } from "./check";
import { compact, read } from "./compacting";
import { addPartitions, fetchAndConvert, type Run } from "./functions";
import { runTogether } from "./scheduler";
import { APPS, HOURS, RAW, START, World, type HistoryOptions } from "./world";

/** Ticks after the last row, in which late ones still come. */
const LATE_TICKS = 3;

/** Days close while their rows still come. */
const COMPACTED = { apps: APPS, settlingHours: 0 };

export const runHistory = async (options: HistoryOptions): Promise<Verdict> => {
  const world = new World(options);
  const history = new History(world);
  await history.run();
  return checkTable(world);
};

class History {
  /** Runs that failed for good, as the queue of failed runs keeps them. */
  private failedRuns: Run[] = [];
  private apps: readonly string[] = APPS;
  private replaced = false;
  /** Keys that bore the tag when the updater had run last. */
  private superseded: ReadonlySet<string> = new Set();

  constructor(private readonly world: World) {}

  async run(): Promise<void> {
    const { world } = this;
    for (let tick = 1; tick <= HOURS + LATE_TICKS; tick++) {
      world.setTime(START + tick * HOUR_MS + world.random.below(HOUR_MS));
      if (world.mishaps.hit("missedTicks", 0.3)) continue;
      world.changeRights();
      this.deploy();
      await this.work(this.runs());
      await this.addPartitions();
      await this.expireRaw();
    }
    await this.settle();
  }

  /** A stack that was changed: an app goes or comes back, the table is made anew. */
  private deploy(): void {
    const { mishaps, random, athena } = this.world;
    this.apps = mishaps.hit("appRemoved", 0.3) ? [random.pick(APPS)] : APPS;
    if (!mishaps.hit("tableReplaced", 0.2)) return;
    athena.partitions.clear();
    this.replaced = true;
  }

  private runs(): Run[] {
    const { nowMs, mishaps, random } = this.world;
    const time = new Date(nowMs).toISOString();
    const mode = random.chance(0.15) ? "settle" : "lookback";
    const again = mishaps.has("deadLetters") && random.chance(0.3) ? this.failedRuns.splice(0) : [];
    return [
      ...again,
      ...this.apps.flatMap((app): Run[] => {
        const scheduled: Run = [app, { mode, time }];
        return mishaps.hit("runsAtOnce", 0.8) ? [scheduled, [app, this.otherEvent({ mode, time })]] : [scheduled];
      }),
    ];
  }

  /** A schedule and a backfill may ask for the same hours at once. */
  private otherEvent(scheduled: FetchEvent): FetchEvent {
    const { random, nowMs } = this.world;
    if (random.chance(0.5)) return scheduled;
    const from = START + random.below(HOURS * 60) * MINUTE_MS;
    const to = Math.min(from + (1 + random.below(300)) * MINUTE_MS, Math.floor(nowMs / MINUTE_MS) * MINUTE_MS);
    if (to <= from) return scheduled;
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  }

  private async work(runs: readonly Run[]): Promise<void> {
    const { world } = this;
    const compactions = world.mishaps.hit("compactionsAtOnce", 0.5) ? 2 : world.random.below(2);
    const others = [...new Array<undefined>(compactions)].map(() => compact(world, COMPACTED));
    const readers = world.random.chance(0.25) ? [read(world)] : [];
    for (const run of await fetchAndConvert(world, runs, [...others, ...readers]))
      if (!this.world.mishaps.hit("deadLettersLost", 0.3)) this.failedRuns.push(run);
  }

  private async addPartitions(): Promise<void> {
    // Whoever replaces the table has every day registered again, and tries until that is done.
    if (!(await addPartitions(this.world, this.apps, this.replaced))) return;
    this.replaced = false;
    await this.expireSuperseded();
  }

  /** Superseded files go, after the updater has run once more: the lifecycle rule waits longer than it does. */
  private async expireSuperseded(): Promise<void> {
    const { bucket, mishaps } = this.world;
    const superseded = await bucket.superseded();
    if (mishaps.calm || mishaps.hit("supersededExpires", 0.7))
      await bucket.deleteMany(superseded.filter((key) => this.superseded.has(key)));
    this.superseded = new Set(superseded);
  }

  /** Raw objects go after their retention; never one that still waits to be converted. */
  private async expireRaw(): Promise<void> {
    const { bucket, queue, deadLetters, mishaps } = this.world;
    const waiting = new Set([...queue, ...deadLetters].map(({ key }) => key));
    for (const { key } of await bucket.list(`${RAW}/`))
      if (!waiting.has(key) && mishaps.hit("expiredRaw", 0.1)) await bucket.delete(key);
  }

  /** No more faults: what failed is started again, all is asked for once more, converted, and made known. */
  private async settle(): Promise<void> {
    const { world } = this;
    world.mishaps.calm = true;
    world.setTime(START + (HOURS + 6) * HOUR_MS);
    world.queue.push(...world.deadLetters.splice(0));
    const all = {
      from: new Date(START - 24 * HOUR_MS).toISOString(),
      to: new Date(world.nowMs - HOUR_MS).toISOString(),
    };
    // One after the other, as the queue gives them.
    for (const run of this.failedRuns.splice(0)) await this.work([run]);
    await this.work(APPS.map((app): Run => [app, all]));
    this.apps = APPS;
    // Some days later all is closed, united, and what was before has expired.
    for (let day = 1; day <= 3; day++) {
      world.setTime(world.nowMs + 24 * HOUR_MS);
      await runTogether(world.random, [compact(world, COMPACTED)]);
      await this.addPartitions();
    }
  }
}
