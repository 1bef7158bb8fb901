import type * as pulumi from "@pulumi/pulumi";

/** What becomes of viewers' addresses in the typed table and in rejected rows. */
export enum IpPolicy {
  /** As they came. */
  Full = "full",
  /** The network only: /24 or /48. */
  Truncated = "truncated",
  /** A keyed hash (HMAC): the same address gives the same text. */
  Hashed = "hashed",
  /** Nothing is kept. */
  Dropped = "dropped",
}

/** Who holds the key that encrypts the lake. */
export enum Encryption {
  /** S3's own keys, at no cost. */
  S3 = "s3",
  /** A customer key in KMS, about 1 USD a month (November 2026). */
  Kms = "kms",
}

/** Runtimes that the functions are tested on. */
export enum FunctionRuntime {
  /** Node.js 22, which Lambda supports until April 2027. */
  NodeJs22 = "nodejs22.x",
  /** Node.js 24. */
  NodeJs24 = "nodejs24.x",
}

/** One Amplify app. */
export interface AmplifyAppArgs {
  /** Name in the pipeline: partition value and prefix of its views, `^[a-z][a-z0-9_]{0,25}$`. */
  name: string;
  /** Id of the app, the last part of its ARN: `d1a2b3c4d5e6f7`. */
  appId: string;
  /** The domain association: the apex (`example.com`, never `www.example.com`) or `BRANCH.APPID.amplifyapp.com`. */
  domainName: string;
  /**
   * Further domain associations of the app, at most ten. Each window is asked for each of them, and an hour is proven only when
   * every one was answered.
   * @default none
   */
  furtherDomains?: string[];
  /**
   * Region of the app.
   * @default the pipeline's region
   */
  region?: string;
  /**
   * Role to assume for an app in another account; it must allow `amplify:GenerateAccessLogs` and trust the fetcher's role.
   * @default none, the app is in the pipeline's account
   */
  roleArn?: pulumi.Input<string>;
  /**
   * Whether the app is fetched. The rows of a disabled app stay readable.
   * @default true
   */
  enabled?: boolean;
}

/** How long data stays, in days. */
export interface RetentionArgs {
  /**
   * Amplify's own files in raw/.
   * @default 30
   */
  rawDays?: number;
  /**
   * Rows of the typed table.
   * @default 400
   */
  tableDays?: number;
  /**
   * Rejected rows and quarantined files.
   * @default 30
   */
  rejectedDays?: number;
  /**
   * Query results.
   * @default 7
   */
  resultsDays?: number;
  /**
   * The functions' own logs; one of the values that CloudWatch Logs takes.
   * @default 30
   */
  logDays?: number;
  /**
   * The trail of who read and wrote the data, where `audit` is on.
   * @default 365
   */
  auditDays?: number;
}

/** How resources are named: `amplifylogs-logging-intite-lm1-inftes-shop`. */
export interface NamingArgs {
  /**
   * First part of each name. Two pipelines, or two regions, in one account differ in it.
   * @default "amplifylogs"
   */
  project?: string;
  /**
   * Environment in names and tags.
   * @default the stack's name
   */
  environment?: string;
  /**
   * Class of the data.
   * @default "intite"
   */
  privacy?: string;
  /**
   * Your own convention. Placeholders: project, component, privacy, type, n, env, account, app; brackets hold what may be absent.
   * @default "{project}-{component}-{privacy}-{type}{n}-{env}[-{account}][-{app}]"
   */
  pattern?: string;
}

/** The Glue database. */
export interface DatabaseArgs {
  /**
   * Its name, as it stands in queries.
   * @default "amplify_logs"
   */
  name?: string;
  /**
   * Whether it is made. With false an existing one, such as `default`, is used and never destroyed.
   * @default true
   */
  create?: boolean;
}

/** How tables come into the database. */
export enum Catalog {
  /** Each table with its columns, by this package. */
  Declared = "declared",
  /** Besides, a Glue crawler finds tables (`discovered_access_logs`, `discovered_raw`) at the end of each backfill. */
  Crawler = "crawler",
}

/** The state machine that unites the hourly files of closed days: readers find the same rows in fewer files. */
export interface CompactionArgs {
  /**
   * Whether it is made.
   * @default true
   */
  enabled?: boolean;
  /**
   * When it runs, in EventBridge's words, UTC. A day is united once its settling hours are over.
   * @default "cron(45 4 * * ? *)"
   */
  schedule?: string;
}

/** Years that the projected tables span, inclusive. */
export interface ProjectionYearsArgs {
  /**
   * First year that has partitions.
   * @default 2020
   */
  first?: number;
  /**
   * Last year that has partitions.
   * @default 2040
   */
  last?: number;
}

/** The state machine that fetches hours again, or for the first time. */
export interface BackfillArgs {
  /**
   * When it runs by itself, in EventBridge's words, UTC.
   * @default never: it is started by hand, by `amplify-logs backfill`, and by the gap finder; daily where `catalog` is crawler
   */
  schedule?: string;
  /**
   * Days that it asks for where its input does not say: so those of a scheduled run.
   * @default 14
   */
  days?: number;
  /**
   * Apps that it fetches at one time.
   * @default 5
   */
  maxConcurrency?: number;
}

/** Who learns of trouble. */
export interface AlarmArgs {
  /**
   * Whether alarms are made, with their topic and a dashboard.
   * @default true
   */
  enabled?: boolean;
  /**
   * Addresses that are subscribed to the topic; each must confirm.
   * @default none
   */
  emails?: string[];
  /**
   * An existing topic. CloudWatch must be allowed to publish to it, and to use its key.
   * @default a topic is made, with a key that lets CloudWatch publish
   */
  topicArn?: pulumi.Input<string>;
  /**
   * Hours: the oldest that the newest complete hour of any app may be. What waits to be converted may be as old. A schedule that
   * runs less often needs more.
   * @default 6
   */
  freshnessHours?: number;
  /**
   * Percent: most of an hour's lines that may break a rule.
   * @default 5
   */
  rejectedPercent?: number;
  /**
   * Gigabytes: most that the data bucket may hold.
   * @default 100
   */
  bucketGigabytes?: number;
  /**
   * Gigabytes: most that all queries of both workgroups may scan in a day.
   * @default 1000
   */
  scanGigabytesPerDay?: number;
}

/** What names and tags are made from. */
export interface LabelArgs {
  /** How resources are named. */
  naming?: NamingArgs;
  /**
   * Tag Owner.
   * @default "platform"
   */
  owner?: string;
  /**
   * Tag CostCenter.
   * @default "web"
   */
  costCenter?: string;
  /**
   * Further tags, on everything that takes tags.
   * @default none
   */
  tags?: Record<string, string>;
}
