/**
 * The settings as the component writes them, checked and complete, and as the function reads them. The function has 128 MB, of which
 * the library that checked them would take seven: what a hand may have changed since is looked at here.
 */
import { InputError } from "../errors";
import { FIELD_TYPES, TIMESTAMP_FIELD, type ApplicationField } from "./applicationColumns";
import { RULE_KINDS, type ApplicationRule } from "./applicationRules";
import { IP_POLICIES, type IpPolicy } from "./ipPolicy";

export interface ApplicationSettings {
  readonly fields: readonly ApplicationField[];
  readonly rules: readonly ApplicationRule[];
  readonly pattern: string;
  readonly defaultService: string;
  readonly services: readonly string[];
  readonly years: { readonly first: number; readonly last: number };
  readonly ipPolicy: IpPolicy;
  readonly saltParameter?: string | undefined;
}

export const renderApplicationSettings = (settings: ApplicationSettings): string =>
  `${JSON.stringify(settings, null, 2)}\n`;

type Json = Readonly<Record<string, unknown>>;

const FIX = "run pulumi up, which writes them";

/** @throws InputError with the path of what is not as the component writes it. */
export const parseApplicationSettings = (text: string, key: string): ApplicationSettings => {
  const wrong = (path: string, reason: string, value?: unknown, fix = FIX): InputError =>
    new InputError(reason, { field: `${key}: ${path}`, fix, ...(value === undefined ? {} : { value }) });
  const objectAt = (path: string, value: unknown): Json => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw wrong(path, "must be an object", value);
    return value as Json;
  };
  const listAt = (path: string, value: unknown): readonly Json[] => {
    if (!Array.isArray(value)) throw wrong(path, "must be a list", value);
    return value.map((item, i) => objectAt(`${path}[${i}]`, item));
  };
  const textAt = (path: string, value: unknown): void => {
    if (typeof value !== "string" || value === "") throw wrong(path, "must be text", value);
  };
  const oneOf = (path: string, value: unknown, known: readonly string[]): void => {
    if (!known.includes(value as string))
      throw wrong(path, `must be one of ${known.join(", ")}`, value, `choose one of ${known.join(", ")}`);
  };

  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (cause) {
    throw new InputError("the settings are not JSON", { field: key, cause, fix: FIX });
  }
  const settings = objectAt("settings", input);
  const fields = listAt("fields", settings["fields"]);
  fields.forEach(({ name, type }, i) => {
    textAt(`fields[${i}].name`, name);
    oneOf(`fields[${i}].type`, type, FIELD_TYPES);
  });
  if (!fields.some(({ name }) => name === TIMESTAMP_FIELD)) throw wrong("fields", `lacks ${TIMESTAMP_FIELD}`);
  listAt("rules", settings["rules"]).forEach(({ rule, field }, i) => {
    oneOf(`rules[${i}].rule`, rule, RULE_KINDS);
    textAt(`rules[${i}].field`, field);
  });
  textAt("pattern", settings["pattern"]);
  textAt("defaultService", settings["defaultService"]);
  const { first, last } = objectAt("years", settings["years"]);
  if (!Number.isInteger(first) || !Number.isInteger(last))
    throw wrong("years", "must have first and last", { first, last });
  oneOf("ipPolicy", settings["ipPolicy"], IP_POLICIES);
  return settings as unknown as ApplicationSettings;
};
