/** How a rule's cases are written down. A place is `resource:path`; with a `?` before it, it must not be judged. */
import { ABSENT, set, without, type Change } from "../changes";

export const FIXTURES = ["storage", "compute"] as const;
export type FixtureName = (typeof FIXTURES)[number];

export interface Case {
  readonly title: string;
  readonly change: Change;
  /** All that the rule must say, and nothing else. */
  readonly places: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface UnknownCase {
  readonly resource: string;
  readonly path: string;
  /** Where nothing is judged; default: at the unknown value itself. */
  readonly places?: readonly string[];
}

export interface RuleCases {
  readonly fixture: FixtureName;
  /** Each way of breaking it. */
  readonly breaks: readonly Case[];
  /** Values that may be unknown at preview. */
  readonly unknowns: readonly UnknownCase[];
  /** What does not concern the rule: a change, and the resource (the stack is "") of which it must say so. */
  readonly notFor: readonly { readonly title: string; readonly change: Change; readonly resource: string }[];
  /** What it must let pass besides the fixture. */
  readonly passes: readonly Omit<Case, "places">[];
}

const shown = (value: unknown): string => {
  if (value === ABSENT) return "absent";
  return typeof value === "function" ? "changed" : JSON.stringify(value);
};

export interface Options {
  readonly places?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** One property with values that each break the rule. */
export const broken = (resource: string, path: string, values: readonly unknown[], options: Options = {}): Case[] =>
  values.map((value) => ({
    title: `${resource} ${path} = ${shown(value)}`,
    change: set(resource, path, value),
    places: options.places ?? [`${resource}:${path}`],
    ...(options.settings === undefined ? {} : { settings: options.settings }),
  }));

/** A resource that is missing. */
export const missing = (names: readonly string[], places: readonly string[]): Case[] => [
  { title: `without ${names.join(", ")}`, change: without(...names), places },
];

export const changed = (
  title: string,
  change: Change,
  places: readonly string[],
  settings?: Case["settings"],
): Case[] => [{ title, change, places, ...(settings === undefined ? {} : { settings }) }];

export const unknown = (resource: string, ...paths: readonly string[]): UnknownCase[] =>
  paths.map((path) => ({ resource, path }));

type Given = Partial<Omit<RuleCases, "fixture" | "breaks" | "unknowns">> & {
  readonly breaks: readonly Case[][];
  readonly unknowns: readonly UnknownCase[][];
};

const casesOn =
  (fixture: FixtureName) =>
  ({ breaks, unknowns, notFor = [], passes = [] }: Given): RuleCases => ({
    fixture,
    breaks: breaks.flat(),
    unknowns: unknowns.flat(),
    notFor,
    passes,
  });
export const onStorage = casesOn("storage");
export const onCompute = casesOn("compute");
