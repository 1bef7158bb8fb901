/** One turn of an app's backfill: as much of its ranges as the time allows; what fails is reported, and the next hour's turn comes. */
import { AmplifyLogsError } from "../../src/errors";
import { isoRange, parseRange, type IsoRange } from "../../src/model/backfill";
import { addFailures, NOTHING_YET, type BackfillWork, type FailedHours } from "../../src/model/backfillProgress";
import { isProven } from "../../src/model/coverage";
import { rangesOf } from "../../src/model/gaps";
import { DAY_MS, floorDay, floorHour, HOUR_MS, hoursOf, windowsOf } from "../../src/model/windows";
import type { ObjectStore, TimeRange } from "../../src/ports";
import { readCoverageDay } from "../../src/rows/storedCoverage";
import type { Metrics } from "../environment";
import { updateCoverage } from "./coverageFile";
import { countFetched } from "./fetchMetrics";
import { fetchHours, type FetchPorts, type FetchSettings, type HourResult } from "./handler";
import { coverageRow } from "./hourStates";

/** What the state machine sends. */
export interface BackfillEvent {
  readonly backfill: BackfillWork;
  /** Whether the first hour is given up: with it alone the function ended without an answer. */
  readonly skip?: boolean;
}

export interface BackfillTurn extends BackfillWork {
  readonly app: string;
}

/** A week in one turn is as good as no limit: the app has recovered. */
const NO_LIMIT_HOURS = 168;

/** The parts of a range whose hours are not proven; hours that the range holds in part are asked for. */
const unproven = async (store: ObjectStore, app: string, range: TimeRange): Promise<TimeRange[]> => {
  const proven = new Set<number>();
  for (let dayMs = floorDay(range.startMs); dayMs < range.endMs; dayMs += DAY_MS) {
    for (const [hourMs, { state }] of await readCoverageDay(store, app, dayMs)) if (isProven(state)) proven.add(hourMs);
  }
  return rangesOf(hoursOf(range).filter((hourMs) => !proven.has(hourMs))).map(({ startMs, endMs }) => ({
    startMs: Math.max(startMs, range.startMs),
    endMs: Math.min(endMs, range.endMs),
  }));
};

/** Hours that were asked for and not answered. A part of an hour leaves it provisional: that is an answer. */
const failuresOf = (hours: readonly HourResult[], range: TimeRange): FailedHours[] =>
  hours.flatMap(({ hour, state, error }) => {
    const startMs = Date.parse(hour);
    const isPart = startMs < range.startMs || startMs + HOUR_MS > range.endMs;
    if (isProven(state) || (state === "provisional" && isPart)) return [];
    const why = error === undefined ? state : `${state}: ${error}`;
    return [{ ...isoRange({ startMs, endMs: startMs + HOUR_MS }), why }];
  });

const rest = (fromMs: number, range: TimeRange, later: readonly IsoRange[]): IsoRange[] => [
  ...(fromMs < range.endMs ? [isoRange({ ...range, startMs: fromMs })] : []),
  ...later,
];

const ended = (app: string, { ranges, ...work }: BackfillWork): BackfillTurn => {
  const { missing, atMostHours, turns, skipped, tally } = work;
  const nextFrom = ranges[0]?.from;
  const next = nextFrom === undefined ? {} : { nextFrom };
  return { app, ranges, missing, atMostHours, turns, skipped, ...(tally === undefined ? {} : { tally }), ...next };
};

