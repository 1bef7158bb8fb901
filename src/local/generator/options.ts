import { InputError } from "../../errors";
import { DAY_MS, floorDay, parseInstant } from "../../model/windows";
import type { TimeRange } from "../../ports";
import { FORMATS, GENERATED_FORMATS, type GeneratedFormat } from "./formats";

/** As they stand on the command line. */
export interface GenerateArguments {
  readonly format: string;
  readonly days: string;
  readonly entries: string;
  readonly seed: string;
  readonly services?: string;
  readonly end?: string;
}

export interface GenerateOptions {
  readonly format: GeneratedFormat;
  readonly streams: readonly string[];
  readonly range: TimeRange;
  /** Rows of an average day, of each stream. */
  readonly entries: number;
  readonly seed: string;
}

const MOST_DAYS = 3650;
const MOST_ENTRIES = 10_000_000;
const MOST_STREAMS = 100;
/** What is safe as a folder's and a file's name, and in a partition. */
const STREAM = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

const wholeNumber = (text: string, field: string, most: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  const fix = `write a whole number from 1 to ${most}`;
  throw new InputError("not a number that can be used", { field, value: text, fix });
};

const streamsOf = (text: string | undefined, format: GeneratedFormat): readonly string[] => {
  const field = "--services";
  if (text === undefined) return FORMATS[format].defaults;
  const names = text.split(",").map((name) => name.trim());
  for (const [at, name] of names.entries()) {
    if (!STREAM.test(name)) {
      const fix = "use letters, digits, - and _, at most 63, with a comma between names: api-gateway,payment";
      throw new InputError("not a name that a folder can have", { field, value: name, fix });
    }
    // Some disks do not tell Shop from shop.
    if (names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) !== at)
      throw new InputError("named twice", { field, value: name, fix: "leave one of them out" });
  }
  if (names.length > MOST_STREAMS)
    throw new InputError(`more than ${MOST_STREAMS} names`, {
      field,
      value: names.length,
      fix: "run it several times",
    });
  return names;
};

const rangeOf = (end: string | undefined, days: number, nowMs: number): TimeRange => {
  const lastMs = end === undefined ? floorDay(nowMs) - DAY_MS : parseInstant(end, "--end");
  const range = { startMs: lastMs - (days - 1) * DAY_MS, endMs: lastMs + DAY_MS };
  if (lastMs % DAY_MS !== 0 || range.startMs < 0) {
    const fix = "write the last day, such as 2026-11-20; the first one is 1970-01-01 or later";
    throw new InputError("not a day that can be the last", { field: "--end", value: end, fix });
  }
  return range;
};

/** @throws InputError that names the option, what it was, and what it may be. */
export const parseGenerate = (given: GenerateArguments, nowMs: number): GenerateOptions => {
  const format = GENERATED_FORMATS.find((known) => known === given.format);
  if (format === undefined) {
    const fix = `use ${GENERATED_FORMATS.join(", ")}`;
    throw new InputError("no such format", { field: "--format", value: given.format, fix });
  }
  const days = wholeNumber(given.days, "--days", MOST_DAYS);
  const entries = wholeNumber(given.entries, "--entries", MOST_ENTRIES);
  const streams = streamsOf(given.services, format);
  const range = rangeOf(given.end, days, nowMs);
  return { format, streams, range, entries, seed: given.seed };
};
