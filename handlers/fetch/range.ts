/** Which hours a run asks for. */
import { InputError } from "../../src/errors";
import { lookbackRange, parseInstant } from "../../src/model/windows";
import type { TimeRange } from "../../src/ports";

/** What a schedule sends, or, for a range of one's choice, `from` and `to`. */
export interface FetchEvent {
  /** The scheduled time, ISO instant in UTC: windows come from it, not from the clock. */
  readonly time?: string;
  /** `lookback`: the last hours; `settle`: the hours of the settling time. Default: lookback. */
  readonly mode?: "lookback" | "settle";
  /** Whose run it is and how far back it asks: a run that is given up leaves nothing but this event (src/model/failedRuns.ts). */
  readonly app?: string;
  readonly hours?: string;
  /** Instead of time and mode: the first instant that is wanted, UTC, to the second. */
  readonly from?: string;
  /** The first instant that is not wanted any more, UTC, to the second. */
  readonly to?: string;
}

export interface RangeSettings {
  readonly delayMinutes: number;
  readonly lookbackHours: number;
  readonly settlingHours: number;
  /** Whether hours that are not over are asked for too; they are provisional until they are. Default: false. */
  readonly openHours?: boolean;
}

const SECOND_MS = 1000;

/** @throws InputError that names the event's field */
export const fetchRange = (event: FetchEvent, settings: RangeSettings): TimeRange => {
  const { mode = "lookback" } = event;
  if (event.from !== undefined || event.to !== undefined) {
    const startMs = parseInstant(String(event.from), "event.from");
    const endMs = parseInstant(String(event.to), "event.to");
    if (startMs >= endMs || startMs % SECOND_MS !== 0 || endMs % SECOND_MS !== 0) {
      const fix = "give whole seconds in UTC, from before to";
      throw new InputError("not a range", { field: "event.from", value: `${event.from} to ${event.to}`, fix });
    }
    return { startMs, endMs };
  }
  if (mode !== "lookback" && mode !== "settle") {
    throw new InputError("unknown mode", { field: "event.mode", value: mode, fix: "lookback or settle" });
  }
  // AWS gives whole seconds; anything that is not an instant would make a window of nonsense.
  const timeMs = parseInstant(String(event.time), "event.time");
  const lookbackHours = mode === "settle" ? settings.settlingHours : settings.lookbackHours;
  return lookbackRange(timeMs, {
    delayMinutes: settings.delayMinutes,
    lookbackHours,
    openHours: settings.openHours === true && mode === "lookback",
  });
};
