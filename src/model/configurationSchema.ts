/**
 * The settings of a lake and a pipeline: type, bounds, default and description, once. Inputs that Pulumi may know only later
 * (ARNs) are checked when they are plain text.
 */
import * as z from "zod";
import { checkPipeline } from "./configurationChecks";
import { PREFIXES } from "./keys";
import { ATHENA_NAME } from "./names";
import { appName, arn, choice, flag, rule, schedule, text, whole } from "./settingRules";
import { labelShape, logDays, privacyShape, runtime } from "./sharedSettings";

const domainName = () =>
  text(
    /^(?=.{1,64}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
    "is not a domain name",
    "write it without https:// and path, like example.com",
  );

/** Each is one more request for each window; ten fit in a function's environment whatever their length. */
const MOST_FURTHER_DOMAINS = 10;

export const CATALOGS = ["declared", "crawler"] as const;
export const ENCRYPTIONS = ["s3", "kms"] as const;

export const appSchema = z.strictObject({
  name: appName().describe("Name in the pipeline: a partition value, and the views' prefix."),
  appId: text(
    /^d[a-z0-9]{1,19}$/,
    "is not the id of an Amplify app",
    "copy the last part of the App ARN, like d1a2b3c4d5e6f7",
  ).describe("Id of the Amplify app."),
  domainName: domainName().describe("Domain association: the apex (example.com) or BRANCH.APPID.amplifyapp.com."),
  furtherDomains: z
    .array(domainName())
    .max(MOST_FURTHER_DOMAINS, `must be at most ${MOST_FURTHER_DOMAINS} domains`)
    .default([])
    .describe("Further domain associations of the app; each window is asked for each of them."),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "is not a region", "write it like eu-central-1")
    .optional()
    .describe("Region of the app. Default: the pipeline's."),
  roleArn: arn("iam", "arn:aws:iam::123456789012:role/read-access-logs").describe(
    "Role to assume, for an app in another account.",
  ),
  enabled: flag().default(true).describe("Whether it is fetched; its rows stay readable either way."),
});

const retentionSchema = z.strictObject({
  rawDays: whole(1, 3650, "days").default(30).describe("Days that Amplify's own files stay in raw/."),
  tableDays: whole(1, 3650, "days").default(400).describe("Days that the typed table keeps rows."),
  rejectedDays: whole(1, 3650, "days").default(30).describe("Days that rejected rows and quarantined files stay."),
  resultsDays: whole(1, 365, "days").default(7).describe("Days that query results stay."),
  logDays: logDays(),
  auditDays: whole(1, 3650, "days").default(365).describe("Days that the trail of who read the data stays."),
});

const otherPrefixes = Object.values(PREFIXES).filter((prefix) => prefix !== PREFIXES.raw);

const lakeShape = {
  ...labelShape,
  retention: retentionSchema.prefault({}).describe("How long data stays, in days."),
  rawPrefix: rule<string>(
    (value) =>
      typeof value === "string" &&
      /^[a-z0-9]([a-z0-9_./-]*[a-z0-9])?$/.test(value) &&
      !value.includes("//") &&
      !otherPrefixes.some((prefix) => prefix === value.split("/")[0]),
    `must be a prefix of its own without a slash at its ends, not below ${otherPrefixes.join(", ")}`,
    "write for example raw or cloudfront/example.com",
  )
    .default(PREFIXES.raw)
    .describe("Prefix of Amplify's files in the bucket."),
  encryption: choice(ENCRYPTIONS)
    .default("s3")
    .describe("s3: keys that S3 manages; kms: a customer key (about 1 USD a month, November 2026)."),
  kmsKeyArn: arn("kms", "arn:aws:kms:eu-central-1:123456789012:key/...").describe(
    "An own key for encryption kms. Default: one is made.",
  ),
  protectData: flag().default(true).describe("Whether the data bucket refuses to be destroyed."),
  database: z
    .strictObject({
      name: text(ATHENA_NAME, "must be a name that Athena takes", "use a-z, 0-9 and _")
        .default("amplify_logs")
        .describe("Glue database."),
      create: flag().default(true).describe("Whether it is made; false uses one that exists, and destroys none."),
    })
    .prefault({})
    .describe("The Glue database."),
  scanLimitGigabytes: whole(1, 100_000, "gigabytes")
    .default(100)
    .describe("Most that one query of a user may scan (5 USD a terabyte, November 2026)."),
};

