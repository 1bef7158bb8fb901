/** What the steps of a compaction share: their ports, their settings, and what goes from one to the next. */
import type { CatalogNames } from "../../src/model/catalog";
import type { HourComparison } from "../../src/model/compaction";
import type { HourTags } from "../../src/model/dayState";
import type { Clock, MaintenanceStore, PartitionCatalog, QueryReader, QueryState } from "../../src/ports";
import type { Log } from "../environment";

export interface CompactPorts {
  readonly engine: QueryReader;
  readonly store: MaintenanceStore;
  readonly catalog: PartitionCatalog;
  readonly clock: Clock;
  /** Eight hexadecimal digits, others each time: two attempts never write to one place. */
  readonly random: () => string;
  readonly log: Log;
  /** How listed files are compared with those that were read. */
  readonly compare: HourComparison;
}

export interface CompactSettings extends CatalogNames {
  readonly bucket: string;
  readonly workgroup: string;
  /** All apps that the hidden tables know, disabled and retired ones too. */
  readonly apps: readonly string[];
  /** Hours after a day's end in which rows are still asked for. */
  readonly settlingHours: number;
  /** Days that the table keeps rows. */
  readonly tableDays: number;
  /** Longest time for one statement, seconds. */
  readonly queryTimeoutSeconds: number;
}

/** One unit of the Map: a day, for up to 100 apps. */
export interface DayItem {
  /** `YYYY-MM-DD` in UTC. */
  readonly date: string;
  /** Which hundred of the apps, from 0. */
  readonly part: number;
}

/** What was read of an app's day when the attempt began: the switch holds only while it is still so. */
export interface AppAttempt {
  readonly app: string;
  readonly stateEtag: string | null;
  readonly location: string;
  readonly hours: HourTags;
}

/** An attempt under way. It lives in the state machine's own state, so that any process can go on with it. */
export interface Attempt extends DayItem {
  readonly state: Exclude<QueryState, "QUEUED">;
  readonly phase: "unload" | "verify";
  readonly id: string;
  readonly startedMs: number;
  readonly apps: readonly AppAttempt[];
  readonly queryId: string;
  readonly queryStartedMs: number;
  /** Until the next poll; grows. */
  readonly waitSeconds: number;
}

/** A day of which nothing is due. */
export interface NothingDue extends DayItem {
  readonly state: "NOTHING";
}

export interface DayResult {
  readonly date: string;
  /** Apps whose day lies in the new files now. */
  readonly switched: number;
  /** Apps whose new files are no fewer: the day stays where it is. */
  readonly kept: number;
  /** Apps whose day changed meanwhile: the next run unites it. */
  readonly changed: number;
  readonly rows: number;
}
