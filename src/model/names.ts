/**
 * Physical names and tags, made and checked in one place. Athena's names have their own rule and are made in the catalogue.
 */
import { createHash } from "node:crypto";
import { InputError } from "../errors";

/** What a resource is for. n belongs to the role, never to a position in a list: removing an app renames nothing. */
export interface ResourceRole {
  readonly component: "logging" | "pipeline" | "orchestration" | "monitoring" | "analysis";
  /** Kind of resource: lm Lambda, ir IAM role, ip IAM policy, ss S3 bucket, sf state machine, eb rule or schedule, sg schedule group, wg workgroup, sq queue, sn topic, al alarm, db dashboard, kk key, gl crawler, gs security configuration of Glue, ct trail. */
  readonly type: keyof typeof NAME_LIMITS;
  readonly n: number;
  /** Whether one exists for each app: its name then ends in the app's. */
  readonly perApp?: true;
  /** Whether the name must be unique in the world: it then holds the account. */
  readonly global?: true;
}

/** Longest physical name by type, characters, from each service's API reference. */
export const NAME_LIMITS = {
  lm: 64,
  ir: 64,
  ip: 128,
  ss: 63,
  sf: 80,
  eb: 64,
  sg: 64,
  wg: 128,
  sq: 80,
  sn: 256,
  al: 255,
  db: 255,
  kk: 250,
  gl: 255,
  gs: 255,
  ct: 128,
} as const;