const pipelineShape = {
  apps: z.array(appSchema).describe("The Amplify apps."),
  otherApps: z
    .array(appName())
    .default([])
    .describe("Apps whose rows come from elsewhere, as those of a CloudFrontLogs do: they get partitions and views."),
  retiredApps: z.array(appName()).default([]).describe("Apps that were removed: their rows stay readable."),
  schedule: schedule().default("rate(1 hour)").describe("When each app is fetched."),
  settlingSchedule: schedule().default("cron(15 2 * * ? *)").describe("When the settling hours are fetched again."),
  partitionSchedule: schedule().default("cron(30 3 * * ? *)").describe("When partitions are added ahead."),
  gapSchedule: schedule().default("cron(50 * * * ? *)").describe("When hours are looked for that are not proven."),
  gapDays: whole(2, 60, "days")
    .default(14)
    .describe("How long an hour that is not proven is asked for again; later it is given up, with an alarm."),
  completeness: flag()
    .default(false)
    .describe("Whether rows are compared with the requests that Amplify's own metric counted, hour by hour."),
  delayMinutes: whole(0, 720, "minutes")
    .default(60)
    .describe("How long rows take to appear: younger hours are not asked for."),
  lookbackHours: whole(1, 168, "hours").default(6).describe("Hours that each run fetches again."),
  settlingHours: whole(1, 336, "hours").default(48).describe("Hours that the daily run fetches again."),
  chunkDays: whole(1, 14, "days").default(14).describe("Widest window that Amplify is asked for."),
  ...privacyShape,
  tableName: text(ATHENA_NAME, "must be a name that Athena takes", "use a-z, 0-9 and _")
    .default("access_logs")
    .describe("The typed table; other names follow from it."),
  projectionYears: z
    .strictObject({
      first: whole(2000, 2200, "years").default(2020).describe("First year that the projected tables show."),
      last: whole(2000, 2200, "years").default(2040).describe("Last year that the projected tables show."),
    })
    .prefault({})
    .describe("Bounds of the projected tables: an open range would make Athena list for ever."),
  catalog: choice(CATALOGS)
    .default("declared")
    .describe("crawler: a Glue crawler finds tables besides the declared ones, at the end of each backfill."),
  compaction: z
    .strictObject({
      enabled: flag().default(true).describe("Whether the hourly files of closed days are united."),
      schedule: schedule().default("cron(45 4 * * ? *)").describe("When closed days are united."),
    })
    .prefault({})
    .describe("The state machine that unites a closed day's hourly files: fewer files are read faster."),
  backfill: z
    .strictObject({
      schedule: schedule()
        .optional()
        .describe("When it runs by itself. Default: never; where catalog is crawler, daily."),
      days: whole(1, 400, "days").default(14).describe("Days that it asks for where nothing else is said."),
      maxConcurrency: whole(1, 100, "apps").default(5).describe("Apps that it fetches at one time."),
    })
    .prefault({})
    .describe("The state machine that fetches hours again, or for the first time."),
  alarms: z
    .strictObject({
      enabled: flag().default(true).describe("Whether alarms are made, with their topic and a dashboard."),
      emails: z
        .array(text(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "is not an e-mail address", "write it like team@example.com"))
        .default([])
        .describe("Who is told."),
      topicArn: arn("sns", "arn:aws:sns:eu-central-1:123456789012:alarms").describe(
        "An own topic. Default: one is made, with its key.",
      ),
      freshnessHours: whole(1, 336, "hours")
        .default(6)
        .describe(
          "Oldest that the newest complete hour of any app may be; the same holds for what waits to be converted.",
        ),
      rejectedPercent: whole(0, 100, "percent").default(5).describe("Most of an hour's lines that may break a rule."),
      bucketGigabytes: whole(1, 10_000_000, "gigabytes").default(100).describe("Most that the data bucket may hold."),
      scanGigabytesPerDay: whole(1, 10_000_000, "gigabytes")
        .default(1000)
        .describe("Most that all queries may scan in a day (5 USD a terabyte, November 2026)."),
    })
    .prefault({})
    .describe("Who learns of trouble."),
  audit: flag()
    .default(false)
    .describe("Whether CloudTrail notes who reads and writes the data (0.10 USD for 100,000 events, November 2026)."),
  runtime: runtime(),
};

export const LAKE_KEYS = [
  "retention",
  "rawPrefix",
  "encryption",
  "kmsKeyArn",
  "protectData",
  "database",
  "scanLimitGigabytes",
] as const;

export const lakeSchema = z.strictObject(lakeShape);
export const pipelineSchema = z.strictObject({ ...lakeShape, ...pipelineShape }).superRefine(checkPipeline);
