/** What a backfill has done so far: each turn of an app's fetcher adds to it, and the last step sums it up. */
import * as z from "zod";
import type { BackfillItem, IsoRange } from "./backfill";
import { HOUR_MS } from "./windows";

/** Hours in a row that were asked for in vain, and why. */
export interface FailedHours extends IsoRange {
  readonly why: string;
}

export interface BackfillTally {
  /** Hours that were asked for. */
  readonly hours: number;
  /** Hours that were proven already, and left out. */
  readonly proven: number;
  /** Rows that are stored of the hours that were asked for. */
  readonly rows: number;
  /** Rows that were new. */
  readonly added: number;
  readonly failedHours: number;
  /** The first of them, as far as they fit. */
  readonly failed: readonly FailedHours[];
}

/** An app's work between two turns of its fetcher: what it is given, and what it gives back. */
export interface BackfillWork {
  /** What is still to be fetched, oldest first. */
  readonly ranges: readonly IsoRange[];
  readonly missing: boolean;
  /** Hours that the next turn may take on; 0: as many as its time allows. After a crash it is 1, and doubles turn by turn. */
  readonly atMostHours: number;
  /** Turns so far. */
  readonly turns: number;
  /** Hours that were given up because the function ended without an answer. */
  readonly skipped: number;
  readonly tally?: BackfillTally;
  /** Where it goes on; absent: all was asked for. */
  readonly nextFrom?: string;
}

/** An app's child execution at its end. `error`: its fetcher gave no answer, and the rest was given up. */
export interface BackfillEnd {
  readonly app: string;
  readonly functionArn: string;
  readonly work: BackfillWork;
  readonly error?: string;
}

/**
 * Turns of one child execution. A history holds 25,000 events; a turn makes 7, and one that is tried again as often as it may, crashes
 * and begins anew makes some 70. What is left then goes on in a further child.
 */
export const MOST_TURNS = 300;
/** Hours that a child gives up one by one before it gives up the rest: then it is not the hours. */
export const MOST_SKIPPED = 10;
const MOST_FAILED_SHOWN = 5;
const MOST_WHY = 160;

export const NOTHING_YET: BackfillTally = { hours: 0, proven: 0, rows: 0, added: 0, failedHours: 0, failed: [] };

