/** CloudFront's fields, whichever of them an object has and in whatever order, as Amplify's 33 columns. */
import { UnknownHeaderError } from "../errors";
import { columnIndex, LOG_COLUMNS, type LogColumn } from "./columns";

/** One name for all spellings: `cs(User-Agent)`, `cs-user-agent` and, in Parquet, `cs_user_agent`. */
export const normaliseFieldName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

const COLUMN_OF: ReadonlyMap<string, number> = new Map(
  LOG_COLUMNS.map(({ header }: LogColumn, column) => [normaliseFieldName(header), column]),
);
/** Epoch time, which standard logging v2 offers beside date and time: `timestamp` in seconds, `timestamp(ms)`. */
const EPOCH_NAMES: readonly string[] = ["timestamp_ms", "timestamp"];

const DATE = columnIndex("date");
const TIME = columnIndex("time");
const ABSENT = -1;

/** Where each column of ours stands among an object's fields. */
export interface FieldPlan {
  /** Number of fields of the object. */
  readonly fields: number;
  /** For each of the 33 columns the field's position, or -1. */
  readonly positions: readonly number[];
  /** Positions of fields with epoch time: for rows without a date or a time. */
  readonly epochs: readonly number[];
}

export const isKnownField = (name: string): boolean => {
  const normalised = normaliseFieldName(name);
  return COLUMN_OF.has(normalised) || EPOCH_NAMES.includes(normalised);
};

const shown = (names: readonly string[]): string => names.slice(0, 40).join(" ").slice(0, 200);

/**
 * Finds the columns by their names. Those that are absent have no value; fields that we do not know are left out; of two fields of
 * one name the first counts.
 * @throws UnknownHeaderError when no field says when a request was
 */
export const planFields = (names: readonly string[], source: string): FieldPlan => {
  const found = names.map(normaliseFieldName);
  const positions = new Array<number>(LOG_COLUMNS.length).fill(ABSENT);
  found.forEach((name, position) => {
    const column = COLUMN_OF.get(name);
    if (column !== undefined && positions[column] === ABSENT) positions[column] = position;
  });
  const epochs = EPOCH_NAMES.map((name) => found.indexOf(name)).filter((position) => position !== ABSENT);
  if (epochs.length === 0 && (positions[DATE] === ABSENT || positions[TIME] === ABSENT)) {
    throw new UnknownHeaderError(
      `the fields have neither date and time nor timestamp: ${JSON.stringify(shown(names))}`,
      {
        field: source,
        fix: "add date and time to the fields of the distribution's log delivery; rows without an hour have no place",
      },
    );
  }
  return { fields: names.length, positions, epochs };
};

/** Beyond these, the number is in the next smaller unit: 10^11 s is the year 5138, 10^14 ms too. */
const MAX_SECONDS = 1e11;
const MAX_MS = 1e14;
const EPOCH = /^\d{9,19}(\.\d+)?$/;

/** Epoch time in seconds, milliseconds or microseconds as `YYYY-MM-DD` and `HH:MM:SS`; undefined when it is none. */
export const readEpoch = (text: string): readonly [date: string, time: string] | undefined => {
  if (!EPOCH.test(text)) return undefined;
  const value = Number(text);
  const ms = value < MAX_SECONDS ? value * 1000 : value < MAX_MS ? value : value / 1000;
  if (ms > MAX_MS) return undefined;
  const iso = new Date(Math.floor(ms)).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
};
