/** The configuration's table, made from the schema that checks it: `node scripts/docs.mjs` writes it into the docs. */
import { z } from "zod";
import { configField, CONFIG_KEYS } from "../../components/stackConfig";
import { applicationSourceSchema, validateApplicationSource } from "../../src/model/applicationSource";
import { cloudFrontSchema, validateCloudFront } from "../../src/model/cloudFrontSchema";
import { validatePipeline, type Validated } from "../../src/model/configuration";
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

/** A component whose settings are shown. */
interface Shown {
  readonly schema: z.ZodType;
  readonly validate: (input: unknown, stack: string) => Validated<unknown>;
  /** Arguments that are right. */
  readonly right: Readonly<Record<string, unknown>>;
  /** Whether its settings are keys of the stack's config; else they stand inside the JSON of one. */
  readonly hasKeys: boolean;
}

const PIPELINE: Shown = {
  schema: pipelineSchema,
  validate: validatePipeline,
  right: { apps: [{ name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" }] },
  hasKeys: true,
};
const CLOUDFRONT: Shown = {
  schema: cloudFrontSchema,
  validate: validateCloudFront,
  right: { distributions: [{ name: "docs", distributionId: "E1ABCDEF234567" }] },
  hasKeys: false,
};
const APPLICATION: Shown = {
  schema: applicationSourceSchema,
  validate: validateApplicationSource,
  right: {},
  hasKeys: false,
};

/** Puts a value at a path into arguments that are right otherwise. */
const withValue = (right: Shown["right"], path: readonly string[], value: unknown): unknown => {
  const [head, ...rest] = path;
  const list = head!.replace("[]", "");
  if (list !== head) {
    const [item] = (right[list] ?? [{}]) as readonly object[];
    return { ...right, [list]: [{ ...item, [rest[0]!]: value }] };
  }
  const nested = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
  return { ...right, [head]: nested };
};

/** No setting takes an empty list of lists: the answer says what it does take. */
const whatItTakes = ({ validate, right }: Shown, path: readonly string[]): string | undefined => {
  const result = validate(withValue(right, path, [[]]), "inftes");
  const reason = "problems" in result ? result.problems[0]!.reason : "";
  return /^must be (?!an? (name|short|schedule|prefix))/.test(reason) ? reason.replace("must be ", "") : undefined;
};

const flatten = (of: Shown, schema: JsonSchema, path: readonly string[] = []): Setting[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const own = [...path, name];
    if (property.properties !== undefined) return flatten(of, property, own);
    const word = configField(own.join("."), "").slice(1);
    const setting: Setting = {
      path: own.join("."),
      key: of.hasKeys && CONFIG_KEYS.includes(word) ? word : undefined,
      default: property.default,
      required: schema.required?.includes(name) === true && property.default === undefined,
      description: property.description ?? "",
      takes: whatItTakes(of, own),
    };
    const items = property.items?.properties === undefined ? [] : flatten(of, property.items, [...path, `${name}[]`]);
    return [setting, ...items];
  });

const settingsOf = (of: Shown): Setting[] =>
  flatten(of, z.toJSONSchema(of.schema, { io: "input", unrepresentable: "any" }) as JsonSchema);

/** All settings of a pipeline, apps first. */
export const pipelineSettings = (): Setting[] => {
  const settings = settingsOf(PIPELINE);
  const isApp = ({ path }: Setting): boolean => path.startsWith("apps");
  return [...settings.filter(isApp), ...settings.filter((setting) => !isApp(setting))];
};

/** What names, tags and functions are made from is the same for each component, and told once. */
const SHARED = /^(naming\.|owner$|costCenter$|tags$|runtime$|logDays$|saltParameter$)/;
const ownSettings = (of: Shown) => (): Setting[] => settingsOf(of).filter(({ path }) => !SHARED.test(path));

export const cloudFrontSettings = ownSettings(CLOUDFRONT);
export const applicationSettings = ownSettings(APPLICATION);

const sourceKey = (key: string, description: string): Setting => ({
  path: key,
  key,
  default: undefined,
  required: false,
  description,
  takes: undefined,
});

/** What the program takes: the pipeline's settings, and the further sources on its lake. */
export const programSettings = (): Setting[] => [
  ...pipelineSettings(),
  sourceKey("cloudFront", "CloudFront's own logs in the same lake, as JSON: the arguments of a CloudFrontLogs."),
  sourceKey("applicationLogs", "Application logs in the same lake, as JSON: the arguments of an ApplicationLogs."),
];

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const code = (text: string): string => `\`${text}\``;

/** A column that is wider pushes all others out of sight; the document says such a default in words. */
const WIDEST_DEFAULT = 100;

const defaultCell = ({ required, default: value }: Setting): string => {
  if (required) return "required";
  const text = value === undefined || typeof value === "string" ? value : JSON.stringify(value);
  if (text !== undefined && text.length > WIDEST_DEFAULT) return "see above";
  return text === undefined ? "" : code(text);
};

const HEAD = ["Argument", "Key in the stack's config", "Default", "Meaning"];
const KEY_COLUMN = 1;

/** The table in Markdown, aligned as Prettier aligns it; without the column of keys where no setting has one. */
export const renderConfigurationTable = (settings: readonly Setting[]): string => {
  const rows = settings.map((setting) => [
    code(setting.path),
    setting.key === undefined ? "" : code(setting.key),
    defaultCell(setting),
    setting.description + (setting.takes === undefined ? "" : ` Takes ${setting.takes}.`),
  ]);
  const hasKeys = settings.some(({ key }) => key !== undefined);
  const cells = [HEAD, ...rows].map((row) => row.filter((_, i) => hasKeys || i !== KEY_COLUMN).map(cell));
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
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
  "docs/configuration.md": programSettings,
  "docs/cloudfront.md": cloudFrontSettings,
  "docs/application-logs.md": applicationSettings,
};

/** The document with the table that it should have. @throws Error when the marks are missing. */
export const withConfigurationTable = (document: string, settings: readonly Setting[]): string => {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`the document lacks ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${renderConfigurationTable(settings)}\n\n${document.slice(end)}`;
};
