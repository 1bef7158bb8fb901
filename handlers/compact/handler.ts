import { PartialFailureError, AmplifyLogsError } from "../../src/errors";
import { parseInstant } from "../../src/model/windows";
import { pollQuery, startVerification, startDay } from "./attempt";
import { planDays, type Plan } from "./plan";
import type { Attempt, CompactPorts, CompactSettings, DayItem, DayResult, NothingDue } from "./ports";
import { switchDay } from "./switch";

/** What a day of the Map ended with. */
export type DayOutcome = DayResult | NothingDue | { readonly date: string; readonly error: unknown };

export interface CompactionResult {
  readonly days: number;
  readonly switched: number;
  readonly kept: number;
  readonly changed: number;
  readonly rows: number;
}

/** One function, a step of the state machine each time. */
export type CompactEvent =
  | {
      readonly step: "plan";
      /** When the run began, ISO instant in UTC. */
      readonly time: string;
    }
  | { readonly step: "start"; readonly day: DayItem }
  | { readonly step: "poll" | "verify" | "switch"; readonly attempt: Attempt }
  | { readonly step: "report"; readonly days: readonly DayOutcome[] };

export type StepResult = Plan | Attempt | NothingDue | DayResult | CompactionResult;

/** Sums the days up. @throws PartialFailureError naming the days that failed: the others are done. */
export const reportDays = ({ log }: CompactPorts, days: readonly DayOutcome[]): CompactionResult => {
  const done = days.filter((day): day is DayResult => "switched" in day);
  const sum = (count: (day: DayResult) => number): number => done.reduce((total, day) => total + count(day), 0);
  const result = {
    days: done.length,
    switched: sum((day) => day.switched),
    kept: sum((day) => day.kept),
    changed: sum((day) => day.changed),
    rows: sum((day) => day.rows),
  };
  log("compaction.done", { ...result });
  const failures = days.flatMap((day) =>
    "error" in day ? [new AmplifyLogsError(JSON.stringify(day.error), { field: day.date, retryable: true })] : [],
  );
  if (failures.length > 0) throw new PartialFailureError(`${failures.length} days were not compacted`, failures);
  return result;
};

export const runStep = async (
  ports: CompactPorts,
  settings: CompactSettings,
  event: CompactEvent,
): Promise<StepResult> => {
  switch (event.step) {
    case "plan":
      return planDays(ports, settings, parseInstant(String(event.time), "event.time"));
    case "start":
      return startDay(ports, settings, event.day);
    case "poll":
      return pollQuery(ports, settings, event.attempt);
    case "verify":
      return startVerification(ports, settings, event.attempt);
    case "switch":
      return switchDay(ports, event.attempt);
    case "report":
      return reportDays(ports, event.days);
    default:
      throw new AmplifyLogsError("no such step", {
        field: "event.step",
        value: (event satisfies never as CompactEvent).step,
      });
  }
};
