/** One random history of the reader of CloudFront's objects under faults, and what is true of the table when it is over. */
import { readEvent } from "../../../handlers/cloudfront/handler";
import type { ReaderSettings } from "../../../handlers/cloudfront/settings";
import { convertHour } from "../../../handlers/convert/convertHour";
import { Random, seedOf } from "../../../src/local/simulator/random";
import type { ObjectStore, OpenedObject } from "../../../src/ports";
import { toldTelemetry } from "../../helpers/telemetry";
import { Bucket, type HistoryBucket } from "../bucket";
import type { Verdict } from "../check";
import { Died, ProcessStore, type Weakness } from "../process";
import { runTogether, type Turn } from "../scheduler";
import { checkLake } from "./checkLake";
import { IDS, makeDeliveries, START, type Delivery, type TrueRow } from "./deliveries";

/** What can be switched off, to show that the suite sees that it is missing. */
export const CLOUDFRONT_WITHOUT = ["deliveryMerge", "deliveryCondition"] as const;
export type CloudFrontWithout = (typeof CLOUDFRONT_WITHOUT)[number];

const WEAKNESS: Record<CloudFrontWithout, Weakness> = {
  deliveryMerge: { blind: ["raw/"], unconditional: ["raw/"] },
  deliveryCondition: { unconditional: ["raw/"] },
};

const BUCKET = "cdn-logs";
const STEPS = 8;
const MOST_ROUNDS = 60;

interface Message {
  readonly messageId: string;
  readonly body: string;
}

export class CloudFrontHistory {
  readonly lake: HistoryBucket;
  readonly source = new Bucket();
  readonly rows: readonly TrueRow[];
  readonly deliveries: readonly Delivery[];
  readonly complaints: string[] = [];
  /** Whether JSON lines are written too. */
  readonly json: boolean;
  faults = 0;
  private readonly random: Random;
  private queue: Message[] = [];
  private conversions: string[] = [];
  private messages = 0;
  private calm = false;
  private readonly settings: ReaderSettings;

  constructor(
    seed: number,
    private readonly without: CloudFrontWithout | undefined,
    store?: HistoryBucket,
  ) {
    this.lake = store ?? new Bucket();
    this.random = new Random(seedOf("cloudfront", seed));
    ({ rows: this.rows, deliveries: this.deliveries } = makeDeliveries(this.random));
    this.json = this.random.chance(0.3);
    this.settings = {
      rawPrefix: "raw",
      sourceBucket: BUCKET,
      distributions: new Map(Object.entries(IDS).map(([app, id]) => [id, app])),
      json: this.json ? { policy: "truncated" } : undefined,
      excerpts: { policy: "truncated" },
    };
    this.source.nowMs = this.lake.nowMs = START;
  }

  async run(): Promise<Verdict> {
    const { random } = this;
    const left = [...this.deliveries];
    for (let step = 0; step < STEPS; step++) {
      for (const delivery of left.splice(0, Math.ceil(left.length / (STEPS - step)))) await this.deliver(delivery);
      if (random.chance(0.2)) this.announce("E9ZZZZZZZZZZZZ.2026-07-31-23.other.gz");
      if (random.chance(0.2)) this.announce(`${IDS.docs}.2026-07-31-23.gone.gz`);
      if (random.chance(0.2)) this.push('{"Service":"Amazon S3","Event":"s3:TestEvent"}');
      if (random.chance(0.6)) await this.work(1 + random.below(4));
    }
    this.calm = true;
    for (const { key, content, broken } of this.deliveries) {
      if (broken === undefined) continue;
      await this.source.put(key, content);
      this.announce(key);
    }
    await this.untilDone();
    const verdict = await checkLake(this);
    const before = await this.contents();
    // All of it is delivered once more, in one batch each: nothing may change by it.
    for (const { key } of this.deliveries) this.announce(key);
    await this.untilDone();
    if ((await this.contents()) === before) return verdict;
    return { ...verdict, wrong: [...verdict.wrong, "what was delivered again has changed the lake"] };
  }

  private async contents(): Promise<string> {
    return JSON.stringify((await this.lake.listWithEtags("")).map(({ key, etag }) => [key, etag]));
  }

  private async deliver({ key, content, broken }: Delivery): Promise<void> {
    await this.source.put(key, broken ?? content);
    this.announce(key);
    if (this.random.chance(0.2)) this.announce(key);
  }

  private push(body: string): void {
    this.queue.push({ messageId: `m${this.messages++}`, body });
  }