/** Every role of the product. Type and n together are unique, so that a pattern without {component} still tells roles apart. */
export const ROLES = {
  fetcher: { component: "logging", type: "lm", n: 1, perApp: true },
  converter: { component: "pipeline", type: "lm", n: 2 },
  partitionUpdater: { component: "analysis", type: "lm", n: 3 },
  planner: { component: "orchestration", type: "lm", n: 4 },
  gapFinder: { component: "monitoring", type: "lm", n: 5 },
  compactor: { component: "analysis", type: "lm", n: 6 },
  cloudFrontReader: { component: "logging", type: "lm", n: 7 },
  applicationReader: { component: "pipeline", type: "lm", n: 8 },
  fetcherRole: { component: "logging", type: "ir", n: 1, perApp: true },
  converterRole: { component: "pipeline", type: "ir", n: 2 },
  partitionUpdaterRole: { component: "analysis", type: "ir", n: 3 },
  schedulerRole: { component: "orchestration", type: "ir", n: 4 },
  plannerRole: { component: "orchestration", type: "ir", n: 5 },
  gapFinderRole: { component: "monitoring", type: "ir", n: 6 },
  compactorRole: { component: "analysis", type: "ir", n: 7 },
  backfillRole: { component: "orchestration", type: "ir", n: 8 },
  compactionRole: { component: "analysis", type: "ir", n: 9 },
  cloudFrontReaderRole: { component: "logging", type: "ir", n: 10 },
  applicationReaderRole: { component: "pipeline", type: "ir", n: 11 },
  crawlerRole: { component: "analysis", type: "ir", n: 12 },
  applicationCrawlerRole: { component: "analysis", type: "ir", n: 13 },
  cloudFrontCrawlerRole: { component: "analysis", type: "ir", n: 14 },
  crawlMachineRole: { component: "orchestration", type: "ir", n: 15 },
  schedulerPolicy: { component: "orchestration", type: "ip", n: 1 },
  backfillPolicy: { component: "orchestration", type: "ip", n: 2 },
  dataBucket: { component: "logging", type: "ss", n: 1, global: true },
  resultsBucket: { component: "analysis", type: "ss", n: 2, global: true },
  cloudFrontBucket: { component: "logging", type: "ss", n: 3, global: true },
  applicationBucket: { component: "logging", type: "ss", n: 4, global: true },
  trailBucket: { component: "monitoring", type: "ss", n: 5, global: true },
  backfillMachine: { component: "orchestration", type: "sf", n: 1 },
  compactionMachine: { component: "analysis", type: "sf", n: 2 },
  crawlMachine: { component: "orchestration", type: "sf", n: 3 },
  fetchSchedule: { component: "logging", type: "eb", n: 1, perApp: true },
  settlingSchedule: { component: "logging", type: "eb", n: 2, perApp: true },
  partitionSchedule: { component: "analysis", type: "eb", n: 3 },
  hourlyPartitionSchedule: { component: "analysis", type: "eb", n: 4 },
  rawRule: { component: "pipeline", type: "eb", n: 5 },
  gapSchedule: { component: "monitoring", type: "eb", n: 6 },
  compactionSchedule: { component: "analysis", type: "eb", n: 7 },
  backfillSchedule: { component: "orchestration", type: "eb", n: 8 },
  cloudFrontRule: { component: "logging", type: "eb", n: 9 },
  applicationRule: { component: "pipeline", type: "eb", n: 10 },
  crawlerRule: { component: "monitoring", type: "eb", n: 11 },
  applicationCrawlerRule: { component: "monitoring", type: "eb", n: 12 },
  cloudFrontCrawlerRule: { component: "monitoring", type: "eb", n: 13 },
  scheduleGroup: { component: "orchestration", type: "sg", n: 1 },
  convertQueue: { component: "pipeline", type: "sq", n: 1 },
  convertDeadLetters: { component: "pipeline", type: "sq", n: 2 },
  failedRuns: { component: "orchestration", type: "sq", n: 3 },
  cloudFrontQueue: { component: "logging", type: "sq", n: 4 },
  cloudFrontDeadLetters: { component: "logging", type: "sq", n: 5 },
  applicationQueue: { component: "pipeline", type: "sq", n: 6 },
  applicationDeadLetters: { component: "pipeline", type: "sq", n: 7 },
  usersWorkgroup: { component: "analysis", type: "wg", n: 1 },
  maintenanceWorkgroup: { component: "analysis", type: "wg", n: 2 },
  alarmTopic: { component: "monitoring", type: "sn", n: 1 },
  dataKey: { component: "logging", type: "kk", n: 1 },
  alarmKey: { component: "monitoring", type: "kk", n: 2 },
  crawlerKey: { component: "analysis", type: "kk", n: 3 },
  applicationCrawlerKey: { component: "analysis", type: "kk", n: 4 },
  cloudFrontCrawlerKey: { component: "analysis", type: "kk", n: 5 },
  crawlerSecurity: { component: "analysis", type: "gs", n: 1 },
  applicationCrawlerSecurity: { component: "analysis", type: "gs", n: 2 },
  cloudFrontCrawlerSecurity: { component: "analysis", type: "gs", n: 3 },
  crawler: { component: "analysis", type: "gl", n: 1 },
  applicationCrawler: { component: "analysis", type: "gl", n: 2 },
  cloudFrontCrawler: { component: "analysis", type: "gl", n: 3 },
  trail: { component: "monitoring", type: "ct", n: 1 },
  fetchErrorsAlarm: { component: "monitoring", type: "al", n: 1 },
  convertErrorsAlarm: { component: "monitoring", type: "al", n: 2 },
  deadLettersAlarm: { component: "monitoring", type: "al", n: 3 },
  partitionErrorsAlarm: { component: "monitoring", type: "al", n: 4 },
  gapAlarm: { component: "monitoring", type: "al", n: 5 },
  freshnessAlarm: { component: "monitoring", type: "al", n: 6 },
  throttlesAlarm: { component: "monitoring", type: "al", n: 7 },
  rejectedAlarm: { component: "monitoring", type: "al", n: 8 },
  bucketSizeAlarm: { component: "monitoring", type: "al", n: 9 },
  scanBudgetAlarm: { component: "monitoring", type: "al", n: 10 },
  backfillErrorsAlarm: { component: "monitoring", type: "al", n: 11 },
  compactionErrorsAlarm: { component: "monitoring", type: "al", n: 12 },
  gapFinderErrorsAlarm: { component: "monitoring", type: "al", n: 13 },
  quarantineAlarm: { component: "monitoring", type: "al", n: 14 },
  backlogAlarm: { component: "monitoring", type: "al", n: 15 },
  cloudFrontErrorsAlarm: { component: "monitoring", type: "al", n: 16 },
  cloudFrontDeadLettersAlarm: { component: "monitoring", type: "al", n: 17 },
  applicationErrorsAlarm: { component: "monitoring", type: "al", n: 18 },
  applicationDeadLettersAlarm: { component: "monitoring", type: "al", n: 19 },
  crawlerAlarm: { component: "monitoring", type: "al", n: 20 },
  applicationCrawlerAlarm: { component: "monitoring", type: "al", n: 21 },
  cloudFrontCrawlerAlarm: { component: "monitoring", type: "al", n: 22 },
  dashboard: { component: "monitoring", type: "db", n: 1 },
} as const satisfies Record<string, ResourceRole>;

export type RoleName = keyof typeof ROLES;

export const DEFAULT_NAME_PATTERN = "{project}-{component}-{privacy}-{type}{n}-{env}[-{account}][-{app}]";

const PLACEHOLDERS = ["project", "component", "privacy", "type", "n", "env", "account", "app"] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];
type Part = { readonly text: string } | { readonly placeholder: Placeholder };
interface Group {
  readonly optional: boolean;
  readonly parts: readonly Part[];
}

