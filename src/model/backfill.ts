/**
 * A backfill: which app is asked for which hours, what came of it, and what is still to be done. The state machine hands this data
 * from step to step, so it stays small whatever happens: a step's data may hold 256 KiB, at 100 apps too.
 */
import * as z from "zod";
import { InputError } from "../errors";
import type { TimeRange } from "../ports";
import type { ListedApp } from "./appList";
import { shownPath, valueAt } from "./configuration";
import { DAY_MS, floorHour, parseInstant } from "./windows";

/** Half-open, ISO instants in UTC. */
export interface IsoRange {
  readonly from: string;
  readonly to: string;
}

/** One app's share, and the input of its child execution. */
export interface BackfillItem {
  readonly app: string;
  /** ARN of its fetcher. */
  readonly functionArn: string;
  /** Oldest first; they do not touch. */
  readonly ranges: readonly IsoRange[];
  /** Whether hours that are proven already are left out. */
  readonly missing: boolean;
}

/** More would let one step's data outgrow its limit. An execution of more hours in a row has one range an app. */
export const MOST_RANGES = 500;
/** A range of ten years holds a typing mistake. */
const MOST_DAYS = 3660;

const text = z.string();
const inputSchema = z.strictObject({
  from: text.optional(),
  to: text.optional(),
  days: z.int().min(1).max(MOST_DAYS).optional(),
  time: text.optional(),
  apps: z.array(text).min(1).optional(),
  missing: z.boolean().optional(),
  tolerant: z.boolean().optional(),
  ranges: z
    .array(z.strictObject({ app: text, from: text, to: text }))
    .min(1)
    .max(MOST_RANGES)
    .optional(),
});

/**
 * What starts a backfill: `from` and `to`; or `days` before `time`; or `ranges`, each of an app. Nothing at all means the
 * configured days before now. `missing` leaves out hours that are proven already. With `tolerant` the execution does not fail over hours
 * that stay unanswered: the gap finder, which starts it so, counts them itself.
 */
export type BackfillInput = z.output<typeof inputSchema>;

export interface PlanOptions {
  readonly nowMs: number;
  /** Days that are asked for where the input does not say. */
  readonly days: number;
}

const USE = 'write {"from": "2026-11-01", "to": "2026-11-15"}, {"days": 14}, or {"ranges": [{"app", "from", "to"}]}';

const parseInput = (value: unknown): BackfillInput => {
  const parsed = inputSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
    const reason = issue.code === "unrecognized_keys" ? "is not a setting of a backfill" : issue.message;
    throw new InputError(reason, { field: shownPath(path) || "input", value: valueAt(value, path), fix: USE });
  }
  const { from, to, days, ranges, apps } = parsed.data;
  const refuse = (field: string, other: string): never => {
    throw new InputError(`does not go with ${other}`, { field, fix: USE });
  };
  if (ranges !== undefined && (from ?? to ?? days ?? apps) !== undefined) refuse("ranges", "from, to, days and apps");
  if (to !== undefined && from === undefined) refuse("to", "a missing from");
  if (days !== undefined && from !== undefined) refuse("days", "from");
  return parsed.data;
};

const iso = (ms: number): string => new Date(ms).toISOString();
export const isoRange = ({ startMs, endMs }: TimeRange): IsoRange => ({ from: iso(startMs), to: iso(endMs) });

/** @throws InputError that names the field */
export const parseRange = ({ from, to }: IsoRange, field = ""): TimeRange => {
  const range = { startMs: parseInstant(from, `${field}from`), endMs: parseInstant(to, `${field}to`) };
  const value = `${from} to ${to}`;
  if (range.startMs >= range.endMs || range.startMs % 1000 !== 0 || range.endMs % 1000 !== 0)
    throw new InputError("not a range", {
      field: `${field}from`,
      value,
      fix: "give whole seconds in UTC, from before to",
    });
  if (range.endMs - range.startMs > MOST_DAYS * DAY_MS)
    throw new InputError(`is longer than ${MOST_DAYS} days`, { field: `${field}from`, value, fix: "check the year" });
  return range;
};

/** Sorted, those that touch joined, and without hours that are not over. */
const tidy = (ranges: readonly TimeRange[], nowMs: number): IsoRange[] => {
  const joined: TimeRange[] = [];
  for (const { startMs, endMs: wanted } of [...ranges].sort((a, b) => a.startMs - b.startMs)) {
    const endMs = Math.min(wanted, floorHour(nowMs));
    const last = joined.at(-1);
    if (endMs <= startMs) continue;
    if (last !== undefined && startMs <= last.endMs)
      joined[joined.length - 1] = { ...last, endMs: Math.max(last.endMs, endMs) };
    else joined.push({ startMs, endMs });
  }
  return joined.map(isoRange);
};

const known = (apps: readonly ListedApp[], name: string, field: string): ListedApp => {
  const found = apps.find((app) => app.name === name);
  if (found !== undefined) return found;
  const fix = `choose of ${apps.map((app) => app.name).join(", ")}`;
  throw new InputError("no such app in this pipeline", { field, value: name, fix });
};

/** Who is asked for what. Apps that are disabled only where they are named. @throws InputError */
export const planBackfill = (
  value: unknown,
  apps: readonly ListedApp[],
  { nowMs, days }: PlanOptions,
): BackfillItem[] => {
  const input = parseInput(value);
  const missing = input.missing ?? false;
  const wanted = new Map<ListedApp, TimeRange[]>();
  if (input.ranges === undefined) {
    const endMs = input.time === undefined ? nowMs : parseInstant(input.time, "time");
    const range =
      input.from === undefined
        ? { startMs: floorHour(endMs) - (input.days ?? days) * DAY_MS, endMs: floorHour(endMs) }
        : parseRange({ from: input.from, to: input.to ?? iso(floorHour(endMs)) });
    const chosen = input.apps?.map((name, i) => known(apps, name, `apps[${i}]`)) ?? apps.filter((app) => app.enabled);
    for (const app of chosen) wanted.set(app, [range]);
  } else {
    input.ranges.forEach(({ app: name, ...range }, i) => {
      const app = known(apps, name, `ranges[${i}].app`);
      wanted.set(app, [...(wanted.get(app) ?? []), parseRange(range, `ranges[${i}].`)]);
    });
  }
  return [...wanted]
    .map(([{ name, fetcherArn }, list]) => ({
      app: name,
      functionArn: fetcherArn,
      ranges: tidy(list, nowMs),
      missing,
    }))
    .filter(({ ranges }) => ranges.length > 0);
};
