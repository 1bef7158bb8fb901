/** The world of one history: the log in truth, the bucket, the time, and what goes wrong. */
import { Random, seedOf } from "../../src/local/simulator/random";
import { HOUR_MS } from "../../src/model/windows";
import type { Clock, MaintenanceStore, ObjectStore } from "../../src/ports";
import { FaultyAthena } from "./athena";
import { Bucket, type HistoryBucket } from "./bucket";
import { drawKinds, Mishaps, type FaultKind } from "./kinds";
import { ProcessStore, type Denial, type Weakness } from "./process";
import { makeRows, type SourceRow } from "./rows";
import type { Turn } from "./scheduler";
import { weaken, type Weakened, type Without } from "./without";

export interface HistoryOptions {
  readonly seed: number;
  readonly without?: Without | undefined;
  /** Kinds of faults that are left out: how a failing history is made small. */
  readonly spare?: readonly FaultKind[];
  /** Where everything is stored, empty at first. Default: a bucket in memory. */
  readonly store?: HistoryBucket;
}

export const APPS = ["shop", "blog"] as const;
/** Hours in which rows are logged. */
export const HOURS = 5;
/** Ends on 1 November: months, and with them prefixes, change within. */
export const START = Date.parse("2026-10-31T20:00:00Z");
export const RAW = "raw";

export const domainsOf = (app: string): readonly string[] =>
  app === "blog" ? ["blog.example", "journal.example"] : [`${app}.example`];

const randomOf = (seed: number): Random => new Random(seedOf("history", seed));

/** The kinds of faults that the history of a seed has. */
export const drawnKinds = (seed: number): readonly FaultKind[] => drawKinds(randomOf(seed));

/** A message of the converter's queue. */
export interface Message {
  readonly key: string;
  receives: number;
}

/** What the updater and the compaction need of a world. */
export type Maintained = Pick<
  World,
  "nowMs" | "mishaps" | "random" | "process" | "clock" | "athena" | "weak" | "complain"
> & { readonly bucket: MaintenanceStore };

export class World {
  readonly random: Random;
  readonly mishaps: Mishaps;
  readonly rows: readonly SourceRow[];
  readonly bucket: HistoryBucket;
  readonly athena: FaultyAthena;
  readonly weak: Weakened;
  /** Messages that wait for the converter, and those that failed too often. */
  queue: Message[] = [];
  deadLetters: Message[] = [];
  nowMs = START;
  /** The app that Amplify refuses until the very end, if one fails among many. */
  readonly failing: string | undefined;
  private denied: Denial | undefined;
  private number = 0;

  /** Rows that a run was given and reported as stored: none of them may be missing. */
  readonly owed = new Set<string>();
  /** Rows that were given in their window at all. */
  readonly given = new Set<string>();
  /** Rows of which a part was given that nobody could tell from the whole. */
  readonly cut = new Set<string>();
  readonly complaints: string[] = [];

  constructor({ seed, without, spare = [], store }: HistoryOptions) {
    this.random = randomOf(seed);
    this.mishaps = new Mishaps(this.random, new Set(drawKinds(this.random).filter((kind) => !spare.includes(kind))));
    const range = { startMs: START, endMs: START + HOURS * HOUR_MS };
    const hostile = this.mishaps.has("hostileValues");
    this.rows = APPS.flatMap((app) =>
      makeRows(this.random, this.numbers, { app, domains: domainsOf(app), range, hostile }),
    );
    this.failing = this.mishaps.has("oneAppFails") ? this.random.pick(APPS) : undefined;
    this.weak = weaken(without);
    this.bucket = store ?? new Bucket();
    this.athena = new FaultyAthena(this.random, this.mishaps, this.bucket, this.weak.believedAthena);
  }

  readonly numbers = (): number => ++this.number;

  setTime(ms: number): void {
    this.nowMs = this.bucket.nowMs = ms;
  }

  /** Rights come and go by the hour. */
  changeRights(): void {
    const { random } = this;
    const prefixes = ["", `${RAW}/`, "access_logs/", "coverage/", "state/", "rejected/"];
    this.denied = this.mishaps.hit("denials", 0.3)
      ? { operation: random.pick(["read", "write"] as const), prefix: random.pick(prefixes) }
      : undefined;
  }

  complain(text: string): void {
    this.complaints.push(text);
  }

  clock(): Clock {
    const skew = this.mishaps.hit("clockSkew", 0.5) ? (this.random.below(10) - 5) * 60_000 : 0;
    return { now: () => this.nowMs + skew };
  }

  /** A process of its own: what it sees of the bucket. */
  process(turn: Turn, weakness: Weakness = {}): ProcessStore {
    const { mishaps, random } = this;
    const created = (key: string): void => {
      if (key.startsWith(`${RAW}/`)) this.queue.push({ key, receives: 0 });
    };
    const faults = {
      dieAfterPuts: mishaps.hit("deaths", 0.3) ? random.below(5) : Infinity,
      refuse: mishaps.share("storeRefusals", 0.04),
      conflict: mishaps.share("conflicts", 0.1),
      lostAnswer: mishaps.share("lostAnswers", 0.15),
      stall: mishaps.share("slowWrites", 0.5),
      denied: mishaps.calm ? undefined : this.denied,
    };
    return new ProcessStore(this.bucket, turn, random, faults, created, weakness);
  }

  /** The bucket for one who reads without haste, and without faults. */
  slowly(turn: Turn): ObjectStore {
    const { bucket, random } = this;
    const none = { dieAfterPuts: Infinity, refuse: 0, conflict: 0, lostAnswer: 0, stall: 0 };
    return new ProcessStore(bucket, turn, random, none, () => undefined);
  }
}
