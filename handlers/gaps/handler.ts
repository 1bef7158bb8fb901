import { PartialFailureError } from "../../src/errors";
import type { ListedApp } from "../../src/model/appList";
import type { CoverageRow } from "../../src/model/coverage";
import {
  chooseRanges,
  completenessOf,
  findGaps,
  gapDaysOf,
  type AppGaps,
  type Completeness,
  type GapSettings,
  type KnownHours,
} from "../../src/model/gaps";
import { PREFIXES } from "../../src/model/keys";
import { HOUR_MS, parseInstant } from "../../src/model/windows";
import { inParallel } from "../../src/parallel";
import type { BackfillRuns, Clock, ObjectStore, TimeRange } from "../../src/ports";
import { readCoverageDay } from "../../src/rows/storedCoverage";
import { readAppList } from "../appList";
import type { Metrics, Telemetry } from "../environment";

/** What a schedule sends. */
export interface GapsEvent {
  /** The scheduled time, ISO instant in UTC: it names the run that is started. */
  readonly time: string;
}

export interface GapFinderSettings extends GapSettings {
  /** Key of the pipeline's list of apps. */
  readonly appsKey: string;
}

export interface GapFinderPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly backfill: BackfillRuns;
}

export interface GapsResult {
  /** Enabled apps. */
  readonly apps: number;
  /** Hours, older than the settling time, that are not proven. */
  readonly gaps: number;
  readonly unrecoverable: number;
  /** Of the app that is furthest behind. */
  readonly freshnessHours: number;
  /** Ranges that are asked for again by this run. */
  readonly ranges: number;
  /** Ranges that wait for the next run. */
  readonly waiting: number;
  /** Name of the run of the backfill that was started; absent when there was nothing to do, or the last one still runs. */
  readonly started?: string;
}

/** Ranges of one run: some 25 KB of Step Functions' 256 KiB, and done within the hour when each takes a minute and five run at once. */
const MOST_RANGES = 300;
/** Apps whose coverage is read at one time; each has some fifteen days. */
const APPS_AT_ONCE = 5;
/** Shares of fewer requests say nothing: one request is a tenth of ten. */
const LEAST_REQUESTS = 100;

/** How the gap finder's runs of the backfill begin: it starts none while one of them goes on. */
const GAP_RUNS = "gaps-";

const DATE = /\/date=(\d{4}-\d\d-\d\d)\//;

/** The coverage of the days that decide, and the first hour that has any. */
const readCoverage = async (store: ObjectStore, app: string, days: readonly number[]): Promise<KnownHours> => {
  const listed = await store.list(`${PREFIXES.coverage}/app=${app}/`);
  const dates = listed.flatMap(({ key }) => DATE.exec(key)?.[1] ?? []).sort();
  const firstDate = dates[0];
  if (firstDate === undefined) return { rows: new Map(), firstMs: undefined };
  const known = new Set(dates.map((date) => Date.parse(date)));
  const rows = new Map<number, CoverageRow>();
  const parts = await Promise.all(
    days.filter((dayMs) => known.has(dayMs)).map(async (dayMs) => [...(await readCoverageDay(store, app, dayMs))]),
  );
  for (const [hourMs, row] of parts.flat()) rows.set(hourMs, row);
  // An older first day is before all that is looked at, whatever its first hour.
  const firstDayMs = Date.parse(firstDate);
  return { rows, firstMs: firstDayMs < days[0]! || rows.size === 0 ? firstDayMs : Math.min(...rows.keys()) };
};

