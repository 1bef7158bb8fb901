/** Settings, validated once: the component, the program's stack config and the local pipeline all come through here. */
import type { z } from "zod";
import { InputError } from "../errors";
import { lakeSchema, pipelineSchema, type appSchema } from "./configurationSchema";
import { WORD, WORD_FIX } from "./settingRules";
import type { namingSchema } from "./sharedSettings";

export type WithEnvironment<T extends { naming: object }> = Omit<T, "naming"> & {
  naming: Required<z.output<typeof namingSchema>>;
};
export type AppSettings = z.output<typeof appSchema>;
export type LakeSettings = WithEnvironment<z.output<typeof lakeSchema>>;
export type PipelineSettings = WithEnvironment<z.output<typeof pipelineSchema>>;
/** What is wrong with one setting. */
export interface Problem {
  /** Property path: `apps[1].appId`. */
  readonly field: string;
  readonly reason: string;
  /** What was found; undefined where nothing was given. */
  readonly value?: unknown;
  readonly fix?: string | undefined;
}

export const problemError = ({ field, reason, value, fix }: Problem): InputError =>
  new InputError(reason, { field, fix, ...(value === undefined ? {} : { value }) });

/** All that is wrong, each with its path, value and fix; or the settings with their defaults. */
export type Validated<T> = { readonly settings: T } | { readonly problems: readonly Problem[] };

/** A property path as people write it: `apps[1].appId`. */
export const shownPath = (path: readonly PropertyKey[]): string =>
  path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`)).join("");

/** What stands at a path; undefined where there is none. */
export const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    input,
  );

const problemsOf = (
  issue: z.core.$ZodIssue,
  input: unknown,
  known: (path: readonly PropertyKey[]) => string,
): Problem[] => {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return {
        field: shownPath(path),
        reason: "is not a setting",
        value: valueAt(input, path),
        fix: ["remove it", known(issue.path)].filter((part) => part !== "").join(", or write one of "),
      };
    });
  }
  const field = shownPath(issue.path);
  const value = valueAt(input, issue.path);
  const fix = issue.code === "custom" ? (issue.params?.fix as string | undefined) : undefined;
  return [{ field, reason: issue.message, value, fix }];
};

const unwrap = (schema: unknown): unknown => {
  const def = (schema as { def?: { innerType?: unknown; element?: unknown } } | undefined)?.def;
  return def?.innerType === undefined ? schema : unwrap(def.innerType);
};

const keysAt =
  (schema: z.ZodType) =>
  (path: readonly PropertyKey[]): string => {
    const at = path.reduce<unknown>((current, key) => {
      const inner = unwrap(current) as { shape?: Record<PropertyKey, unknown>; element?: unknown };
      return typeof key === "number" ? inner.element : inner.shape?.[key];
    }, schema);
    return Object.keys((unwrap(at) as { shape?: object }).shape ?? {}).join(", ");
  };

/** Checks settings that name no resources, and fills in the defaults. */
export const validatePlain = <T>(schema: z.ZodType<T>, input: unknown): Validated<T> => {
  const result = schema.safeParse(input);
  return result.success
    ? { settings: result.data }
    : { problems: result.error.issues.flatMap((issue) => problemsOf(issue, input, keysAt(schema))) };
};

/** Checks one component's settings and fills in the defaults. `stack` is the environment where none is given. */
export const validateSettings = <T extends { naming: z.output<typeof namingSchema> }>(
  schema: z.ZodType<T>,
  input: unknown,
  stack: string,
): Validated<WithEnvironment<T>> => {
  const result = schema.safeParse(input);
  if (!result.success) {
    return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, input, keysAt(schema))) };
  }
  const { naming } = result.data;
  const environment = naming.environment ?? stack;
  if (!WORD.test(environment)) {
    const reason = "is by default the stack's name, which does not fit into names";
    return { problems: [{ field: "naming.environment", reason, value: environment, fix: WORD_FIX }] };
  }
  return { settings: { ...result.data, naming: { ...naming, environment } } };
};

/** Checks a lake's settings and fills in the defaults. `stack` is the environment where none is given. */
export const validateLake = (input: unknown, stack: string): Validated<LakeSettings> =>
  validateSettings(lakeSchema, input, stack);

/** Checks a pipeline's settings and fills in the defaults. */
export const validatePipeline = (input: unknown, stack: string): Validated<PipelineSettings> =>
  validateSettings(pipelineSchema, input, stack);

/** After the compaction, when the day before has its partitions. */
const DAILY_CRAWL = "cron(30 5 * * ? *)";

/** When the backfill runs by itself: a crawler that nobody starts finds nothing. */
export const backfillSchedule = ({
  catalog,
  backfill,
}: Pick<PipelineSettings, "catalog" | "backfill">): string | undefined =>
  backfill.schedule ?? (catalog === "crawler" ? DAILY_CRAWL : undefined);
