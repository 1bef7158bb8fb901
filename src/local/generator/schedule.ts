import { HOUR_MS } from "../../model/windows";
import type { TimeRange } from "../../ports";
import { activityOf } from "../simulator/traffic";

/**
 * How many rows there are to be by when: the day's and the week's rhythm, so that the whole range has exactly `total`. Days differ
 * as weekdays do; their average is what was asked for.
 */
export class Schedule {
  /** How busy it is where hours meet: between them it rises or falls evenly. */
  private readonly levels: Float64Array;
  private readonly cumulated: Float64Array;

  constructor(
    readonly range: TimeRange,
    readonly total: number,
  ) {
    const hours = Math.ceil((range.endMs - range.startMs) / HOUR_MS);
    this.levels = Float64Array.from({ length: hours + 1 }, (_, hour) => {
      const ms = range.startMs + hour * HOUR_MS;
      return (activityOf(ms - HOUR_MS) + activityOf(ms)) / 2;
    });
    this.cumulated = new Float64Array(hours + 1);
    for (let hour = 0; hour < hours; hour++)
      this.cumulated[hour + 1] = this.cumulated[hour]! + (this.levels[hour]! + this.levels[hour + 1]!) / 2;
  }

  /** Rows that there are to be before this time. */
  goal(ms: number): number {
    if (ms >= this.range.endMs) return this.total;
    const at = (ms - this.range.startMs) / HOUR_MS;
    const hour = Math.floor(at);
    const [first, last] = [this.levels[hour]!, this.levels[hour + 1]!];
    const part = at - hour;
    const weight = this.cumulated[hour]! + first * part + ((last - first) * part * part) / 2;
    return Math.round((this.total * weight) / this.cumulated[this.cumulated.length - 1]!);
  }
}
