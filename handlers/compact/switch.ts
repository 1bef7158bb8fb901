/** The switch: each app for itself, and only while its day is still what was read when the attempt began. */
import { AmplifyLogsError, isConflict, PartialFailureError } from "../../src/errors";
import { compactedLocation } from "../../src/model/compaction";
import type { VerifiedApp } from "../../src/model/compactionSql";
import { hourlyLocation, renderDayState, type DayState } from "../../src/model/dayState";
import type { QueryResult } from "../../src/model/queryResult";
import { inParallel } from "../../src/parallel";
import { dayStateKey, listHours, readDayState, REQUESTS } from "../dayStates";
import type { AppAttempt, Attempt, CompactPorts, DayResult } from "./ports";
import { ATTEMPT_MS, tidyDay } from "./tidy";

type Verdict = "switched" | "kept" | "changed" | Error;

export const readVerification = ({ rows }: QueryResult): Map<string, VerifiedApp> =>
  new Map(
    rows.map((row) => {
      const app = row["app"] as string;
      const [wanted, found, missing, hours] = ["wanted", "found", "missing", "hours"].map((name) => Number(row[name]));
      return [app, { app, wanted: wanted!, found: found!, missing: missing!, hours: hours! }];
    }),
  );

/** Undefined when the new files hold just what they should. */
const flawOf = (checked: VerifiedApp | undefined, { hours }: AppAttempt): string | undefined => {
  const files = Object.keys(hours).length;
  if (checked === undefined) return "no row of it was found, old or new";
  if (checked.missing > 0) return `${checked.missing} of ${checked.wanted} rows are missing`;
  if (checked.found !== checked.wanted) return `it holds ${checked.found} rows instead of ${checked.wanted}`;
  if (checked.hours !== files) return `${checked.hours} of ${files} hourly files gave rows`;
  return undefined;
};

const judge = async (
  { store, compare }: CompactPorts,
  { date, id }: Attempt,
  attempt: AppAttempt,
  checked: VerifiedApp | undefined,
): Promise<Verdict> => {
  const { app, stateEtag, location, hours } = attempt;
  const target = compactedLocation(date, id, app);
  const found = await readDayState(store, { app, date });
  if (found?.state.location === target) return "switched"; // By an earlier try of this very step.
  if ((found?.etag ?? null) !== stateEtag) return "changed";
  if (compare(await listHours(store, { app, date }), hours).length > 0) return "changed";
  // After that: a day that changed between the two statements lacks rows by right.
  const flaw = flawOf(checked, attempt);
  if (flaw !== undefined) {
    return new AmplifyLogsError(`compaction ${id} was not used: ${flaw}`, {
      field: `app=${app}, date=${date}`,
      retryable: true,
      fix: "see docs/operations.md; readers have the day as it was",
    });
  }
  const files = (await store.list(target)).length;
  const saves = location !== hourlyLocation(app, date) || files < Object.keys(hours).length;
  const next: DayState = {
    ...{ app, date },
    location: saves ? target : location,
    rows: checked!.found,
    hours: { ...found?.state.hours, ...hours },
  };
  try {
    await store.put(dayStateKey({ app, date }), renderDayState(next), { ifMatch: stateEtag });
  } catch (error) {
    if (isConflict(error)) return "changed";
    throw error;
  }
  return saves ? "switched" : "kept";
};

/** State first, then the catalogue, then tags: whoever comes after a crash at any place goes on from what the states say. */
export const switchDay = async (ports: CompactPorts, attempt: Attempt): Promise<DayResult> => {
  const { date, id, apps } = attempt;
  if (ports.clock.now() - attempt.startedMs > ATTEMPT_MS / 2) {
    throw new AmplifyLogsError("the attempt is too old to be switched to: its files may expire", {
      field: `compaction ${id}`,
      retryable: true,
    });
  }
  const checks = readVerification(await ports.engine.results(attempt.queryId));
  const verdicts = await inParallel(apps, REQUESTS, (app) => judge(ports, attempt, app, checks.get(app.app)));
  const those = (verdict: Verdict): string[] =>
    apps.filter((_, index) => verdicts[index] === verdict).map(({ app }) => app);
  const switched = those("switched");
  const tagged = await tidyDay(ports, date, switched);
  const rows = switched.reduce((sum, app) => sum + checks.get(app)!.found, 0);
  const result = {
    date,
    switched: switched.length,
    kept: those("kept").length,
    changed: those("changed").length,
    rows,
  };
  ports.log("compaction.switched", { ...result, id, tagged, changedApps: those("changed") });
  const failures = verdicts.filter((verdict) => verdict instanceof Error);
  if (failures.length > 0)
    throw new PartialFailureError(`${failures.length} apps of ${date} were not switched`, failures);
  return result;
};
