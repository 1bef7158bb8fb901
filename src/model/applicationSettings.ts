/** The settings of the application logs' reader: schema, rules and defaults, once. */
import * as z from "zod";
import { DEFAULT_FIELDS, FIELD_TYPES, isReservedField, SERVICE_FIELD, TIMESTAMP_FIELD } from "./applicationColumns";
import type { ApplicationSettings } from "./applicationSettingsFile";
import { serviceTableName } from "./applicationCatalog";
import { safeService } from "./applicationKeys";
import { DEFAULT_RULES, type ApplicationRule } from "./applicationRules";
import { ruleSchema } from "./applicationRuleSchema";
import { validatePlain, type Validated } from "./configuration";
import { DEFAULT_PATTERN } from "./lineGrammar";
import { parsePattern } from "./regexParser";
import { ATHENA_NAME } from "./names";
import { choice, flag, text, whole } from "./settingRules";
import { privacyShape } from "./sharedSettings";

const fieldSchema = z.strictObject({
  name: text(ATHENA_NAME, "must be a name that Athena takes", "use a-z, 0-9 and _").describe(
    "Name of the column, and of the field in the log.",
  ),
  type: choice(FIELD_TYPES).describe("Type of the column."),
  comment: z.string().max(255).optional().describe("What it means."),
  address: flag().optional().describe("Whether it is an address, which ipPolicy treats. Default: false."),
});

const service = () =>
  text(
    /^[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?$/,
    "must be a name that can be a part of keys",
    "use a-z, 0-9, _ and hyphens inside, at most 64 characters",
  );

const MOST_FIELDS = 200;
const MOST_RULES = 200;

/** What a component asks its users for, besides where logs lie. */
export const applicationShape = {
  fields: z
    .array(fieldSchema)
    .min(1, "must name at least the field timestamp")
    .max(MOST_FIELDS, `must be at most ${MOST_FIELDS} fields`)
    .default(DEFAULT_FIELDS.map((field) => ({ ...field })))
    .describe("Fields that have columns of their own; others are kept as JSON in the column extra."),
  rules: z
    .array(ruleSchema)
    .max(MOST_RULES, `must be at most ${MOST_RULES} rules`)
    .default(DEFAULT_RULES.map((rule) => ({ ...rule })))
    .describe("What a row must keep; a line that breaks one is an error row, with the reason."),
  pattern: z
    .string()
    .default(DEFAULT_PATTERN)
    .describe("Regular expression with named groups, for lines that are no JSON; timestamp must be among the groups."),
  defaultService: service().default("unknown").describe("Service of rows where neither line nor key names one."),
  services: z.array(service()).default([]).describe("Services that are known beforehand; others are read as well."),
  years: z
    .strictObject({
      first: whole(1970, 2200, "years").default(2020).describe("First year that a row may be of."),
      last: whole(1970, 2200, "years").default(2040).describe("Last year that a row may be of."),
    })
    .prefault({})
    .describe("Years of the tables; a row of another year is an error row, as no table would show it."),
  ...privacyShape,
};

type Checked = z.output<z.ZodObject<typeof applicationShape>>;
type Report = (path: PropertyKey[], message: string, fix: string) => void;

const checkFields = ({ fields }: Checked, report: Report): void => {
  fields.forEach(({ name, type, address }, i) => {
    if (isReservedField(name))
      report(["fields", i, "name"], "is a column that each row has by itself", "choose another name, or leave it out");
    if (fields.findIndex((field) => field.name === name) !== i)
      report(["fields", i, "name"], "is listed twice", "remove one");
    if (address === true && type !== "string")
      report(["fields", i, "type"], "cannot hold an address", "write string, or leave address out");
  });
  const timestamp = fields.find(({ name }) => name === TIMESTAMP_FIELD);
  if (timestamp?.type !== "string")
    report(
      ["fields"],
      "lacks the string timestamp, which decides a row's day",
      `add {"name": "timestamp", "type": "string"}`,
    );
};

/** Nobody wrote these: where fields are the user's own, a default rule on another field says nothing. */
const isDefaultRule = (rule: ApplicationRule): boolean =>
  DEFAULT_RULES.some((known) => JSON.stringify(known) === JSON.stringify(rule));

const checkRules = ({ fields, rules }: Checked, report: Report): void => {
  const known = [...fields.map(({ name }) => name), SERVICE_FIELD];
  rules.forEach((rule, i) => {
    if (isDefaultRule(rule)) return;
    const named = rule.rule === "cross" ? (["field", "other"] as const) : (["field"] as const);
    for (const property of named) {
      const name = (rule as { readonly field: string; readonly other?: string })[property]!;
      if (!known.includes(name))
        report(["rules", i, property], "is not a field", `add it to fields, or write one of ${known.join(", ")}`);
    }
    if (rule.rule === "range" && rule.min === undefined && rule.max === undefined)
      report(["rules", i], "has no bound", "add min or max");
    if (rule.rule === "range" && rule.min !== undefined && rule.max !== undefined && rule.min > rule.max)
      report(["rules", i, "max"], "is below min", "write the bounds in order");
    if (rule.rule === "regex") {
      const parsed = parsePattern(rule.pattern);
      if ("problem" in parsed) report(["rules", i, "pattern"], parsed.problem, parsed.fix);
    }
  });
};

const checkLinePattern = ({ pattern }: Checked, report: Report): void => {
  const parsed = parsePattern(pattern);
  if ("problem" in parsed) return report(["pattern"], parsed.problem, parsed.fix);
  if (!parsed.groups.includes(TIMESTAMP_FIELD))
    report(["pattern"], "has no group timestamp, without which a row has no day", "add (?<timestamp>...)");
};

const checkServices = ({ services }: Checked, report: Report): void => {
  const tables = services.map(serviceTableName);
  services.forEach((name, i) => {
    if (tables.indexOf(tables[i]!) !== i)
      report(
        ["services", i],
        `would have the table ${tables[i]} of services[${tables.indexOf(tables[i]!)}]`,
        "remove one",
      );
    if (safeService(name) !== name)
      report(["services", i], "is not as the reader writes services", `write ${safeService(name) ?? "another name"}`);
  });
};

/** What no single setting shows; a component's schema that has `applicationShape` uses it too. */
export const checkApplication = (settings: Checked, context: z.core.$RefinementCtx): void => {
  const report: Report = (path, message, fix) =>
    void context.issues.push({ code: "custom", input: undefined, path, message, params: { fix } });
  checkFields(settings, report);
  checkRules(settings, report);
  checkLinePattern(settings, report);
  checkServices(settings, report);
  const { ipPolicy, saltParameter, years } = settings;
  if (ipPolicy === "hashed" && saltParameter === undefined)
    report(["saltParameter"], "is needed by ipPolicy hashed", "write the name of a SecureString parameter");
  if (ipPolicy !== "hashed" && saltParameter !== undefined)
    report(["saltParameter"], `is not used by ipPolicy ${ipPolicy}`, "remove it, or choose ipPolicy hashed");
  if (years.first > years.last) report(["years", "last"], "is before years.first", "write the years in order");
};

export const applicationSchema = z.strictObject(applicationShape).superRefine(checkApplication);

/** Checks settings and fills in the defaults: all that is wrong, each with its path, value and fix. */
export const validateApplication = (input: unknown): Validated<ApplicationSettings> =>
  validatePlain(applicationSchema, input);
