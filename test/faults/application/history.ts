/** One random history of the application logs' reader under faults, and whether each line is in the lake as often as its object has it. */
import { readBatch } from "../../../handlers/applogs/handler";
import type { ReaderConfiguration } from "../../../handlers/applogs/readObject";
import { Random, seedOf } from "../../../src/local/simulator/random";
import { validateApplication } from "../../../src/model/applicationSettings";
import type { PartitionRegistry } from "../../../src/ports";
import { Bucket, type HistoryBucket } from "../bucket";
import type { Verdict } from "../check";
import { Died, ProcessStore, type Weakness } from "../process";
import { runTogether, type Turn } from "../scheduler";
import { checkLake } from "./checkLake";
import { LogSourceBucket, type Version } from "./source";

/** What can be switched off, to show that the suite sees that it is missing. */
export const APPLICATION_WITHOUT = ["applicationUnion", "applicationCondition", "applicationPartitions"] as const;
export type ApplicationWithout = (typeof APPLICATION_WITHOUT)[number];

const WEAKNESS: Record<ApplicationWithout, Weakness> = {
  applicationUnion: { blind: ["processed/", "errors/"], unconditional: ["processed/", "errors/"] },
  applicationCondition: { unconditional: ["processed/", "errors/"] },
  applicationPartitions: {},
};

const STEPS = 14;
const NO_FAULTS = { dieAfterPuts: Infinity, refuse: 0, conflict: 0, lostAnswer: 0, stall: 0 };

interface Message {
  readonly messageId: string;
  readonly body: string;
}

const checked = validateApplication({ ipPolicy: "truncated" });
if (!("settings" in checked)) throw new Error("the defaults are refused");
const CONFIGURATION: ReaderConfiguration = { settings: checked.settings, sourceBucket: "raw", bucket: "lake" };

export class ApplicationHistory {
  readonly lake: HistoryBucket;
  readonly source: LogSourceBucket;
  /** Prefixes that partitions point at. */
  readonly registered = new Set<string>();
  readonly complaints: string[] = [];
  faults = 0;
  private readonly random: Random;
  private readonly queue: Message[] = [];
  private messages = 0;
  private calm = false;

  constructor(
    seed: number,
    private readonly without: ApplicationWithout | undefined,
    store?: HistoryBucket,
  ) {
    this.lake = store ?? new Bucket();
    this.random = new Random(seedOf("application", seed));
    this.source = new LogSourceBucket(this.random);
    this.lake.nowMs = Date.parse("2026-11-21T12:00:00Z");
  }

  async run(): Promise<Verdict> {
    const { random, source } = this;
    for (let step = 0; step < STEPS; step++) {
      this.lake.nowMs += 600_000;
      this.announce(source.write());
      if (random.chance(0.2)) this.announce(random.pick([...source.versions.keys()]));
      // Late events wait; those that come may come at once.
      if (random.chance(0.7)) await this.work(random.below(3) + 1);
    }
    await this.work(2);
    this.calm = true;
    for (const key of source.repair()) this.announce(key);
    for (let rounds = 0; this.queue.length > 0; rounds++) {
      if (rounds > 50) throw new Error("messages are given back without end");
      await this.work(2);
    }
    // All of it is delivered once more: nothing may change by it.
    const before = await this.lake.listWithEtags("");
    for (const key of source.versions.keys()) this.announce(key);
    await this.work(1);
    const after = await this.lake.listWithEtags("");
    const contents = (list: typeof before): string => JSON.stringify(list.map(({ key, etag }) => [key, etag]));
    if (contents(before) !== contents(after)) this.complaints.push("what was delivered again has changed the lake");
    return checkLake(this);
  }