  private announce(key: string): void {
    const encoded = encodeURIComponent(key).replaceAll("%20", "+");
    const bodies = [
      { "detail-type": "Object Created", detail: { bucket: { name: BUCKET }, object: { key } } },
      { Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: BUCKET }, object: { key: encoded } } }] },
    ];
    this.push(JSON.stringify(this.random.pick(bodies)));
  }

  private async untilDone(): Promise<void> {
    for (let rounds = 0; this.queue.length + this.conversions.length > 0; rounds++) {
      if (rounds > MOST_ROUNDS) throw new Error("messages are given back without end");
      await this.work(2);
    }
  }

  /** So many readers and a converter at once. */
  private async work(readers: number): Promise<void> {
    const { random, queue } = this;
    const batches = Array.from({ length: readers }, () => queue.splice(0, 1 + random.below(4)));
    const keys = this.conversions.splice(0, random.below(6) + (this.calm ? 6 : 0));
    await runTogether(random, [
      ...batches.map((batch) => async (turn: Turn) => void queue.push(...(await this.invoke(batch, turn)))),
      async (turn: Turn) => {
        for (const key of keys) await this.convert(key, turn);
      },
    ]);
  }

  /** Runs the function on a batch; the messages that come again. */
  private async invoke(batch: readonly Message[], turn: Turn): Promise<Message[]> {
    if (batch.length === 0) return [];
    const store = this.process(turn, this.without === undefined ? {} : WEAKNESS[this.without]);
    const ports = {
      store,
      source: this.readOnly(turn),
      clock: { now: () => START },
      patience: { rounds: 3, wait: () => turn() },
    };
    try {
      const event = { Records: batch };
      const hasTime = (): boolean => this.calm || !this.random.chance(0.05);
      const { batchItemFailures } = await readEvent(ports, this.settings, event, toldTelemetry(), hasTime);
      if (store.died) throw new Died();
      const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      if (again.size > 0 && this.calm) this.complaints.push("a calm run gave messages back");
      this.faults += again.size > 0 ? 1 : 0;
      return batch.filter(({ messageId }) => again.has(messageId));
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      // Whatever it did until then: the queue gives all of it again.
      this.faults++;
      return [...batch];
    }
  }

  private async convert(key: string, turn: Turn): Promise<void> {
    const ports = { store: this.process(turn, {}), clock: { now: () => START } };
    try {
      await convertHour(ports, { rawPrefix: "raw", privacy: { policy: "truncated" } }, key);
    } catch {
      this.faults++;
      this.conversions.push(key);
    }
  }

  private process(turn: Turn, weakness: Weakness): DyingStore {
    const { random, calm } = this;
    const created = (key: string): void => {
      if (key.startsWith("raw/")) this.conversions.push(key);
    };
    const faults = {
      dieAfterPuts: !calm && random.chance(0.15) ? random.below(4) : Infinity,
      refuse: !calm && random.chance(0.2) ? 0.05 : 0,
      conflict: calm ? 0 : 0.05,
      lostAnswer: calm ? 0 : 0.05,
      stall: random.chance(0.3) ? 0.5 : 0,
    };
    return new DyingStore(this.lake, turn, random, faults, created, weakness);
  }

  /** The bucket of deliveries: refuses now and then, breaks off, and suffers no change. */
  private readOnly(turn: Turn): ObjectStore {
    const { random, source, complaints } = this;
    const refuse = async (): Promise<void> => {
      await turn();
      if (!this.calm && random.chance(0.03)) throw new Error("SlowDown: please reduce your request rate");
    };
    const forbidden = (what: string) => (): Promise<never> => {
      complaints.push(`the reader ${what} in the bucket of deliveries`);
      return Promise.reject(new Error("AccessDenied"));
    };
    return {
      get: forbidden("read whole, not in pieces,"),
      put: forbidden("writes"),
      delete: forbidden("deletes"),
      list: async (prefix) => (await refuse(), source.list(prefix)),
      open: async (key): Promise<OpenedObject | undefined> => {
        await refuse();
        const found = await source.get(key);
        if (found === undefined) return undefined;
        const { etag, body } = found;
        const cut = !this.calm && random.chance(0.05) ? random.below(body.length) : body.length;
        const middle = cut >> 1;
        return { etag, bytes: body.length, body: [body.subarray(0, middle), body.subarray(middle, cut)] };
      },
    };
  }
}

/** The reader takes a failed write for a failed object and goes on: whoever is dead must be known as such. */
class DyingStore extends ProcessStore {
  died = false;

  override die(): never {
    this.died = true;
    return super.die();
  }
}

/** @param store the lake; a bucket in memory unless it is given */
export const runCloudFrontHistory = (
  seed: number,
  without?: CloudFrontWithout,
  store?: HistoryBucket,
): Promise<Verdict> => new CloudFrontHistory(seed, without, store).run();
