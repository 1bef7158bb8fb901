/** What a run says of an hour: the states of `fetch_coverage`. */
import { isProven, type CoverageRow, type CoverageState } from "../../src/model/coverage";
import { HOUR_MS } from "../../src/model/windows";
import type { RawMerge } from "../../src/rows/rawStore";
import type { WindowOutcome, WindowReading } from "./readWindow";

/** The outcome that counts for an hour that several windows touch: the worst. */
const RANK: readonly WindowOutcome["kind"][] = ["rows", "no-url", "blank", "refused", "failed"];

export const outcomeOf = (hourMs: number, readings: readonly WindowReading[]): WindowOutcome =>
  readings
    .filter(({ range }) => range.startMs < hourMs + HOUR_MS && range.endMs > hourMs)
    .map(({ outcome }) => outcome)
    .reduce((worst, outcome) => (RANK.indexOf(outcome.kind) > RANK.indexOf(worst.kind) ? outcome : worst), {
      kind: "rows",
    });

export interface HourFacts {
  readonly hourMs: number;
  readonly outcome: WindowOutcome;
  /** Whether all of the hour was asked for, when it was over. */
  readonly whole: boolean;
  readonly merge?: RawMerge | undefined;
  /** Whether rows came that could not be stored: then even an hour that was proven is not any more. */
  readonly unstored: boolean;
  readonly refusals: number;
  /** Requests that Amplify's metric counted, where it was asked and said so. */
  readonly requests?: number | undefined;
  readonly nowMs: number;
}

const stateOf = ({ outcome, whole }: HourFacts, rows: number): CoverageState => {
  switch (outcome.kind) {
    case "rows":
      if (!whole) return "provisional";
      return rows > 0 ? "fetched" : "quiet";
    case "blank":
    case "no-url":
      // A blank answer takes nothing away, and proves nothing: not even where another window or domain had rows.
      return rows === 0 || whole ? outcome.kind : "provisional";
    case "refused":
    case "failed":
      return outcome.kind;
    default:
      return outcome satisfies never;
  }
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** The hour's row after a run. An hour that was proven once stays so: a later failure of Amplify's takes nothing away. */
export const coverageRow = (facts: HourFacts, before: CoverageRow | undefined): CoverageRow => {
  const { hourMs, outcome, merge, nowMs } = facts;
  const rows = merge?.rows ?? before?.rows ?? 0;
  const found = stateOf(facts, rows);
  const stays = before !== undefined && isProven(before.state) && !isProven(found) && !facts.unstored;
  const state = stays ? (rows > 0 ? "fetched" : before.state) : found;
  return {
    hour: iso(hourMs),
    state,
    rows,
    bytes: merge?.bytes ?? before?.bytes ?? 0,
    sha256: merge?.sha256 ?? before?.sha256 ?? null,
    attempts: (before?.attempts ?? 0) + 1,
    first_fetch: before?.first_fetch ?? iso(nowMs),
    last_fetch: iso(nowMs),
    late_rows: (before?.late_rows ?? 0) + lateRows(facts, before),
    lacking_rows: merge?.lacking ?? (outcome.kind === "rows" && facts.whole ? rows : (before?.lacking_rows ?? 0)),
    refusals: (before?.refusals ?? 0) + facts.refusals,
    error: "error" in outcome && !isProven(state) ? outcome.error.message.slice(0, 500) : null,
    requests: facts.requests ?? before?.requests ?? null,
  };
};

/** Rows that came after their hour had been asked for in whole. */
export const lateRows = ({ merge }: HourFacts, before: CoverageRow | undefined): number =>
  merge?.existed === true && before?.state !== "provisional" ? merge.added : 0;
