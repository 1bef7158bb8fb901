/** What the three formats have in common: rows are made minute by minute, and some come late. */
import { MINUTE_MS } from "../../model/windows";
import type { TimeRange } from "../../ports";
import type { Random } from "../simulator/random";
import { Deliveries } from "./deliveries";
import type { LineBuffer } from "./lineBuffer";

/** One stream of rows: a site's, or a service's. */
export interface Traffic {
  /** Rows so far, those that wait included. */
  readonly rows: number;
  /** Makes what begins in this minute, until there are `goal` rows in all. */
  makeMinute(minuteMs: number, goal: number): void;
  /** Gives the rows that the source hands out in this minute. */
  deliver(minuteMs: number, write: (bytes: Uint8Array, start: number, end: number) => void): void;
}

/** How often and how much rows are late. */
export interface Lateness {
  readonly share: number;
  /** Of the late ones, so many are very late. */
  readonly veryLateShare: number;
  readonly lateMinutes: readonly [least: number, most: number];
  readonly veryLateMinutes: readonly [least: number, most: number];
  /** Late rows come in batches, so many minutes apart. */
  readonly batchMinutes: number;
}

export interface RowLimits {
  readonly range: TimeRange;
  /** Rows of the whole range. */
  readonly total: number;
}

/** Counts rows, drops those outside of the range, and decides when each is handed out. */
export class RowStream {
  rows = 0;
  private readonly deliveries = new Deliveries();
  private readonly startMs: number;
  private readonly endMs: number;
  private readonly lastMinute: number;

  constructor(
    private readonly limits: RowLimits,
    private readonly lateness: Lateness,
  ) {
    ({ startMs: this.startMs, endMs: this.endMs } = limits.range);
    this.lastMinute = this.endMs / MINUTE_MS - 1;
  }

  /** Where to write a row of this time, or undefined when it is not wanted. */
  begin(atMs: number, random: Random, bytes: number): LineBuffer | undefined {
    if (atMs < this.startMs || atMs >= this.endMs || this.rows >= this.limits.total) return undefined;
    this.rows++;
    const minute = Math.floor(atMs / MINUTE_MS);
    const { lateness } = this;
    if (!random.chance(lateness.share)) return this.deliveries.begin(minute, atMs - minute * MINUTE_MS, bytes);
    const [least, most] = random.chance(lateness.veryLateShare) ? lateness.veryLateMinutes : lateness.lateMinutes;
    const batch = Math.ceil((minute + random.between(least, most)) / lateness.batchMinutes) * lateness.batchMinutes;
    // What is later than the range is part of its last file: nothing is lost.
    return this.deliveries.begin(Math.min(batch, this.lastMinute), 0, bytes);
  }

  deliver(minuteMs: number, write: (bytes: Uint8Array, start: number, end: number) => void): void {
    this.deliveries.drain(minuteMs / MINUTE_MS, write);
  }
}
