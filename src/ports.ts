/** What the handlers need of the world. Each port has an AWS side (src/aws) and a local one (src/local). */

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

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was last written, ms since the epoch by the store's own clock. */
  readonly modifiedMs: number;
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
}

export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** Athena's asynchronous query API, as narrow as we use it. */
export interface QueryEngine {
  start(sql: string, options: { readonly database: string; readonly workgroup: string }): Promise<string>;
  state(queryId: string): Promise<{ state: QueryState; reason?: string }>;
  stop(queryId: string): Promise<void>;
}
