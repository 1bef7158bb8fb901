/** Checks a pack's configuration before anything is judged by it. The pack and the command use the same checks. */
import { parseNamePattern } from "../model/names";

export const ENFORCEMENT_LEVELS = ["advisory", "mandatory", "remediate", "disabled"] as const;
export type EnforcementLevel = (typeof ENFORCEMENT_LEVELS)[number];

/** The part of JSON schema that settings use; Pulumi's engine checks the same. */
export interface SettingSchema {
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly items?: SettingSchema;
  readonly additionalProperties?: SettingSchema;
  /** `regex`: text that compiles; `name-pattern`: one that names can be made by. */
  readonly format?: string;
}

export interface RuleSchema {
  readonly name: string;
  /** By name; `enforcementLevel` is no setting of a rule's own. */
  readonly settings: Readonly<Record<string, SettingSchema>>;
}

export interface RuleSettings {
  readonly enforcementLevel?: EnforcementLevel;
  readonly settings: Readonly<Record<string, unknown>>;
}

export type RuleConfiguration = Readonly<Record<string, RuleSettings>>;
export type CheckedConfiguration =
  { readonly configuration: RuleConfiguration } | { readonly problems: readonly string[] };

/** The rule that stands for every rule: Pulumi's own word for it. */
export const ALL_RULES = "all";

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const problem = (key: string, value: unknown, wanted: string): string =>
  `${key}: must be ${wanted} (got ${shown(value)})`;

/** Format to what it is called, and what throws when a text is none. */
const FORMATS: Readonly<Record<string, readonly [string, (text: string) => unknown]>> = {
  regex: ["a regular expression that compiles", (text) => new RegExp(text)],
  "name-pattern": ["a pattern of names", parseNamePattern],
};

const formatError = (text: string, read: (text: string) => unknown): string | undefined => {
  try {
    read(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

const checkText = (key: string, value: string, schema: SettingSchema): string[] => {
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return [problem(key, value, `one of ${schema.enum.join(", ")}`)];
  }
  const format = FORMATS[schema.format ?? ""];
  const broken = format === undefined ? undefined : formatError(value, format[1]);
  return format === undefined || broken === undefined ? [] : [problem(key, value, `${format[0]}: ${broken}`)];
};

const checkValue = (key: string, value: unknown, schema: SettingSchema): string[] => {
  switch (schema.type) {
    case "string":
      return typeof value === "string" ? checkText(key, value, schema) : [problem(key, value, "text")];
    case "boolean":
      return typeof value === "boolean" ? [] : [problem(key, value, "true or false")];
    case "integer": {
      const least = schema.minimum ?? Number.MIN_SAFE_INTEGER;
      if (Number.isSafeInteger(value) && (value as number) >= least) return [];
      return [
        problem(key, value, schema.minimum === undefined ? "a whole number" : `a whole number from ${least} upwards`),
      ];
    }
    case "array":
      if (!Array.isArray(value)) return [problem(key, value, "a list")];
      return value.flatMap((item, index) => checkValue(`${key}[${index}]`, item, schema.items!));
    case "object":
      if (!isObject(value)) return [problem(key, value, "an object")];
      return Object.entries(value).flatMap(([name, item]) =>
        checkValue(`${key}.${name}`, item, schema.additionalProperties!),
      );
    default:
      return schema.type satisfies never;
  }
};

/** One rule's settings, without its enforcement level. Gives the problems, one sentence each. */
export const checkSettings = (
  rule: string,
  given: Readonly<Record<string, unknown>>,
  settings: RuleSchema["settings"],
): string[] =>
  Object.entries(given).flatMap(([name, value]) => {
    const schema = settings[name];
    if (schema !== undefined) return checkValue(`${rule}.${name}`, value, schema);
    const known = ["enforcementLevel", ...Object.keys(settings)].join(", ");
    return [`${rule}.${name}: is not a setting of this rule; its settings are ${known}`];
  });

const checkLevel = (key: string, level: unknown): string[] =>
  (ENFORCEMENT_LEVELS as readonly unknown[]).includes(level)
    ? []
    : [problem(key, level, `one of ${ENFORCEMENT_LEVELS.join(", ")}`)];

/** A rule's entry: a level, or an object with a level and settings. */
const splitEntry = (entry: unknown): { level: unknown; settings: Record<string, unknown> } | undefined => {
  if (typeof entry === "string") return { level: entry, settings: {} };
  if (!isObject(entry)) return undefined;
  const { enforcementLevel: level, ...settings } = entry;
  return { level, settings };
};

/** Names that do not exist are listed with those that do. */
export const checkNames = (names: readonly string[], rules: readonly string[]): string[] =>
  names
    .filter((name) => name !== ALL_RULES && !rules.includes(name))
    .map((name) => `${name}: there is no such rule; the rules are ${[ALL_RULES, ...rules].join(", ")}`);

/** The content of a configuration file, against the rules that it may name. */
export const checkConfiguration = (content: unknown, rules: readonly RuleSchema[]): CheckedConfiguration => {
  if (!isObject(content))
    return { problems: [problem("configuration", content, "an object: rule to level or settings")] };
  const problems = checkNames(
    Object.keys(content),
    rules.map(({ name }) => name),
  );
  const configuration: Record<string, RuleSettings> = {};
  for (const [name, entry] of Object.entries(content)) {
    const rule = rules.find((known) => known.name === name);
    if (rule === undefined && name !== ALL_RULES) continue;
    const split = splitEntry(entry);
    if (split === undefined) {
      problems.push(problem(name, entry, `one of ${ENFORCEMENT_LEVELS.join(", ")}, or an object`));
      continue;
    }
    const { level, settings } = split;
    if (level !== undefined) problems.push(...checkLevel(`${name}.enforcementLevel`, level));
    problems.push(...checkSettings(name, settings, rule?.settings ?? {}));
    configuration[name] = { ...(level === undefined ? {} : { enforcementLevel: level as EnforcementLevel }), settings };
  }
  return problems.length === 0 ? { configuration } : { problems };
};
