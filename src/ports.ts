/** What the handlers need of the world. Each port has an AWS side (src/aws) and a local one (src/local). */

import type { QueryResult } from "./model/queryResult";

/** Milliseconds since the epoch, UTC. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Inclusive-exclusive range of milliseconds since the epoch. */
export interface TimeRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** How Amplify answered a request for a window. Rows are only in `file`; the others are told apart because only a header without rows proves a quiet hour. */
export type LogAnswer =
  | { readonly kind: "file"; readonly body: AsyncIterable<Uint8Array> }
  | { readonly kind: "no-url" }
  | { readonly kind: "blank" };

export interface LogSource {
  /**
   * Asks for the logs of a window and opens the answer.
   * @throws WindowRefusedError when the window holds too much; any other error as it came.
   */
  open(request: { readonly appId: string; readonly domainName: string; readonly range: TimeRange }): Promise<LogAnswer>;
}

/** How many requests a source counted by itself, beside the log: what the log can be compared with. */
export interface RequestCounts {
  /** By the hour's start, ms; hours of which nothing is known are absent. */
  byHour(appId: string, range: TimeRange): Promise<ReadonlyMap<number, number>>;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was last written, ms since the epoch by the store's own clock. */
  readonly modifiedMs: number;
}

/** An object whose content comes in pieces. Whoever opens it reads it to its end or stops the iteration: both free its connection. */
export interface OpenedObject {
  readonly etag: string;
  /** Size of the content. */
  readonly bytes: number;
  /** When it was last written, ms since the epoch; undefined where the store does not say. */
  readonly modifiedMs?: number | undefined;
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Content that is too large for memory: a file, which stays the caller's. */
export interface FileBody {
  readonly path: string;
  readonly bytes: number;
}

/** A write that holds only while the object is as it was when read: `ifMatch` its ETag, or null for "must not exist". */
export interface WriteCondition {
  readonly ifMatch: string | null;
}

export interface ObjectStore {
  /** The object and its content, or undefined when it does not exist. `lastBytes` reads only the end. */
  get(key: string, options?: { readonly lastBytes?: number }): Promise<{ etag: string; body: Uint8Array } | undefined>;
  /** Existence is asked by listing: without list rights a missing key would answer 403. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Writes atomically. @throws ConflictError when the condition does not hold. */
  put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }>;
  delete(key: string): Promise<void>;
  /** `get` in pieces. A store without it holds nothing that is too large for `get`; callers use src/rows/largeObjects. */
  open?(key: string): Promise<OpenedObject | undefined>;
  /** `put` of a file. A store without it takes nothing that is too large for `put`. */
  putFile?(key: string, file: FileBody, condition?: WriteCondition): Promise<{ etag: string }>;
}

/** The backfill's state machine, as narrow as the gap finder uses it. */
export interface BackfillRuns {
  /** Whether a run goes on whose name begins so. */
  running(prefix: string): Promise<boolean>;
  /** Starts a run. A name that was used before is the same run: nothing is started twice. */
  start(name: string, input: BackfillRanges): Promise<void>;
}

/** What the backfill is asked for, besides a range over apps: ranges of one's own, half-open, ISO instants in UTC. */
export interface BackfillRanges {
  /** Whether hours that are proven by then are left out. */
  readonly missing: boolean;
  /** Whether the run ends well though hours stay unanswered: whoever starts it counts them. */
  readonly tolerant: boolean;
  readonly ranges: readonly { readonly app: string; readonly from: string; readonly to: string }[];
}

/** An object in a listing, with the ETag that its content has. */
export interface TaggedObject extends StoredObject {
  readonly etag: string;
}

/** What looking after stored files needs besides. */
export interface MaintenanceStore extends ObjectStore {
  /** As `list`, with ETags: they cost S3 nothing, a directory a look into each file. */
  listWithEtags(prefix: string): Promise<TaggedObject[]>;
  /** Replaces the object's tags while it is still the one with this ETag. False: it is another one, or gone, and has none of them. */
  tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean>;
  /** Deletes objects; those that do not exist are no error. */
  deleteMany(keys: readonly string[]): Promise<void>;
}

export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** Athena's asynchronous query API, as narrow as we use it. */
export interface QueryEngine {
  start(sql: string, options: { readonly database: string; readonly workgroup: string }): Promise<string>;
  state(queryId: string): Promise<{ state: QueryState; reason?: string }>;
  stop(queryId: string): Promise<void>;
}

/** An engine whose answers are read, too. */
export interface QueryReader extends QueryEngine {
  /** The whole answer of a query that has succeeded. */
  results(queryId: string): Promise<QueryResult>;
}

/** Where one day of one app lies, as the catalogue has it. */
export interface DayPartition {
  readonly app: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly date: string;
  /** Prefix in the bucket, with a slash at its end. */
  readonly location: string;
}

/** The typed table's partitions, by Glue's own calls: its DDL cannot move one that exists. */
export interface PartitionCatalog {
  /** Registered partitions from one date to another, both inclusive; all from the beginning without `from`. */
  partitions(range: { readonly from?: string; readonly to: string }): Promise<DayPartition[]>;
  /** Lets partitions point elsewhere; those that are not registered stay so. */
  relocate(partitions: readonly DayPartition[]): Promise<void>;
  /** Takes partitions away, not their files; those that are not registered are no error. */
  drop(partitions: readonly Pick<DayPartition, "app" | "date">[]): Promise<void>;
}

/** Adds partitions to a table as soon as they have files, so that no value of a key must be known beforehand. */
export interface PartitionRegistry {
  /** Registers partitions; those that are registered stay as they are. Locations are prefixes in the bucket, with a slash at the end. */
  add(partitions: readonly { readonly values: readonly string[]; readonly location: string }[]): Promise<void>;
}
