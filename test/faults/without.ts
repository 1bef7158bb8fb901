/** What can be switched off, to show that the suite sees that it is missing. */
import { RawHour } from "../../src/rows/rawHour";
import { RawFileReader } from "../../src/rows/rawFile";
import { changedHours, type HourComparison } from "../../src/model/compaction";
import { floorHour } from "../../src/model/windows";
import type { Weakness } from "./process";

export const WITHOUT = ["trim", "merge", "condition", "poll", "compare", "halving", "etag", "union"] as const;
export type Without = (typeof WITHOUT)[number];

export interface Weakened {
  readonly fetch: Weakness;
  readonly convert: Weakness;
  readonly believedAthena: boolean;
  readonly refusal?: () => Error;
  readonly compare: HourComparison;
}

/** The reader with its trimming taken out: for the rest of the process. */
const untrim = (): void => {
  interface Reader {
    rows: number;
    readonly hours: Map<number, RawHour>;
  }
  Reflect.set(
    RawFileReader.prototype,
    "put",
    function put(this: Reader, ms: number, buffer: Buffer, start: number, end: number): void {
      this.rows++;
      const hourMs = floorHour(ms);
      const hour = this.hours.get(hourMs) ?? new RawHour();
      this.hours.set(hourMs, hour);
      hour.add(buffer, start, end);
    },
  );
};

export const weaken = (without: Without | undefined): Weakened => {
  const whole: Weakened = { fetch: {}, convert: {}, believedAthena: false, compare: changedHours };
  switch (without) {
    case undefined:
      return whole;
    case "trim":
      untrim();
      return whole;
    case "merge":
      return { ...whole, fetch: { blind: ["raw/"], unconditional: ["raw/"] } };
    case "condition":
      return { ...whole, fetch: { unconditional: [""] }, convert: { unconditional: [""] } };
    case "poll":
      return { ...whole, believedAthena: true };
    case "compare":
      return { ...whole, compare: () => [] };
    case "halving":
      return { ...whole, refusal: () => new Error("Too many records") };
    case "etag":
      return { ...whole, convert: { unconditional: ["access_logs/"] } };
    case "union":
      return { ...whole, convert: { blind: ["access_logs/"], unconditional: ["access_logs/"] } };
    default:
      return without satisfies never;
  }
};
