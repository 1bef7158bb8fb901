/**
 * The alarms, one a kind: an alarm for each app would cost 0.10 USD a month (November 2026) and say no more than the log, which
 * names the app. Their conditions are in components/alarmConditions.ts; each has an entry in the runbook.
 */
import type { RoleName } from "./names";

export interface AlarmKind {
  readonly role: RoleName;
  /** Last part of the logical name. */
  readonly suffix: string;
  /** What it says to whoever is woken: what is wrong, and what to do first. */
  readonly says: string;
  /** Heading of its entry in the runbook. */
  readonly entry: string;
}

export const ALARM_KINDS = {
  fetchErrors: {
    role: "fetchErrorsAlarm",
    suffix: "fetch-errors",
    says: "Fetching an app failed. Its hours are asked for again by the next runs; see in fetch_coverage which app, which hours and why.",
    entry: "Fetching failed",
  },
  freshness: {
    role: "freshnessAlarm",
    suffix: "freshness",
    says: "The newest complete hour of an app is too old, or the gap finder does not say how old it is. Look whether schedules run and what Amplify answers.",
    entry: "An app is behind",
  },
  gaps: {
    role: "gapAlarm",
    suffix: "gaps",
    says: "Hours that should be complete are not. They are asked for again automatically, until they are given up: find the cause before that.",
    entry: "Hours are missing",
  },
  gapFinderErrors: {
    role: "gapFinderErrorsAlarm",
    suffix: "gap-finder-errors",
    says: "The gap finder failed: nobody looks for missing hours, nor asks for them again. Read its log.",
    entry: "The gap finder failed",
  },
  convertErrors: {
    role: "convertErrorsAlarm",
    suffix: "convert-errors",
    says: "Conversions failed. Their events stay in the queue and are tried again, five times; read the converter's log before they are given up.",
    entry: "The converter failed",
  },
  backlog: {
    role: "backlogAlarm",
    suffix: "backlog",
    says: "Fetched files wait too long to be converted. Look whether the converter runs, or a backfill keeps it busy.",
    entry: "The converter is behind",
  },
  rejected: {
    role: "rejectedAlarm",
    suffix: "rejected",
    says: "Too many lines broke a rule and are in the rejected table instead of the typed one. See there which rule.",
    entry: "Too many lines are rejected",
  },
  quarantine: {
    role: "quarantineAlarm",
    suffix: "quarantine",
    says: "A file is no access log of Amplify's and was put aside whole. Look at it: the format may have changed.",
    entry: "A file was put aside",
  },
  partitionErrors: {
    role: "partitionErrorsAlarm",
    suffix: "partition-errors",
    says: "Partitions were not added: rows of today may be invisible, though they are stored. The updater's log has Athena's reason.",
    entry: "Partitions were not added",
  },
  deadLetters: {
    role: "deadLettersAlarm",
    suffix: "dead-letters",
    says: "Work was given up. Mend the cause, then run: amplify-logs redrive. Messages are kept for 14 days.",
    entry: "Something was given up",
  },
  throttles: {
    role: "throttlesAlarm",
    suffix: "throttles",
    says: "Functions of the pipeline are not started, because the account's concurrency is used up. Find out by whom.",
    entry: "Functions are throttled",
  },
  backfillErrors: {
    role: "backfillErrorsAlarm",
    suffix: "backfill-errors",
    says: "A backfill ended without all of its hours. The execution names the apps and hours; the same backfill again completes it.",
    entry: "A backfill failed",
  },
  compactionErrors: {
    role: "compactionErrorsAlarm",
    suffix: "compaction-errors",
    says: "Days were not compacted. Their rows are complete and readable; only queries cost more. The next run tries again.",
    entry: "Compaction failed",
  },
  bucketSize: {
    role: "bucketSizeAlarm",
    suffix: "bucket-size",
    says: "The data bucket holds more than planned. Shorten the retention, or raise alarms.bucketGigabytes.",
    entry: "The bucket grows",
  },
  scanBudget: {
    role: "scanBudgetAlarm",
    suffix: "scan-budget",
    says: "Queries scanned more in a day than planned. See whose, in the workgroup's history, or raise alarms.scanGigabytesPerDay.",
    entry: "Queries scan too much",
  },
} as const satisfies Record<string, AlarmKind>;

export type AlarmName = keyof typeof ALARM_KINDS;

const CRAWL = {
  suffix: "crawl",
  says: "A crawler failed, or logged an error: new tables and partitions may be unknown to queries. Declared tables are not touched. Look at its last crawl: aws glue get-crawler.",
  entry: "A crawl failed",
} as const;

/** The alarms of the further sources and of crawlers, made by the component that makes what they watch. */
export const SOURCE_ALARM_KINDS = {
  cloudFrontErrors: {
    role: "cloudFrontErrorsAlarm",
    suffix: "cloudfront-errors",
    says: "CloudFront's log files could not be read. Their events stay in the queue and are tried again, five times; read the function's log before they are given up.",
    entry: "Reading CloudFront's logs failed",
  },
  cloudFrontDeadLetters: {
    role: "cloudFrontDeadLettersAlarm",
    suffix: "cloudfront-dead-letters",
    says: "CloudFront's log files were given up; they are still in their bucket. Mend the cause, then run: amplify-logs reprocess.",
    entry: "CloudFront's logs were given up",
  },
  applicationErrors: {
    role: "applicationErrorsAlarm",
    suffix: "applogs-errors",
    says: "Application logs could not be read. Their events stay in the queue and are tried again, five times; read the function's log before they are given up.",
    entry: "Reading application logs failed",
  },
  applicationDeadLetters: {
    role: "applicationDeadLettersAlarm",
    suffix: "applogs-dead-letters",
    says: "Application logs were given up; they are still in their bucket. Mend the cause, then run: amplify-logs reprocess.",
    entry: "Application logs were given up",
  },
  crawler: { ...CRAWL, role: "crawlerAlarm" },
  applicationCrawler: { ...CRAWL, role: "applicationCrawlerAlarm" },
  cloudFrontCrawler: { ...CRAWL, role: "cloudFrontCrawlerAlarm" },
} as const satisfies Record<string, AlarmKind>;

export type SourceAlarmName = keyof typeof SOURCE_ALARM_KINDS;

/** Where the runbook is, from the package's folder. */
export const RUNBOOK = "docs/operations.md";

/** The anchor that a heading of the runbook gets. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

/** What the alarm's mail says: the kind's words, and where the runbook goes on. */
export const alarmDescription = ({ says, entry }: Pick<AlarmKind, "says" | "entry">): string =>
  `${says} Runbook: ${RUNBOOK}#${anchorOf(entry)}`;
