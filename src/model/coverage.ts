import type { Column } from "./columns";

/**
 * What is known of one hour of one app. Only `fetched` and `quiet` prove an hour; everything else is asked for again.
 * `provisional`: a part of the hour was asked for, or all of it before it was over.
 */
export const COVERAGE_STATES = ["fetched", "quiet", "provisional", "blank", "no-url", "refused", "failed"] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** One line of `coverage/app=…/date=…/hours.json`. Times are ISO instants in UTC. */
export interface CoverageRow {
  /** Start of the hour. */
  readonly hour: string;
  readonly state: CoverageState;
  /** Rows stored in the raw object of the hour. */
  readonly rows: number;
  /** Size of the raw object, gzip. */
  readonly bytes: number;
  /** SHA-256 of the raw content before gzip; null when nothing is stored. */
  readonly sha256: string | null;
  /** How often the hour was asked for. */
  readonly attempts: number;
  readonly first_fetch: string;
  readonly last_fetch: string;
  /** Rows that a later fetch added to an hour which already had some. */
  readonly late_rows: number;
  /** Stored rows that the newest answer lacked; they are kept. */
  readonly lacking_rows: number;
  /** How often a window with this hour was refused as too large. */
  readonly refusals: number;
  /** Why the state is failed; null otherwise. */
  readonly error: string | null;
}

export const COVERAGE_COLUMNS = [
  { name: "hour", type: "string", comment: "start of the hour, ISO instant in UTC" },
  { name: "state", type: "string", comment: "fetched, quiet, provisional, blank, no-url, refused or failed" },
  { name: "rows", type: "bigint", comment: "rows stored for the hour" },
  { name: "bytes", type: "bigint", comment: "size of the raw object, gzip" },
  { name: "sha256", type: "string", comment: "of the raw content before gzip" },
  { name: "attempts", type: "int", comment: "how often the hour was asked for" },
  { name: "first_fetch", type: "string", comment: "ISO instant in UTC" },
  { name: "last_fetch", type: "string", comment: "ISO instant in UTC" },
  { name: "late_rows", type: "bigint", comment: "rows that a later fetch added" },
  { name: "lacking_rows", type: "bigint", comment: "stored rows that the newest answer lacked" },
  { name: "refusals", type: "int", comment: "refused windows that held the hour" },
  { name: "error", type: "string", comment: "why the state is failed" },
] as const satisfies readonly Column[];

/** Why a row, or a whole file, was not taken. One line of `rejected/…`. */
export interface RejectedRow {
  /** Line in the raw object, the header being 1. */
  readonly line_number: number;
  readonly rule: "columns" | "type" | "range" | "pattern" | "window" | "size" | "header";
  readonly reason: string;
  /** The line's text, cut at 4,096 characters, addresses treated by ipPolicy. */
  readonly raw: string;
  /** Key of the object that holds it. */
  readonly source: string;
}

export const REJECTED_COLUMNS = [
  { name: "line_number", type: "bigint", comment: "line in the raw object, the header being 1" },
  { name: "rule", type: "string", comment: "columns, type, range, pattern, window, size or header" },
  { name: "reason", type: "string", comment: "what was wrong, in words" },
  { name: "raw", type: "string", comment: "the line's text, cut, addresses treated by ipPolicy" },
  { name: "source", type: "string", comment: "key of the object that holds it" },
] as const satisfies readonly Column[];
