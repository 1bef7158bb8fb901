/** One random history of the pipeline under faults, and what is true of the table when it is over. */
import { convertHour } from "../../handlers/convert/convertHour";
import { fetchHours, type FetchSettings } from "../../handlers/fetch/handler";
import { fetchRange, type FetchEvent } from "../../handlers/fetch/range";
import { updatePartitions } from "../../handlers/partitions/handler";
import { Random, seedOf } from "../../src/local/simulator/random";
import { HOUR_MS } from "../../src/model/windows";
import type { Clock } from "../../src/ports";
import { FaultyAthena } from "./athena";
import { Bucket, ProcessStore } from "./bucket";
import { checkTable, type Verdict } from "./check";
import { runTogether, type Turn } from "./scheduler";
import { FaultySource, makeRows, NO_SOURCE_FAULTS, type SourceFaults, type SourceRow } from "./source";
import { weaken, type Without } from "./without";

export interface HistoryOptions {
  readonly seed: number;
  readonly without?: Without | undefined;
  /** Kinds of faults that are left out: how a failing history is made small. */
  readonly spare?: readonly FaultKind[];
}

/** One kind of fault each; a history has some of them, so that no fault hides behind another. */
export const FAULT_KINDS = [
  "sourceErrors",
  "refusals",
  "emptyAnswers",
  "partialAnswers",
  "rowsOutside",
  "cutBodies",
  "unknownHeaders",
  "deaths",
  "storeRefusals",
  "slowWrites",
  "runsAtOnce",
  "missedTicks",
  "lateEvents",
  "duplicateEvents",
  "expiredRaw",
  "athenaFaults",
  "clockSkew",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Few faults that together make races: among many others they are rare. */
const RACES: readonly (readonly FaultKind[])[] = [
  ["runsAtOnce", "partialAnswers", "slowWrites", "lateEvents"],
  ["runsAtOnce", "partialAnswers", "slowWrites", "duplicateEvents"],
];

const APPS = ["shop", "blog"];
const HOURS = 8;
const START = Date.parse("2026-10-31T18:00:00Z"); // Ends on 1 November: months, and with them prefixes, change within.
const RAW = "raw";

const settingsOf = (app: string): FetchSettings => ({
  app,
  appId: "d1a2b3c4d5e6f7",
  domainName: `${app}.example`,
  rawPrefix: RAW,
  delayMinutes: 60,
  lookbackHours: 3,
  settlingHours: 8,
  chunkDays: 1,
  openHours: app === "blog",
});

export class History {
  private readonly random: Random;
  private readonly bucket = new Bucket();
  private readonly rows: SourceRow[];
  private readonly kinds: ReadonlySet<FaultKind>;
  private readonly weak;
  private readonly athena: FaultyAthena;
  private queue: string[] = [];
  private number = 0;
  private nowMs = START;
  private calm = false;
  /** Rows that a run was given and reported as stored: none of them may be missing. */
  readonly owed = new Set<string>();
  /** Rows that were given in their window at all. */
  readonly given = new Set<string>();
  readonly complaints: string[] = [];
  faults = 0;

  constructor({ seed, without, spare = [] }: HistoryOptions) {
    this.random = new Random(seedOf("history", seed));
    const family = this.random.chance(0.3)
      ? this.random.pick(RACES)
      : FAULT_KINDS.filter(() => this.random.chance(0.5));
    this.kinds = new Set(family.filter((kind) => !spare.includes(kind)));
    this.rows = APPS.flatMap((app) =>
      makeRows(this.random, () => ++this.number, app, { startMs: START, endMs: START + HOURS * HOUR_MS }),
    );
    this.weak = weaken(without);
    const bad = this.kinds.has("athenaFaults") ? 0.3 : 0;
    this.athena = new FaultyAthena(this.random, { throttle: bad, fail: bad, hang: bad }, this.weak.believedAthena);
    this.bucket.onCreated = (key) => {
      if (key.startsWith(`${RAW}/`)) this.queue.push(key);
    };
  }

  async run(): Promise<Verdict> {
    for (let tick = 1; tick <= HOURS + 4; tick++) {
      this.nowMs = this.bucket.nowMs = START + tick * HOUR_MS + this.random.below(HOUR_MS);
      if (this.hit("missedTicks", 0.3)) continue;
      await this.work(this.events(this.random.chance(0.15) ? "settle" : "lookback"));
      await this.addPartitions();
      this.expireRaw();
    }
    await this.settle();
    return checkTable({
      bucket: this.bucket,
      rows: this.rows,
      owed: this.owed,
      given: this.given,
      partitions: this.athena.partitions,
      complaints: this.complaints,
      faults: this.faults,
    });
  }

  /** Decides whether a fault of this kind happens now. */
  private hit(kind: FaultKind, probability: number): boolean {
    if (this.calm || !this.kinds.has(kind) || !this.random.chance(probability)) return false;
    this.faults++;
    return true;
  }

  private share(kind: FaultKind, probability: number): number {
    return this.calm || !this.kinds.has(kind) ? 0 : probability;
  }

  private clock(): Clock {
    const skew = this.hit("clockSkew", 0.5) ? (this.random.below(10) - 5) * 60_000 : 0;
    return { now: () => this.nowMs + skew };
  }

  private process(turn: Turn, weakness: object): ProcessStore {
    const dieAfterPuts = this.hit("deaths", 0.3) ? this.random.below(5) : Infinity;
    return new ProcessStore(
      this.bucket,
      turn,
      this.random,
      { dieAfterPuts, refuse: this.share("storeRefusals", 0.04), stall: this.share("slowWrites", 0.5) },
      weakness,
    );
  }

  private sourceFaults(): SourceFaults {
    if (this.calm) return NO_SOURCE_FAULTS;
    return {
      error: this.share("sourceErrors", 0.2),
      refusal: this.share("refusals", 0.15),
      empty: this.share("emptyAnswers", 0.25),
      partial: this.share("partialAnswers", 0.4),
      outside: this.share("rowsOutside", 0.7),
      cutOff: this.share("cutBodies", 0.2),
      unknownHeader: this.share("unknownHeaders", 0.1),
    };
  }

  private events(mode: "lookback" | "settle"): [string, FetchEvent][] {
    const time = new Date(this.nowMs).toISOString();
    return APPS.flatMap((app): [string, FetchEvent][] => {
      const scheduled: [string, FetchEvent] = [app, { mode, time }];
      return this.hit("runsAtOnce", 0.8) ? [scheduled, [app, this.otherEvent({ mode, time })]] : [scheduled];
    });
  }

  /** Fetchers and two converters at once: conversions run while raw objects still change. */
  private async work(events: readonly [string, FetchEvent][]): Promise<void> {
    let fetching = events.length;
    const fetchers = events.map(([app, event]) => async (turn: Turn) => {
      await this.fetch(turn, app, event);
      fetching--;
    });
    const converter = async (turn: Turn): Promise<void> => {
      const late: string[] = [];
      while (fetching > 0 || this.queue.length > 0) {
        await turn();
        if (this.random.chance(0.3)) continue;
        const key = this.queue.splice(this.random.below(this.queue.length), 1)[0];
        if (key === undefined) continue;
        if (this.hit("lateEvents", 0.3)) late.push(key);
        else await this.convert(turn, key, late);
        if (this.hit("duplicateEvents", 0.2)) late.push(key);
      }
      this.queue.push(...late);
    };
    await runTogether(this.random, [...fetchers, converter, converter]);
  }

  private async convert(turn: Turn, key: string, again: string[]): Promise<void> {
    const ports = { store: this.process(turn, this.weak.convert), clock: this.clock() };
    try {
      await convertHour(ports, { rawPrefix: RAW, privacy: { policy: "truncated" } }, key);
    } catch (error) {
      if (this.calm) this.complaints.push(`a calm conversion failed: ${String(error)}`);
      else again.push(key);
    }
  }

  /** A schedule and a backfill may ask for the same hours at once. */
  private otherEvent(scheduled: FetchEvent): FetchEvent {
    if (this.random.chance(0.5)) return scheduled;
    const from = START + this.random.below(HOURS * 60) * 60_000;
    const to = Math.min(from + (1 + this.random.below(300)) * 60_000, this.nowMs);
    if (to <= from) return scheduled;
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  }

  private async fetch(turn: Turn, app: string, event: FetchEvent): Promise<void> {
    const settings = settingsOf(app);
    const world = { rows: this.rows, app, nowMs: this.nowMs, most: 12, numbers: () => ++this.number };
    const source = new FaultySource(world, this.sourceFaults(), this.random, turn, this.weak.refusal);
    const ports = { source, store: this.process(turn, this.weak.fetch), clock: this.clock() };
    try {
      const { hours, failures } = await fetchHours(ports, settings, fetchRange(event, settings));
      if (this.calm && failures.length > 0) this.complaints.push(`a calm run failed: ${failures[0]!.message}`);
      const failed = new Set(hours.filter(({ state }) => state === "failed").map(({ hour }) => Date.parse(hour)));
      for (const { row } of source.given)
        if (!failed.has(Math.floor(row.ms / HOUR_MS) * HOUR_MS)) this.owed.add(row.uri);
    } catch (error) {
      if (this.calm) this.complaints.push(`a calm run failed: ${String(error)}`);
    } finally {
      source.given.forEach(({ row }) => this.given.add(row.uri));
    }
  }

  private async addPartitions(): Promise<void> {
    const settings = {
      bucket: "lake",
      database: "amplify_logs",
      table: "access_logs",
      workgroup: "maintenance",
      apps: APPS,
      timeoutSeconds: 60,
    };
    let waited = 0;
    await runTogether(this.random, [
      async (turn: Turn) => {
        const ports = {
          engine: this.athena,
          store: this.process(turn, {}),
          clock: { now: () => this.nowMs + waited },
          sleep: (ms: number) => Promise.resolve(void (waited += ms)),
        };
        const announced = [...this.bucket.objects.keys()].filter(
          (key) => key.startsWith("state/app=") && key.includes("date="),
        );
        let done = true;
        await updatePartitions(ports, settings, { time: new Date(this.nowMs).toISOString() }).catch(
          () => (done = false),
        );
        if (!done) return;
        for (const key of announced) {
          const [, app, date] = /app=(\w+)\/date=([\d-]+)\.json/.exec(key)!;
          if (!this.athena.partitions.has(`${app} ${date}`))
            this.complaints.push(`the updater was content, and ${app} ${date} is no partition`);
        }
      },
    ]);
  }

  /** Raw objects go after their retention; never one that still waits to be converted. */
  private expireRaw(): void {
    for (const key of [...this.bucket.objects.keys()]) {
      if (key.startsWith(`${RAW}/`) && !this.queue.includes(key) && this.hit("expiredRaw", 0.1))
        this.bucket.objects.delete(key);
    }
  }

  /** No more faults: everything is asked for once more, converted, and made known. */
  private async settle(): Promise<void> {
    this.calm = true;
    this.athena.calm();
    this.nowMs = this.bucket.nowMs = START + (HOURS + 6) * HOUR_MS;
    const all = {
      from: new Date(START - 24 * HOUR_MS).toISOString(),
      to: new Date(this.nowMs - HOUR_MS).toISOString(),
    };
    await this.work(APPS.map((app) => [app, all]));
    await this.addPartitions();
  }
}
