/** One attempt for a day: what is read of it, the UNLOAD, the polls, the check's statement. */
import { compactionId, compactionOf, isDue } from "../../src/model/compaction";
import {
  MAX_APPS,
  MAX_CURRENT,
  renderVerification,
  renderUnload,
  type Compaction,
} from "../../src/model/compactionSql";
import { hourlyLocation } from "../../src/model/dayState";
import { inParallel } from "../../src/parallel";
import { listHours, readDayState, REQUESTS, type AppDay } from "../dayStates";
import { hasSucceeded } from "../queryOutcome";
import type { AppAttempt, Attempt, CompactPorts, CompactSettings, DayItem, NothingDue } from "./ports";
import { tidyDay } from "./tidy";

const FIRST_WAIT_SECONDS = 2;
const LONGEST_WAIT_SECONDS = 30;

interface Candidate extends AppAttempt {
  /** The compaction that the location holds; null for the hourly files. */
  readonly current: string | null;
}

const candidateOf = async ({ store, compare, log }: CompactPorts, day: AppDay): Promise<Candidate | undefined> => {
  // The state before the files: a file that comes in between is then seen as one that the state lacks.
  const found = await readDayState(store, day);
  const hours = await listHours(store, day);
  const location = found?.state.location ?? hourlyLocation(day.app, day.date);
  const current = found === undefined ? null : compactionOf(found.state);
  if (current === undefined) {
    log("compaction.ignored", {
      app: day.app,
      date: day.date,
      reason: "its state points outside the lake's own folders",
    });
    return undefined;
  }
  if (!isDue(found?.state, hours, compare)) return undefined;
  return { app: day.app, stateEtag: found?.etag ?? null, location, hours, current };
};

/** As many as one statement takes; the others wait for the next run. Days that were never compacted come first: they are most. */
const firstBatch = (candidates: readonly Candidate[]): Candidate[] => {
  const ids = [...new Set(candidates.map(({ current }) => current))].filter((id) => id !== null).sort();
  const taken = new Set<string | null>([null, ...ids.slice(0, MAX_CURRENT)]);
  return candidates.filter(({ current }) => taken.has(current)).slice(0, MAX_APPS);
};

const compactionOfAttempt = (
  { bucket }: CompactSettings,
  { date, id, apps }: Pick<Attempt, "date" | "id" | "apps">,
): Compaction => {
  const current: Record<string, string[]> = {};
  for (const { app, location } of apps) {
    const of = compactionOf({ app, date, location });
    if (typeof of === "string") (current[of] ??= []).push(app);
  }
  return { date, id, bucket, apps: apps.map(({ app }) => app), current };
};

const startQuery = ({ engine }: CompactPorts, { database, workgroup }: CompactSettings, sql: string): Promise<string> =>
  engine.start(sql, { database, workgroup });

/** Reads the day, tidies up after earlier runs, and starts the one UNLOAD of its apps. */
export const startDay = async (
  ports: CompactPorts,
  settings: CompactSettings,
  { date, part }: DayItem,
): Promise<Attempt | NothingDue> => {
  const mine = settings.apps.slice(part * MAX_APPS, (part + 1) * MAX_APPS);
  const found = await inParallel(mine, REQUESTS, (app) => candidateOf(ports, { app, date }));
  const due = firstBatch(found.filter((candidate) => candidate !== undefined));
  const taken = new Set(due.map(({ app }) => app));
  await tidyDay(
    ports,
    date,
    mine.filter((app) => !taken.has(app)),
  );
  if (due.length === 0) return { date, part, state: "NOTHING" };
  const startedMs = ports.clock.now();
  const apps = due.map(({ app, stateEtag, location, hours }) => ({ app, stateEtag, location, hours }));
  const id = compactionId(startedMs, ports.random());
  const queryId = await startQuery(
    ports,
    settings,
    renderUnload(settings, compactionOfAttempt(settings, { date, id, apps })),
  );
  ports.log("compaction.started", { date, id, queryId, apps: apps.length });
  return {
    ...{ date, part, id, apps, startedMs, queryId },
    queryStartedMs: startedMs,
    state: "RUNNING",
    phase: "unload",
    waitSeconds: FIRST_WAIT_SECONDS,
  };
};

/** Asks once. A query that failed is the step's failure, with the engine's reason; one that takes too long is stopped. */
export const pollQuery = async (
  { engine, clock }: CompactPorts,
  { queryTimeoutSeconds }: CompactSettings,
  attempt: Attempt,
): Promise<Attempt> => {
  const { queryId, phase, date, queryStartedMs } = attempt;
  const done = await hasSucceeded(engine, {
    id: queryId,
    what: `${phase} query`,
    field: `compaction of ${date}`,
    fix: "see docs/operations.md; the day stays as it is, and the next run tries again",
    isLate: () => clock.now() - queryStartedMs >= queryTimeoutSeconds * 1000,
    timeoutSeconds: queryTimeoutSeconds,
  });
  if (done) return { ...attempt, state: "SUCCEEDED" };
  return { ...attempt, state: "RUNNING", waitSeconds: Math.min(LONGEST_WAIT_SECONDS, attempt.waitSeconds * 2) };
};

/** Starts the statement that compares what was written with what it was made of. */
export const startVerification = async (
  ports: CompactPorts,
  settings: CompactSettings,
  attempt: Attempt,
): Promise<Attempt> => ({
  ...attempt,
  queryId: await startQuery(ports, settings, renderVerification(settings, compactionOfAttempt(settings, attempt))),
  queryStartedMs: ports.clock.now(),
  state: "RUNNING",
  phase: "verify",
  waitSeconds: FIRST_WAIT_SECONDS,
});