export interface NamingOptions {
  readonly pattern: string;
  /** Tells two pipelines, or two regions, apart. */
  readonly project: string;
  /** Class of the data, as the first system's names have it. */
  readonly privacy: string;
  /** Environment: infdev, inftes, infpro, or the user's own. */
  readonly environment: string;
}

const isPlaceholder = (name: string): name is Placeholder => (PLACEHOLDERS as readonly string[]).includes(name);

const parseParts = (pattern: string, text: string): Part[] =>
  [...text.matchAll(/\{([^{}]*)\}|([^{}]+)|[{}]/g)].map(([whole, placeholder, literal]) => {
    if (literal !== undefined) {
      if (/^[a-z0-9-]+$/.test(literal)) return { text: literal };
      throw new InputError(`the name pattern holds ${JSON.stringify(literal)}, which S3 does not take`, {
        field: "naming.pattern",
        value: pattern,
        fix: "use only a-z, 0-9, hyphens and placeholders",
      });
    }
    if (placeholder !== undefined && isPlaceholder(placeholder)) return { placeholder };
    throw new InputError(`the name pattern holds ${whole}, which nothing fills in`, {
      field: "naming.pattern",
      value: pattern,
      fix: `use only ${PLACEHOLDERS.map((name) => `{${name}}`).join(", ")}, and [...] around what may be absent`,
    });
  });

/** Reads a pattern. @throws InputError on an unknown placeholder, or when two resources would get one name. */
export const parseNamePattern = (pattern: string): readonly Group[] => {
  const groups = [...pattern.matchAll(/\[([^[\]]*)\]|([^[\]]+)|[[\]]/g)].map(([whole, optional, fixed]) => {
    const text = optional ?? fixed;
    if (text === undefined) {
      throw new InputError(`the name pattern has a lone ${whole}`, {
        field: "naming.pattern",
        value: pattern,
        fix: "close each [ with a ], without nesting",
      });
    }
    return { optional: optional !== undefined, parts: parseParts(pattern, text) };
  });
  const holds = (name: Placeholder): boolean =>
    groups.some(({ parts }) => parts.some((part) => "placeholder" in part && part.placeholder === name));
  for (const needed of ["type", "n", "app"] as const) {
    if (holds(needed)) continue;
    throw new InputError(`the name pattern lacks {${needed}}: two resources would get one name`, {
      field: "naming.pattern",
      value: pattern,
      fix: `add {${needed}}, as in ${DEFAULT_NAME_PATTERN}`,
    });
  }
  const loose = groups.find(
    ({ optional, parts }) =>
      !optional && parts.some((part) => "placeholder" in part && ["app", "account"].includes(part.placeholder)),
  );
  if (loose === undefined) return groups;
  throw new InputError("{app} and {account} are absent from most names", {
    field: "naming.pattern",
    value: pattern,
    fix: "write them in brackets with their separator: [-{account}][-{app}]",
  });
};

/** Cuts a name to a limit; a hash of the whole keeps two long names apart. */
export const cutName = (name: string, limit: number): string => {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, limit - hash.length - 1).replace(/[-_]+$/, "")}-${hash}`;
};

/** The physical name of a resource. `account` counts only where the name is global. */
export const resourceName = (
  naming: NamingOptions,
  roleName: RoleName,
  of: { readonly app?: string; readonly account?: string } = {},
): string => {
  const role: ResourceRole = ROLES[roleName];
  const values: Record<Placeholder, string | undefined> = {
    project: naming.project,
    component: role.component,
    privacy: naming.privacy,
    type: role.type,
    n: String(role.n),
    env: naming.environment,
    account: role.global ? of.account : undefined,
    app: of.app,
  };
  const name = parseNamePattern(naming.pattern)
    .map(({ optional, parts }) => {
      const texts = parts.map((part) => ("text" in part ? part.text : values[part.placeholder]));
      return optional && texts.includes(undefined) ? "" : texts.join("");
    })
    .join("");
  return cutName(name, NAME_LIMITS[role.type]);
};

export interface TagOptions {
  readonly project: string;
  readonly owner: string;
  readonly costCenter: string;
  readonly environment: string;
  /** The user's own; the four that the product sets hold. */
  readonly tags: Readonly<Record<string, string>>;
}

export const TAG_KEYS = ["Project", "Owner", "CostCenter", "Environment"] as const;

export const resourceTags = (options: TagOptions): Record<string, string> => ({
  ...options.tags,
  Project: options.project,
  Owner: options.owner,
  CostCenter: options.costCenter,
  Environment: options.environment,
});

/** What Athena takes unquoted as the name of a database, table or view. */
export const ATHENA_NAME = /^[a-z0-9_]+$/;
/** An app's name: a partition value, and the prefix of its views. */
export const APP_NAME = /^[a-z][a-z0-9_]{0,25}$/;
