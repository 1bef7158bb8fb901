import { AmplifyLogsError } from "../../src/errors";
import { datePrefix, PREFIXES } from "../../src/model/keys";
import { renderAddPartitions, type TablePartition } from "../../src/model/partitions";
import { DAY_MS, floorDay, isoDate, parseInstant } from "../../src/model/windows";
import type { Clock, ObjectStore, QueryEngine } from "../../src/ports";

export interface PartitionsEvent {
  /** The scheduled time, ISO instant in UTC. */
  readonly time: string;
  /** Whether every day that has files is registered: after the table was replaced or deleted. Default: false. */
  readonly all?: boolean;
}

export interface PartitionsPorts {
  readonly engine: QueryEngine;
  readonly store: ObjectStore;
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
}

export interface PartitionsResult {
  readonly partitions: number;
  readonly queries: number;
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
  const id = await engine.start(sql, { database, workgroup });
  for (let poll = 0; ; poll++) {
    const { state, reason } = await engine.state(id);
    switch (state) {
      case "SUCCEEDED":
        return;
      case "FAILED":
      case "CANCELLED":
        throw new AmplifyLogsError(`Athena's query ${id} is ${state}: ${reason ?? "no reason given"}`, {
          field: "partition update",
          retryable: true,
          fix: "see docs/operations.md; the next run adds what is missing",
        });
      case "QUEUED":
      case "RUNNING":
        break;
      default:
        state satisfies never;
    }
    if (clock.now() >= deadline) {
      await engine.stop(id);
      throw new AmplifyLogsError(`Athena's query ${id} was still ${state} after ${timeoutSeconds} s and was stopped`, {
        field: "partition update",
        retryable: true,
      });
    }
    await sleep(POLL_MS[Math.min(poll, POLL_MS.length - 1)]!);
  }
};

/** Today and tomorrow for all apps, ahead of their first rows, and the days whose first file is young, or all that have files. */
export const wantedPartitions = async (
  { store }: Pick<PartitionsPorts, "store">,
  { bucket, apps }: PartitionsSettings,
  timeMs: number,
  all = false,
): Promise<TablePartition[]> => {
  const wanted = new Map<string, TablePartition>();
  const want = (app: string, dayMs: number): void => {
    const location = `s3://${bucket}/${datePrefix(PREFIXES.accessLogs, { app, hourMs: dayMs })}`;
    wanted.set(location, { values: { app, date: isoDate(dayMs) }, location });
  };
  for (const app of apps) {
    const today = floorDay(timeMs);
    want(app, today);
    want(app, today + DAY_MS);
  }
  const states = await store.list(`${PREFIXES.state}/`);
  for (const { key, modifiedMs } of states) {
    const match = /^state\/app=([a-z][a-z0-9_]*)\/date=(\d{4}-\d\d-\d\d)\.json$/.exec(key);
    if (match !== null && (all || modifiedMs >= timeMs - REPAIR_DAYS * DAY_MS)) want(match[1]!, Date.parse(match[2]!));
  }
  return [...wanted.values()];
};

export const updatePartitions = async (
  ports: PartitionsPorts,
  settings: PartitionsSettings,
  event: PartitionsEvent,
): Promise<PartitionsResult> => {
  const timeMs = parseInstant(String(event.time), "event.time");
  const partitions = await wantedPartitions(ports, settings, timeMs, event.all === true);
  const statements = renderAddPartitions(settings.database, settings.table, partitions);
  for (const statement of statements) await runToResult(ports, statement, settings);
  return { partitions: partitions.length, queries: statements.length };
};
