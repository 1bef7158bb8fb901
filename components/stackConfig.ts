/**
 * The stack's config as a pipeline's arguments. A key is the argument's path in one word: `retention.rawDays` is
 * `retentionRawDays`. Pulumi's typed config knows no objects, so lists and maps are JSON.
 */
import type { Problem } from "../src/model/configuration";

/** How a key's text becomes a value. */
type Kind = "text" | "number" | "boolean" | "json";

interface ConfigKey {
  readonly path: readonly string[];
  readonly kind: Kind;
}

const key = (path: string, kind: Kind = "text"): ConfigKey => ({ path: path.split("."), kind });

const KEYS: readonly ConfigKey[] = [
  key("apps", "json"),
  key("otherApps", "json"),
  key("retiredApps", "json"),
  key("schedule"),
  key("settlingSchedule"),
  key("partitionSchedule"),
  key("gapSchedule"),
  key("gapDays", "number"),
  key("completeness", "boolean"),
  key("delayMinutes", "number"),
  key("lookbackHours", "number"),
  key("settlingHours", "number"),
  key("chunkDays", "number"),
  key("retention.rawDays", "number"),
  key("retention.tableDays", "number"),
  key("retention.rejectedDays", "number"),
  key("retention.resultsDays", "number"),
  key("retention.logDays", "number"),
  key("retention.auditDays", "number"),
  key("rawPrefix"),
  key("ipPolicy"),
  key("saltParameter"),
  key("encryption"),
  key("kmsKeyArn"),
  key("protectData", "boolean"),
  key("database.name"),
  key("database.create", "boolean"),
  key("tableName"),
  key("projectionYears.first", "number"),
  key("projectionYears.last", "number"),
  key("naming.project"),
  key("naming.environment"),
  key("naming.privacy"),
  key("naming.pattern"),
  key("owner"),
  key("costCenter"),
  key("tags", "json"),
  key("scanLimitGigabytes", "number"),
  key("catalog"),
  key("compaction.enabled", "boolean"),
  key("compaction.schedule"),
  key("backfill.schedule"),
  key("backfill.days", "number"),
  key("backfill.maxConcurrency", "number"),
  key("alarms.enabled", "boolean"),
  key("alarms.emails", "json"),
  key("alarms.topicArn"),
  key("alarms.freshnessHours", "number"),
  key("alarms.rejectedPercent", "number"),
  key("alarms.bucketGigabytes", "number"),
  key("alarms.scanGigabytesPerDay", "number"),
  key("audit", "boolean"),
  key("runtime"),
  key("cloudFront", "json"),
  key("applicationLogs", "json"),
];

const wordOf = (path: readonly string[]): string =>
  path.map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join("");

const BY_WORD = new Map(KEYS.map((entry) => [wordOf(entry.path), entry]));

/** All keys that the program knows. */
export const CONFIG_KEYS: readonly string[] = [...BY_WORD.keys()];

const JSON_FIX = 'write JSON, for apps [{"name": "shop", "appId": "d1a2b3c4d5e6f7", "domainName": "example.com"}]';

/** What is no number or boolean goes on as text, for the schema to say what it takes. @throws SyntaxError on broken JSON. */
const readValue = (text: string, kind: Kind): unknown => {
  switch (kind) {
    case "text":
      return text;
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "json":
      return JSON.parse(text) as unknown;
    default:
      return kind satisfies never;
  }
};

/** Sets a nested property of an object that nobody else holds. */
const setAt = (target: Record<string, unknown>, [head, ...rest]: readonly string[], value: unknown): void => {
  if (head === undefined) return;
  if (rest.length === 0) target[head] = value;
  else setAt((target[head] ??= {}) as Record<string, unknown>, rest, value);
};

/** Arguments from the config of the project's namespace (keys without it), or all that no argument can be made from. */
export const readStackConfig = (
  config: Readonly<Record<string, string>>,
  namespace: string,
): { readonly args: Record<string, unknown> } | { readonly problems: readonly Problem[] } => {
  const args: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [word, text] of Object.entries(config)) {
    const field = `${namespace}:${word}`;
    const entry = BY_WORD.get(word);
    if (entry === undefined) {
      const fix = `run pulumi config rm ${word}, or use one of ${CONFIG_KEYS.join(", ")}`;
      problems.push({ field, reason: "is not a config key of this program", value: text, fix });
      continue;
    }
    try {
      setAt(args, entry.path, readValue(text, entry.kind));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({ field, reason: `is not JSON: ${error.message}`, value: text, fix: JSON_FIX });
    }
  }
  return problems.length > 0 ? { problems } : { args };
};

/** The config key that a problem's path is about: `retention.rawDays` → `amplify-logs:retentionRawDays`. */
export const configField = (field: string, namespace: string): string => {
  const paths = KEYS.map((entry) => entry.path.join(".")).sort((a, b) => b.length - a.length);
  const path = paths.find((known) => field === known || field.startsWith(`${known}.`) || field.startsWith(`${known}[`));
  if (path === undefined) return `${namespace}:${field}`;
  return `${namespace}:${wordOf(path.split("."))}${field.slice(path.length)}`;
};

/** The same problem, under the name that the user wrote it by. */
export const underConfigKey = (problem: Problem, namespace: string): Problem => ({
  ...problem,
  field: configField(problem.field, namespace),
});