  private announce(key: string): void {
    const { random } = this;
    const id = (): string => `m${this.messages++}`;
    const encoded = encodeURIComponent(key).replaceAll("%20", "+");
    const bodies = [
      { "detail-type": "Object Created", detail: { bucket: { name: "raw" }, object: { key } } },
      { Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "raw" }, object: { key: encoded } } }] },
    ];
    const body = JSON.stringify(random.pick(bodies));
    for (let copies = random.chance(0.2) ? 2 : 1; copies > 0; copies--) this.queue.push({ messageId: id(), body });
    if (random.chance(0.1)) this.queue.push({ messageId: id(), body: '{"Event":"s3:TestEvent"}' });
  }

  /** So many functions at once, each with a batch of the queue. */
  private async work(functions: number): Promise<void> {
    const { random, queue } = this;
    const batches = Array.from({ length: functions }, () => queue.splice(0, 1 + random.below(3)));
    const readers = batches.map((batch) => async (turn: Turn) => void queue.push(...(await this.invoke(batch, turn))));
    // Meanwhile an object is written anew, and read by another function at once.
    const writer = async (turn: Turn): Promise<void> => {
      for (let turns = random.below(8); turns > 0; turns--) await turn();
      this.announce(this.source.write());
      queue.push(...(await this.invoke(queue.splice(-1), turn)));
    };
    await runTogether(random, !this.calm && random.chance(0.4) ? [...readers, writer] : readers);
  }

  /** Runs the function on a batch; the messages that come again. */
  private async invoke(batch: readonly Message[], turn: Turn): Promise<readonly Message[]> {
    const { random, calm } = this;
    const faulty = !calm && random.chance(0.5);
    const share = (of: number): number => (faulty && random.chance(0.6) ? of : 0);
    const rates = { refuse: share(0.1), conflict: share(0.3), lostAnswer: share(0.2), stall: share(0.5) };
    const faults = faulty ? { ...rates, dieAfterPuts: random.chance(0.5) ? random.below(4) : Infinity } : NO_FAULTS;
    if (faulty) this.faults++;
    const weakness = this.without === undefined ? {} : WEAKNESS[this.without];
    const store = new ProcessStore(this.lake, turn, random, faults, () => undefined, weakness);
    const opened: Version[] = [];
    const source = this.source.process(turn, share(0.15), (version) => opened.push(version));
    const failed = new Set<string>();
    const log = (event: string, facts: Readonly<Record<string, unknown>>): void => {
      if (event !== "applogs.failed") return;
      failed.add(String(facts["key"]));
      if (calm) this.complaints.push(`a calm run failed: ${String(facts["error"])}`);
    };
    const clock = { now: () => this.lake.nowMs };
    try {
      const { batchItemFailures } = await readBatch(
        { store, source, catalog: this.catalog(store, share(0.2)), clock },
        CONFIGURATION,
        { Records: batch.map(({ messageId, body }) => ({ messageId, body })) },
        { log, metrics: { count: () => undefined, publish: () => undefined } },
      );
      // Only of a run without a failure is it known which versions it read.
      if (failed.size === 0) for (const version of opened) version.read = true;
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return batch.filter(({ messageId }) => again.has(messageId));
    } catch (error) {
      if (!(error instanceof Died)) this.complaints.push(`a run ended with ${String(error)}`);
      return batch;
    }
  }

  private catalog(store: ProcessStore, faulty: number): PartitionRegistry {
    return {
      add: async (partitions) => {
        await store.beside();
        for (const { values, location } of partitions) {
          if (this.random.chance(faulty)) throw new Error("ConcurrentModificationException");
          if (!location.includes(`service=${values[0]}/year=${values[1]}/month=${values[2]}/day=${values[3]}/`))
            this.complaints.push(`the partition ${values.join(", ")} points at ${location}`);
          if (this.without !== "applicationPartitions") this.registered.add(location);
        }
      },
    };
  }
}

/** @param store the lake; a bucket in memory unless it is given */
export const runApplicationHistory = (
  seed: number,
  without?: ApplicationWithout,
  store?: HistoryBucket,
): Promise<Verdict> => new ApplicationHistory(seed, without, store).run();
