/** A lake with hourly files, and the compaction on it: DuckDB in Athena's place, a directory in S3's. */
import { setImmediate as turn } from "node:timers/promises";
import { runStep, type CompactEvent, type StepResult } from "../../../handlers/compact/handler";
import type { CompactPorts, CompactSettings } from "../../../handlers/compact/ports";
import { runCompaction, type CompactionSteps } from "../../../src/local/compaction";
import { DirectoryMaintenanceStore } from "../../../src/local/directoryMaintenanceStore";
import { openLake } from "../../../src/local/duckdbLake";
import { bucketPath, replaceDefinitions } from "../../../src/local/localCatalog";
import { LocalPartitions } from "../../../src/local/localPartitions";
import { LocalQueryEngine } from "../../../src/local/localQueryEngine";
import { catalogTables, maintenanceTables } from "../../../src/model/catalog";
import { changedHours } from "../../../src/model/compaction";
import { putParquet, temporaryLake, type Fields } from "../../local/lake/fixture";

export const DAY = "2026-11-19";
/** Three days later: the day is over, and its 48 settling hours are too. */
export const NOW = "2026-11-22T04:45:00Z";

export interface World {
  readonly lake: string;
  readonly store: DirectoryMaintenanceStore;
  readonly catalog: LocalPartitions;
  readonly engine: LocalQueryEngine;
  readonly clock: { now(): number; set(instant: string): void };
  readonly settings: CompactSettings;
  readonly remove: () => void;
}

export const openWorld = (apps: readonly string[] = ["shop", "blog"]): World => {
  const { lake, remove } = temporaryLake();
  const names = { database: "amplify_logs", table: "access_logs" };
  const options = { ...names, bucket: "lake", rawPrefix: "raw", apps, years: { first: 2020, last: 2040 } };
  replaceDefinitions(lake, {
    database: names.database,
    tables: [...catalogTables(options), ...maintenanceTables(options)],
    views: [],
  });
  let nowMs = Date.parse(NOW);
  return {
    lake,
    store: new DirectoryMaintenanceStore(bucketPath(lake)),
    catalog: new LocalPartitions(lake, names.table),
    engine: new LocalQueryEngine(lake),
    clock: { now: () => nowMs, set: (instant) => (nowMs = Date.parse(instant)) },
    settings: {
      ...names,
      ...{ bucket: "lake", workgroup: "maintenance", apps, settlingHours: 48, tableDays: 400, queryTimeoutSeconds: 60 },
    },
    remove,
  };
};

/** As the converter writes it: the day's announcement, then the hour's file. */
export const putHour = async (
  { lake, store }: World,
  app: string,
  hour: string,
  rows: readonly Fields[],
  date = DAY,
): Promise<void> => {
  const folder = `access_logs/app=${app}/date=${date}/`;
  const state = Buffer.from(`${JSON.stringify({ app, date, location: folder })}\n`);
  await store.put(`state/app=${app}/date=${date}.json`, state, { ifMatch: null }).catch(() => undefined);
  await putParquet(
    lake,
    app,
    date,
    rows.map((row) => ({ time: `${hour}:00:00`, ...row })),
    `${folder}hour-${hour}.parquet`,
  );
};

let attempts = 0;

export const portsOf = ({ engine, store, catalog, clock }: World): CompactPorts => ({
  ...{ engine, store, catalog, clock },
  random: () => (attempts++).toString(16).padStart(8, "0"),
  log: () => undefined,
  compare: changedHours,
});

export const stepsOf = (
  world: World,
  ports: Partial<CompactPorts> = {},
  around: (event: CompactEvent, run: () => Promise<StepResult>) => Promise<StepResult> = (_, run) => run(),
): CompactionSteps =>
  ({
    run: (event: CompactEvent) => around(event, () => runStep({ ...portsOf(world), ...ports }, world.settings, event)),
  }) as unknown as CompactionSteps;

const yieldTurn = async (): Promise<void> => {
  await turn();
};

export const compact = (world: World, steps = stepsOf(world), time = NOW) => runCompaction(steps, time, yieldTurn);

/** What a reader of the typed table sees, as `app date time id uri`, sorted. */
export const readTable = async ({ lake }: World): Promise<string[]> => {
  const session = await openLake(lake);
  try {
    const { rows } = await session.query(
      `SELECT "app" || ' ' || "date" || ' ' || "time" || ' ' || "request_id" || ' ' || "uri" AS line FROM "amplify_logs"."access_logs" ORDER BY 1`,
    );
    return rows.map(({ line }) => line as string);
  } finally {
    session.close();
  }
};

export const stateOf = async ({ store }: World, app: string, date = DAY): Promise<Record<string, unknown>> => {
  const stored = await store.get(`state/app=${app}/date=${date}.json`);
  return JSON.parse(Buffer.from(stored!.body).toString()) as Record<string, unknown>;
};
