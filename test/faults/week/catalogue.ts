/** Athena, Glue, the updater and the compaction of the week: one at a time, on the lake's directory. */
import type { DirectoryMaintenanceStore } from "../../../src/local/directoryMaintenanceStore";
import type { Random } from "../../../src/local/simulator/random";
import { changedHours } from "../../../src/model/compaction";
import type { Clock } from "../../../src/ports";
import { FaultyAthena } from "../athena";
import { compact } from "../compacting";
import { addPartitions } from "../functions";
import { Mishaps } from "../kinds";
import { ProcessStore } from "../process";
import { runTogether, type Turn } from "../scheduler";
import type { Maintained } from "../world";

const SETTLING_HOURS = 48;

export class Catalogue implements Maintained {
  nowMs = 0;
  readonly mishaps: Mishaps;
  readonly athena: FaultyAthena;
  readonly weak = { fetch: {}, convert: {}, believedAthena: false, compare: changedHours };
  readonly complaints: string[] = [];

  constructor(
    readonly bucket: DirectoryMaintenanceStore,
    private readonly apps: readonly string[],
    readonly random: Random,
  ) {
    const kinds = ["athenaFaults", "glueConflicts", "unloadLies", "compactionStops", "stepsTwice", "deaths"] as const;
    this.mishaps = new Mishaps(random, new Set(kinds));
    this.athena = new FaultyAthena(random, this.mishaps, bucket, false, false);
  }

  complain(text: string): void {
    this.complaints.push(text);
  }

  clock(): Clock {
    return { now: () => this.nowMs };
  }

  process(turn: Turn): ProcessStore {
    const dieAfterPuts = this.mishaps.hit("deaths", 0.1) ? this.random.below(20) : Infinity;
    const none = { refuse: 0, conflict: 0, lostAnswer: 0, stall: 0 };
    return new ProcessStore(this.bucket, turn, this.random, { dieAfterPuts, ...none }, () => undefined);
  }

  async update(nowMs: number, calm: boolean): Promise<void> {
    this.nowMs = nowMs;
    this.mishaps.calm = calm;
    await addPartitions(this, this.apps, calm);
  }

  async compact(nowMs: number, calm: boolean): Promise<void> {
    this.nowMs = nowMs;
    this.mishaps.calm = calm;
    await runTogether(this.random, [compact(this, { apps: this.apps, settlingHours: SETTLING_HOURS })]);
  }
}
