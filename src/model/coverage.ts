import { InputError } from "../errors";
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
  /** Requests that Amplify's own metric counted, over all of the app's domains; null when it was not asked, or did not say. */
  readonly requests: number | null;
}

export const isProven = (state: CoverageState): boolean => state === "fetched" || state === "quiet";

const isRow = (value: unknown): value is CoverageRow => {
  const { hour, state } = (value ?? {}) as Partial<Record<keyof CoverageRow, unknown>>;
  return typeof hour === "string" && !Number.isNaN(Date.parse(hour)) && typeof state === "string";
};

const parseLine = (line: string, key: string, number: number): CoverageRow => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  if (!isRow(value)) {
    throw new InputError(`line ${number} is not an hour of the coverage`, {
      field: key,
      value: line,
      fix: "delete the object: its hours are then asked for again, and nothing is stored twice",
    });
  }
  return { ...value, requests: value.requests ?? null };
};

/** The hours of one day's object, by their start, ms. @throws InputError when somebody else wrote it. */
export const parseCoverage = (body: Uint8Array, key: string): Map<number, CoverageRow> => {
  const lines = Buffer.from(body).toString("utf8").split("\n");
  return new Map(
    lines.flatMap((line, index) => {
      if (line === "") return [];
      const row = parseLine(line, key, index + 1);
      return [[Date.parse(row.hour), row] as const];
    }),
  );
};

export const renderCoverage = (rows: ReadonlyMap<number, CoverageRow>): string =>
  [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, row]) => `${JSON.stringify(row)}\n`)
    .join("");

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
  { name: "requests", type: "bigint", comment: "requests that Amplify's own metric counted; NULL when unknown" },
] as const satisfies readonly Column[];

/** Why a row, or a whole file, was not taken. One line of `rejected/…`. */
export interface RejectedRow {
  /** Line in the raw object, the header being 1; 0 in the row that says how many more there are. */
  readonly line_number: number;
  readonly rule: "columns" | "type" | "range" | "pattern" | "window" | "size" | "header" | "more";
  readonly reason: string;
  /** The line's text, cut at 4,096 characters, addresses treated by ipPolicy. */
  readonly raw: string;
  /** Key of the object that holds it. */
  readonly source: string;
}

export const REJECTED_COLUMNS = [
  { name: "line_number", type: "bigint", comment: "line in the raw object, the header being 1" },
  { name: "rule", type: "string", comment: "columns, type, range, pattern, window, size, header or more" },
  { name: "reason", type: "string", comment: "what was wrong, in words" },
  { name: "raw", type: "string", comment: "the line's text, cut, addresses treated by ipPolicy" },
  { name: "source", type: "string", comment: "key of the object that holds it" },
] as const satisfies readonly Column[];
