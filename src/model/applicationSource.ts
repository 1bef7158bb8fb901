/** The settings of a source of application logs: the reader's own, and those of what is deployed around it. */
import * as z from "zod";
import { APPLICATION_DATABASE, SERVICES_DATABASE } from "./applicationCatalog";
import { applicationShape, checkApplication } from "./applicationSettings";
import { validateSettings, type Validated, type WithEnvironment } from "./configuration";
import { report, type Context } from "./configurationChecks";
import { defaultTableLevel } from "./crawlerRules";
import { ATHENA_NAME } from "./names";
import { choice, flag, text } from "./settingRules";
import { crawlerSchema, sourceShape } from "./sourceSettings";

export const APPLICATION_LAYOUTS = ["single", "perService"] as const;

/** As the source has it. */
const EVERY_SIX_HOURS = "cron(0 */6 * * ? *)";

/** Before crawled tables' names where declared ones have the same: `api_gateway` of the raw files beside that of the rows. */
const RAW_TABLE_PREFIX = "raw_";

const database = () => text(ATHENA_NAME, "must be a name that Athena takes", "use a-z, 0-9 and _");

const applicationCrawler = crawlerSchema(EVERY_SIX_HOURS).extend({
  prefix: text(
    /^[^/\s*?](?:[^\s*?]*[^/\s*?])?$/,
    "must be a prefix without slashes at its ends",
    "write for example logs",
  )
    .default("logs")
    .describe("Where the crawler looks in the bucket: the folders right below it are tables."),
  onDemand: flag()
    .default(false)
    .describe("Whether the crawler has no schedule: it runs when its state machine is started, or by hand."),
  tablePrefix: text(/^[a-z0-9_]*$/, "must be the beginning of a name that Athena takes", "use a-z, 0-9 and _")
    .optional()
    .describe("Before the names of crawled tables. Default: raw_ in the layout perService, else none."),
});

interface Checked {
  readonly layout: (typeof APPLICATION_LAYOUTS)[number];
  readonly services: readonly string[];
  readonly database: string;
  readonly servicesDatabase: string;
  readonly crawler?: z.output<typeof applicationCrawler> | undefined;
}

const checkSource = ({ layout, services, crawler, ...settings }: Checked, context: Context): void => {
  if (layout === "perService" && services.length === 0)
    report(context, ["services"], "is needed by layout perService", 'list the services, like ["api-gateway"]');
  if (settings.database === settings.servicesDatabase)
    report(context, ["servicesDatabase"], "is the name of database too", "give each a name of its own");
  if (crawler === undefined) return;
  const lowest = defaultTableLevel(crawler.prefix.split("/")) - 1;
  if (crawler.tableLevel !== undefined && crawler.tableLevel < lowest)
    report(context, ["crawler", "tableLevel"], `is above the prefix ${crawler.prefix}`, `write ${lowest} or more`);
  if (layout === "perService" && crawler.tablePrefix === "")
    report(
      context,
      ["crawler", "tablePrefix"],
      "would give crawled tables the names of declared ones",
      `write ${RAW_TABLE_PREFIX}, or leave it out`,
    );
};

export const applicationSourceSchema = z
  .strictObject({
    ...sourceShape,
    ...applicationShape,
    database: database()
      .default(APPLICATION_DATABASE)
      .describe("Glue database of the tables processed_logs and errors_logs."),
    layout: choice(APPLICATION_LAYOUTS)
      .default("single")
      .describe("perService: one table for each of the services besides, over the same files."),
    servicesDatabase: database()
      .default(SERVICES_DATABASE)
      .describe("Glue database of the services' own tables, and of those that the crawler finds."),
    crawler: applicationCrawler.optional().describe("A crawler over the delivered files. Default: none."),
  })
  .superRefine(checkApplication)
  .superRefine(checkSource);

export type ApplicationSourceSettings = WithEnvironment<z.output<typeof applicationSourceSchema>>;

/** Before the names of tables that the crawler makes. */
export const crawledTablePrefix = ({
  layout,
  crawler,
}: Pick<ApplicationSourceSettings, "layout" | "crawler">): string =>
  crawler?.tablePrefix ?? (layout === "perService" ? RAW_TABLE_PREFIX : "");

type Rules = ApplicationSourceSettings["rules"];
type Fields = ApplicationSourceSettings["fields"];

/** A value of a rule as its field has it: programs in most languages can write a list of text only. */
const typedValue = (type: Fields[number]["type"] | undefined, value: string | number | boolean) => {
  if (typeof value !== "string") return value;
  const isNumber = type === "int" || type === "bigint" || type === "double";
  if (isNumber && value.trim() !== "" && Number.isFinite(Number(value))) return Number(value);
  return type === "boolean" && /^(true|false)$/.test(value) ? value === "true" : value;
};

const typedRules = (rules: Rules, fields: Fields): Rules =>
  rules.map((rule) => {
    if (rule.rule !== "enum") return rule;
    const type = fields.find(({ name }) => name === rule.field)?.type;
    return { ...rule, values: rule.values.map((value) => typedValue(type, value)) };
  });

/** The settings that the function reads, of all that the component has. */
export const readerSettings = (settings: ApplicationSourceSettings) => {
  const { fields, rules, pattern, defaultService, services, years, ipPolicy, saltParameter } = settings;
  const salt = saltParameter === undefined ? {} : { saltParameter };
  return { fields, rules: typedRules(rules, fields), pattern, defaultService, services, years, ipPolicy, ...salt };
};

/** Checks the settings, without the lake, and fills in the defaults. `stack` is the environment where none is given. */
export const validateApplicationSource = (input: unknown, stack: string): Validated<ApplicationSourceSettings> =>
  validateSettings(applicationSourceSchema, input, stack);
