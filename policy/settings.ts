/** A rule's settings: one definition makes the schema that Pulumi shows and checks, the default, and the type that the rule reads. */
import type { SettingSchema } from "../src/judge/ruleConfiguration";

export interface Setting<Value> {
  readonly schema: SettingSchema;
  readonly default: Value;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type SettingValues<Definitions extends Settings> = {
  readonly [Name in keyof Definitions]: Definitions[Name]["default"];
};

const setting = <Value>(value: Value, schema: Omit<SettingSchema, "default">): Setting<Value> => ({
  default: value,
  schema: { ...schema, default: value },
});

export const integer = (description: string, value: number, minimum: number): Setting<number> =>
  setting(value, { type: "integer", description, minimum });

export const flag = (description: string, value: boolean): Setting<boolean> =>
  setting(value, { type: "boolean", description });

export const texts = (
  description: string,
  value: readonly string[],
  allowed?: readonly string[],
): Setting<readonly string[]> =>
  setting(value, {
    type: "array",
    description,
    items: { type: "string", ...(allowed === undefined ? {} : { enum: allowed }) },
  });

/** As `naming.pattern` of the pipeline has it. */
export const namePattern = (description: string, value: string): Setting<string> =>
  setting(value, { type: "string", description, format: "name-pattern" });

/** Regular expressions of JavaScript. */
export const patterns = (description: string, value: readonly string[]): Setting<readonly string[]> =>
  setting(value, { type: "array", description, items: { type: "string", format: "regex" } });

export const textByName = (
  description: string,
  value: Readonly<Record<string, string>>,
): Setting<Readonly<Record<string, string>>> =>
  setting(value, { type: "object", description, additionalProperties: { type: "string" } });

export const textsByName = (
  description: string,
  value: Readonly<Record<string, readonly string[]>>,
): Setting<Readonly<Record<string, readonly string[]>>> =>
  setting(value, {
    type: "object",
    description,
    additionalProperties: { type: "array", items: { type: "string" } },
  });

/** What every rule takes. */
export const COMMON_SETTINGS = {
  include: patterns("Judges only resources whose name or `type::name` one of these matches; empty: all", []),
  exclude: patterns("Leaves out resources whose name or `type::name` one of these matches", []),
} as const satisfies Settings;

export const schemasOf = (settings: Settings): Record<string, SettingSchema> =>
  Object.fromEntries(Object.entries(settings).map(([name, { schema }]) => [name, schema]));

/** What was given over the defaults: an engine fills them in, other callers need not. */
export const withDefaults = <Definitions extends Settings>(
  settings: Definitions,
  given: Readonly<Record<string, unknown>>,
): SettingValues<Definitions> =>
  Object.fromEntries(
    Object.entries(settings).map(([name, { default: value }]) => [name, given[name] ?? value]),
  ) as SettingValues<Definitions>;