interface AppFinding {
  readonly app: string;
  readonly gaps: AppGaps;
  readonly completeness: Completeness | undefined;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const shown = ({ startMs, endMs }: TimeRange): string => `${iso(startMs)} to ${iso(endMs)}`;
const missingPercent = ({ requests, missing }: Completeness): number => (missing / requests) * 100;

const reportApp = ({ log }: Telemetry, { app, gaps, completeness }: AppFinding): void => {
  const { open, due, unrecoverable, freshnessHours } = gaps;
  if (open + due.length + unrecoverable.length === 0 && (completeness?.missing ?? 0) === 0) return;
  const lost = unrecoverable.length === 0 ? {} : { unrecoverable: unrecoverable.map(iso) };
  const counted = completeness === undefined ? {} : { ...completeness, missingPercent: missingPercent(completeness) };
  log("gaps.found", { app, gaps: open, due: due.slice(0, 20).map(shown), freshnessHours, ...lost, ...counted });
};

const readApps = async (
  store: ObjectStore,
  key: string,
): Promise<{ readonly apps: readonly ListedApp[]; readonly sinceMs: number }> => {
  const { apps } = await readAppList(store, key);
  const listed = (await store.list(key)).find((object) => object.key === key);
  return { apps: apps.filter(({ enabled }) => enabled), sinceMs: listed?.modifiedMs ?? 0 };
};

/** Names are the minute's: the same event again is the same run. */
const runName = (time: string): string =>
  `${GAP_RUNS}${iso(parseInstant(time, "event.time")).slice(0, 16).replace(/[-:]/g, "")}`;

/** Each app's coverage, judged; an app that cannot be read gives its error. */
const lookAtApps = (
  { store, clock }: GapFinderPorts,
  settings: GapFinderSettings,
  apps: readonly ListedApp[],
): Promise<(AppFinding | Error)[]> =>
  inParallel(apps, APPS_AT_ONCE, async ({ name: app }) => {
    const nowMs = clock.now();
    try {
      const known = await readCoverage(store, app, gapDaysOf(nowMs, settings));
      const gaps = findGaps(known, nowMs, settings);
      return { app, gaps, completeness: completenessOf(known.rows, nowMs, settings) };
    } catch (error) {
      return error as Error;
    }
  });

const isFinding = (found: AppFinding | Error): found is AppFinding => !(found instanceof Error);

type State = Pick<GapsResult, "gaps" | "unrecoverable" | "freshnessHours">;

/** Over all apps; one that was never fetched is as old as the list that has it. */
const stateOf = (findings: readonly AppFinding[], listHours: number): State => ({
  gaps: findings.reduce((sum, { gaps }) => sum + gaps.open, 0),
  unrecoverable: findings.reduce((sum, { gaps }) => sum + gaps.unrecoverable.length, 0),
  freshnessHours: Math.max(0, ...findings.map(({ gaps }) => gaps.freshnessHours ?? listHours)),
});

const countState = (metrics: Metrics, findings: readonly AppFinding[], state: State): void => {
  metrics.count("Gaps", state.gaps);
  metrics.count("UnrecoverableGaps", state.unrecoverable);
  metrics.count("FreshnessHours", state.freshnessHours);
  const shares = findings
    .flatMap(({ completeness }) => completeness ?? [])
    .filter(({ requests }) => requests >= LEAST_REQUESTS)
    .map(missingPercent);
  if (shares.length > 0) metrics.count("MissingShare", Math.max(...shares));
};

/** Starts a run for what is due. What the last run has not come to yet would be asked for twice: then it waits. */
const askAgain = async (
  backfill: BackfillRuns,
  name: string,
  findings: readonly AppFinding[],
): Promise<Pick<GapsResult, "ranges" | "waiting" | "started">> => {
  const all = findings.reduce((sum, { gaps }) => sum + gaps.due.length, 0);
  const due = new Map(findings.map(({ app, gaps }) => [app, gaps.due]));
  const ranges = chooseRanges(due, MOST_RANGES).map(({ app, startMs, endMs }) => ({
    app,
    from: iso(startMs),
    to: iso(endMs),
  }));
  if (ranges.length === 0 || (await backfill.running(GAP_RUNS))) return { ranges: 0, waiting: all };
  await backfill.start(name, { missing: true, tolerant: true, ranges });
  return { ranges: ranges.length, waiting: all - ranges.length, started: name };
};

/**
 * Looks for hours that are not proven, states how many there are, and has the backfill ask for those whose time has come. What is
 * wrong with one app stops no other. @throws PartialFailureError in the end
 */
export const fillGaps = async (
  ports: GapFinderPorts,
  settings: GapFinderSettings,
  event: GapsEvent,
  telemetry: Telemetry,
): Promise<GapsResult> => {
  const name = runName(event.time);
  const { apps, sinceMs } = await readApps(ports.store, settings.appsKey);
  const looked = await lookAtApps(ports, settings, apps);
  const findings = looked.filter(isFinding);
  for (const finding of findings) reportApp(telemetry, finding);
  const state = stateOf(findings, (ports.clock.now() - sinceMs) / HOUR_MS);
  countState(telemetry.metrics, findings, state);
  const result = { apps: apps.length, ...state, ...(await askAgain(ports.backfill, name, findings)) };
  const failures = looked.filter((found) => found instanceof Error);
  if (failures.length > 0) {
    telemetry.log("gaps.incomplete", { ...result });
    throw new PartialFailureError(`the coverage of ${failures.length} app(s) could not be read`, failures);
  }
  return result;
};