/** Puts the first hour down as failed, and goes on behind it. */
const skipHour = async (
  { store, clock }: FetchPorts,
  { app }: FetchSettings,
  work: BackfillWork,
): Promise<BackfillTurn> => {
  const [first, ...later] = work.ranges.map((range) => parseRange(range));
  if (first === undefined) return ended(app, work);
  const hourMs = floorHour(first.startMs);
  const hour = { startMs: hourMs, endMs: hourMs + HOUR_MS };
  const error = new AmplifyLogsError("the function ended without an answer, out of memory or time", {
    field: app,
    value: isoRange(hour).from,
  });
  const facts = { hourMs, outcome: { kind: "failed", error }, whole: true, unstored: false, refusals: 0 } as const;
  await updateCoverage(
    store,
    app,
    new Map([[hourMs, (before) => coverageRow({ ...facts, merge: undefined, nowMs: clock.now() }, before)]]),
  );
  const tally = work.tally ?? NOTHING_YET;
  const why = "failed: the function ended without an answer, out of memory or time";
  return ended(app, {
    ...work,
    ranges: rest(hour.endMs, first, later.map(isoRange)),
    atMostHours: 0,
    turns: work.turns + 1,
    skipped: work.skipped + 1,
    tally: addFailures({ ...tally, hours: tally.hours + 1 }, [{ ...isoRange(hour), why }]),
  });
};

/** Windows of a turn, with the range that each is of, as many as it may take on. */
const windowsOfTurn = (ranges: readonly TimeRange[], widthMs: number, atMostHours: number) => {
  const windows: { readonly window: TimeRange; readonly index: number }[] = [];
  let hours = atMostHours === 0 ? Infinity : atMostHours;
  for (const [index, range] of ranges.entries()) {
    for (let startMs = range.startMs; startMs < range.endMs && hours > 0;) {
      const [window] = windowsOf({ startMs, endMs: range.endMs }, Math.min(widthMs, hours * HOUR_MS));
      windows.push({ window: window!, index });
      hours -= hoursOf(window!).length;
      startMs = window!.endMs;
    }
  }
  return windows;
};

/**
 * Fetches on from where the last turn stopped. Begins no further window after `deadlineMs`, and says where to go on; hours that
 * failed are counted and named, and do not hold up the others.
 */
export const fetchBackfill = async (
  { metrics, ...ports }: FetchPorts & { readonly metrics?: Metrics },
  settings: FetchSettings,
  { backfill: work, skip = false }: BackfillEvent,
  deadlineMs = Infinity,
): Promise<BackfillTurn> => {
  if (skip) return skipHour(ports, settings, work);
  const { app, chunkDays } = settings;
  const ranges = work.ranges.map((range, i) => parseRange(range, `event.backfill.ranges[${i}].`));
  let tally = work.tally ?? NOTHING_YET;
  let left = work.ranges;
  for (const { window, index } of windowsOfTurn(ranges, chunkDays * DAY_MS, work.atMostHours)) {
    const later = work.ranges.slice(index + 1);
    left = rest(window.startMs, ranges[index]!, later);
    if (ports.clock.now() >= deadlineMs) break;
    const pieces = work.missing ? await unproven(ports.store, app, window) : [window];
    let stoppedMs: number | undefined;
    let asked = 0;
    for (const piece of pieces) {
      const outcome = await fetchHours(ports, settings, piece, deadlineMs);
      if (metrics !== undefined) countFetched(metrics, outcome);
      const endMs = outcome.nextFrom === undefined ? piece.endMs : Date.parse(outcome.nextFrom);
      // What the deadline cut off is asked for again: it has not failed yet.
      const hours = outcome.hours.filter(({ hour }) => Date.parse(hour) < endMs);
      asked += hours.length;
      const rows = tally.rows + hours.reduce((sum, hour) => sum + hour.rows, 0);
      const counted = { ...tally, hours: tally.hours + hours.length, rows, added: tally.added + outcome.added };
      tally = addFailures(counted, failuresOf(hours, piece));
      if (outcome.nextFrom === undefined) continue;
      stoppedMs = endMs;
      break;
    }
    const passed = hoursOf({ ...window, endMs: stoppedMs ?? window.endMs }).length;
    tally = { ...tally, proven: tally.proven + passed - asked };
    left = rest(stoppedMs ?? window.endMs, ranges[index]!, later);
    if (stoppedMs !== undefined) break;
  }
  const doubled = work.atMostHours * 2;
  const atMostHours = doubled > NO_LIMIT_HOURS ? 0 : doubled;
  return ended(app, { ...work, ranges: left, atMostHours, turns: work.turns + 1, tally });
};
