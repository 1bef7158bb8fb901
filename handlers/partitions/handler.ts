import { isBeyondRetention } from "../../src/model/compaction";
import { parseStateKey } from "../../src/model/dayState";
import { PREFIXES } from "../../src/model/keys";
import { renderAddPartitions, type TablePartition } from "../../src/model/partitions";
import { DAY_MS, floorDay, isoDate, parseInstant } from "../../src/model/windows";
import type { Clock, DayPartition, MaintenanceStore, PartitionCatalog, QueryEngine } from "../../src/ports";
import { alignPartitions, locationsOf, type AppDay } from "../dayStates";
import { hasSucceeded } from "../queryOutcome";
import { dropExpired } from "./dropExpired";

export interface PartitionsEvent {
  /** The scheduled time, ISO instant in UTC. */
  readonly time: string;
  /** Whether every day that has files is registered: after the table was replaced or deleted. Default: false. */
  readonly all?: boolean;
}

export interface PartitionsPorts {
  readonly engine: QueryEngine;
  readonly store: MaintenanceStore;
  readonly catalog: PartitionCatalog;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface PartitionsSettings {
  readonly bucket: string;
  readonly database: string;
  readonly table: string;
  readonly workgroup: string;
  readonly apps: readonly string[];
  readonly timeoutSeconds: number;
  /** Days that the table keeps rows. */
  readonly tableDays: number;
}

export interface PartitionsResult {
  readonly partitions: number;
  readonly queries: number;
  /** Partitions that pointed elsewhere than their state says. */
  readonly moved: number;
  /** Days of an app that were beyond retention, and are gone with their files. */
  readonly dropped: number;
}

const POLL_MS = [200, 500, 1000, 2000];
/** Days whose first file is this young are registered too: a backfill wrote them, or an earlier run of this function failed. */
const REPAIR_DAYS = 8;

/** Waits for a query. Its failure is ours, with Athena's reason; on the deadline it is stopped, so that it costs nothing more. */
export const runToResult = async (
  { engine, clock, sleep }: PartitionsPorts,
  sql: string,
  { database, workgroup, timeoutSeconds }: PartitionsSettings,
): Promise<void> => {
  const deadline = clock.now() + timeoutSeconds * 1000;
  const query = {
    id: await engine.start(sql, { database, workgroup }),
    what: "query",
    field: "partition update",
    fix: "see docs/operations.md; the next run adds what is missing",
    isLate: () => clock.now() >= deadline,
    timeoutSeconds,
  };
  for (let poll = 0; !(await hasSucceeded(engine, query)); poll++)
    await sleep(POLL_MS[Math.min(poll, POLL_MS.length - 1)]!);
};

/** Every day of every app that was ever announced, and when its state was written last. */
const announcedDays = async ({ store }: Pick<PartitionsPorts, "store">): Promise<(AppDay & { modifiedMs: number })[]> =>
  (await store.list(`${PREFIXES.state}/`)).flatMap(({ key, modifiedMs }) => {
    const day = parseStateKey(key);
    return day === undefined ? [] : [{ ...day, modifiedMs }];
  });

/** Today and tomorrow for all apps, ahead of their first rows, and the days whose state is young, or all that have one. */
const wantedDays = (
  { apps, tableDays }: PartitionsSettings,
  announced: readonly (AppDay & { modifiedMs: number })[],
  timeMs: number,
  all: boolean,
): AppDay[] => {
  const wanted = new Map<string, AppDay>();
  const want = ({ app, date }: AppDay): void => void wanted.set(`${app} ${date}`, { app, date });
  const today = floorDay(timeMs);
  for (const app of apps) {
    want({ app, date: isoDate(today) });
    want({ app, date: isoDate(today + DAY_MS) });
  }
  for (const day of announced) {
    const kept = !isBeyondRetention(Date.parse(day.date), timeMs, tableDays);
    if (kept && (all || day.modifiedMs >= timeMs - REPAIR_DAYS * DAY_MS)) want(day);
  }
  return [...wanted.values()];
};

/** Adding leaves a partition that exists where it is; one that a compaction has not come to move is moved here. */
const moveMisplaced = async ({ store, catalog }: PartitionsPorts, days: readonly DayPartition[]): Promise<number> => {
  if (days.length === 0) return 0;
  const dates = days.map(({ date }) => date).sort();
  const registered = new Map(
    (await catalog.partitions({ from: dates[0]!, to: dates.at(-1)! })).map((known) => [
      `${known.app} ${known.date}`,
      known.location,
    ]),
  );
  const misplaced = days.filter(({ app, date, location }) => {
    const known = registered.get(`${app} ${date}`);
    return known !== undefined && known !== location;
  });
  await alignPartitions(store, catalog, misplaced);
  return misplaced.length;
};

export const updatePartitions = async (
  ports: PartitionsPorts,
  settings: PartitionsSettings,
  event: PartitionsEvent,
): Promise<PartitionsResult> => {
  const timeMs = parseInstant(String(event.time), "event.time");
  const announced = await announcedDays(ports);
  const days = await locationsOf(ports.store, wantedDays(settings, announced, timeMs, event.all === true));
  const partitions = days.map(({ app, date, location }): TablePartition => ({
    values: { app, date },
    location: `s3://${settings.bucket}/${location}`,
  }));
  const statements = renderAddPartitions(settings.database, settings.table, partitions);
  for (const statement of statements) await runToResult(ports, statement, settings);
  const moved = await moveMisplaced(ports, days);
  const dropped = await dropExpired(ports, settings, announced, timeMs);
  return { partitions: partitions.length, queries: statements.length, moved, dropped };
};