/** Reasons hold strangers' words: printable ASCII is a byte each, in JSON too. */
const plain = (why: string): string => why.replace(/[^\x20-\x7e]|["\\]/g, "?").slice(0, MOST_WHY);

/** Adds hours that failed, oldest first; those that follow each other with one reason are one. */
export const addFailures = (tally: BackfillTally, hours: readonly FailedHours[]): BackfillTally => {
  const failed = [...tally.failed];
  for (const hour of hours) {
    const why = plain(hour.why);
    const last = failed.at(-1);
    if (last?.to === hour.from && last.why === why) failed[failed.length - 1] = { ...last, to: hour.to };
    else failed.push({ from: hour.from, to: hour.to, why });
  }
  return { ...tally, failedHours: tally.failedHours + hours.length, failed: failed.slice(0, MOST_FAILED_SHOWN) };
};

const count = z.number().int().min(0);
/** What an execution ends with; the command reads it back. */
export const summarySchema = z.object({
  apps: count,
  hours: count,
  proven: count,
  rows: count,
  added: count,
  failedHours: count,
  failures: z.array(z.string()).readonly().describe("One line each, as far as they fit."),
});
export type BackfillSummary = Readonly<z.output<typeof summarySchema>>;

export const EMPTY_SUMMARY: BackfillSummary = {
  apps: 0,
  hours: 0,
  proven: 0,
  rows: 0,
  added: 0,
  failedHours: 0,
  failures: [],
};

export interface SummedUp {
  /** What the next round has to do. */
  readonly items: readonly BackfillItem[];
  readonly summary: BackfillSummary;
  readonly state: "more" | "complete" | "incomplete";
  /** What failed, in words; empty where nothing did. */
  readonly cause: string;
}

/** An execution's Cause holds 32,768 characters. */
const MOST_FAILURE_TEXT = 20_000;

const minute = (instant: string): string => instant.slice(0, 16).replace("T", " ");
const span = ({ from, to }: IsoRange): string => `${minute(from)} to ${minute(to)} UTC`;
const hoursIn = (ranges: readonly IsoRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + Math.ceil((Date.parse(to) - Date.parse(from)) / HOUR_MS), 0);

interface AppOutcome {
  readonly app: string;
  readonly tally: BackfillTally;
  /** Hours beyond the tally's that nobody asked for. */
  readonly unasked: readonly IsoRange[];
  readonly why: string;
  readonly next?: BackfillItem;
}

const outcomeOf = (item: BackfillItem, end: BackfillEnd | undefined): AppOutcome => {
  const { app } = item;
  if (end === undefined) return { app, tally: NOTHING_YET, unasked: item.ranges, why: "its child execution failed" };
  const { work, error } = end;
  const { tally = NOTHING_YET, ranges } = work;
  if (ranges.length === 0) return { app, tally, unasked: [], why: "" };
  if (error !== undefined)
    return { app, tally, unasked: ranges, why: `its fetcher gave no answer (${plain(error)}); its log says more` };
  // A whole child without a single hour would go on for ever.
  if (tally.hours + tally.proven === 0) return { app, tally, unasked: ranges, why: "no hour was done in many turns" };
  return { app, tally, unasked: [], why: "", next: { ...item, ranges } };
};

const linesOf = ({ app, tally, unasked, why }: AppOutcome): string[] => {
  const shown = tally.failed.map((failed) => `${app}, ${span(failed)}: ${failed.why}`);
  const rest = tally.failedHours - hoursIn(tally.failed);
  return [
    ...shown,
    ...(rest > 0 ? [`${app}: ${rest} more hours; fetch_coverage has each`] : []),
    ...unasked.map((range) => `${app}, ${span(range)}: ${why}`),
  ];
};

const fitting = (lines: readonly string[]): string[] => {
  let room = MOST_FAILURE_TEXT;
  return lines.filter((line) => (room -= line.length + 4) >= 0);
};

/** The end of a round: what is left for the next one, and all that came of it. */
export const sumUp = (
  items: readonly BackfillItem[],
  ends: readonly (BackfillEnd | null)[],
  earlier: BackfillSummary,
): SummedUp => {
  // Matched by name: how a Map reports a child that failed by itself is not written down.
  const byApp = new Map(ends.filter((end) => end !== null).map((end) => [end.app, end]));
  const outcomes = items.map((item) => outcomeOf(item, byApp.get(item.app)));
  const next = outcomes.flatMap((outcome) => outcome.next ?? []);
  const sum = (pick: (outcome: AppOutcome) => number): number =>
    outcomes.reduce((total, outcome) => total + pick(outcome), 0);
  const summary: BackfillSummary = {
    apps: earlier.apps + items.length - next.length,
    hours: earlier.hours + sum(({ tally }) => tally.hours),
    proven: earlier.proven + sum(({ tally }) => tally.proven),
    rows: earlier.rows + sum(({ tally }) => tally.rows),
    added: earlier.added + sum(({ tally }) => tally.added),
    failedHours: earlier.failedHours + sum(({ tally, unasked }) => tally.failedHours + hoursIn(unasked)),
    failures: fitting([...earlier.failures, ...outcomes.flatMap(linesOf)]),
  };
  const state = next.length > 0 ? "more" : summary.failedHours > 0 ? "incomplete" : "complete";
  const cause = `${summary.failedHours} hours were not fetched: ${summary.failures.join("; ")}`;
  return { items: next, summary, state, cause: state === "incomplete" ? cause : "" };
};
