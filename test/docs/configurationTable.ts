/** The configuration's table, made from the schema that checks it: `node scripts/docs.mjs` writes it into the docs. */
import { z } from "zod";
import { configField, CONFIG_KEYS } from "../../components/stackConfig";
import { validatePipeline } from "../../src/model/configuration";
import { pipelineSchema } from "../../src/model/configurationSchema";

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
}

export interface Setting {
  /** Path of the argument: `retention.rawDays`, `apps[].name`. */
  readonly path: string;
  /** Key of the program's stack config; undefined where there is none, or the setting stands inside another's JSON. */
  readonly key: string | undefined;
  readonly default: unknown;
  readonly required: boolean;
  readonly description: string;
  /** What values are taken, in the words of the error; undefined where that says nothing. */
  readonly takes: string | undefined;
}

const APP = { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" };

/** Puts a value at a path into arguments that are right otherwise. */
const withValue = (path: readonly string[], value: unknown): unknown => {
  const [head, ...rest] = path;
  if (head === "apps[]") return { apps: [{ ...APP, [rest[0]!]: value }] };
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return { apps: [APP], [head!]: nested };
};

/** No setting takes an empty list of lists: the answer says what it does take. */
const whatItTakes = (path: readonly string[]): string | undefined => {
  const result = validatePipeline(withValue(path, [[]]), "inftes");
  const reason = "problems" in result ? result.problems[0]!.reason : "";
  return /^must be (?!an? (name|short|schedule|prefix))/.test(reason) ? reason.replace("must be ", "") : undefined;
};

const flatten = (schema: JsonSchema, path: readonly string[] = []): Setting[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const own = [...path, name];
    if (property.properties !== undefined) return flatten(property, own);
    const word = configField(own.join("."), "").slice(1);
    const setting: Setting = {
      path: own.join("."),
      key: CONFIG_KEYS.includes(word) ? word : undefined,
      default: property.default,
      required: schema.required?.includes(name) === true && property.default === undefined,
      description: property.description ?? "",
      takes: whatItTakes(own),
    };
    const items = property.items?.properties === undefined ? [] : flatten(property.items, [...path, `${name}[]`]);
    return [setting, ...items];
  });

/** All settings of a pipeline, apps first. */
export const pipelineSettings = (): Setting[] => {
  const schema = z.toJSONSchema(pipelineSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const settings = flatten(schema);
  const isApp = ({ path }: Setting): boolean => path.startsWith("apps");
  return [...settings.filter(isApp), ...settings.filter((setting) => !isApp(setting))];
};

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text: string): string => `\`${text}\``;

const defaultCell = ({ required, default: value }: Setting): string => {
  if (required) return "required";
  return value === undefined ? "" : code(typeof value === "string" ? value : JSON.stringify(value));
};

const HEAD = ["Argument", "Key in the stack's config", "Default", "Meaning"];

/** The table in Markdown, aligned as Prettier aligns it. */
export const renderConfigurationTable = (settings: readonly Setting[]): string => {
  const rows = settings.map((setting) => [
    code(setting.path),
    setting.key === undefined ? "" : code(setting.key),
    defaultCell(setting),
    setting.description + (setting.takes === undefined ? "" : ` Takes ${setting.takes}.`),
  ]);
  const cells = [HEAD, ...rows].map((row) => row.map(cell));
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(cells[0]!), line(widths.map((width) => "-".repeat(width))), ...cells.slice(1).map(line)].join("\n");
};

const BEGIN = "<!-- made by scripts/docs.mjs: begin -->";
const END = "<!-- made by scripts/docs.mjs: end -->";

/** What most people set: the README's part of the table. */
const COMMON = [
  ...["apps", "apps[].name", "apps[].appId", "apps[].domainName", "schedule", "delayMinutes", "lookbackHours"],
  ...["settlingHours", "retention.rawDays", "retention.tableDays", "ipPolicy", "encryption", "protectData"],
  ...["database.name", "tableName", "scanLimitGigabytes", "alarms.emails"],
];

const commonSettings = (): Setting[] => {
  const all = new Map(pipelineSettings().map((setting) => [setting.path, setting]));
  return COMMON.map((path) => {
    const setting = all.get(path);
    if (setting === undefined) throw new Error(`there is no setting ${path}: correct COMMON`);
    return setting;
  });
};

/** The documents that hold a table, by path from the package's root, and its rows. */
export const DOCUMENTS: Readonly<Record<string, () => readonly Setting[]>> = {
  "README.md": commonSettings,
  "docs/configuration.md": pipelineSettings,
};

/** The document with the table that it should have. @throws Error when the marks are missing. */
export const withConfigurationTable = (document: string, settings: readonly Setting[]): string => {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`the document lacks ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${renderConfigurationTable(settings)}\n\n${document.slice(end)}`;
};
