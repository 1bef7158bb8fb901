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
  NodeJs22 = "nodejs22.x",
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
  /** @default "amplify_logs" */
  name?: string;
  /**
   * Whether it is made. With false an existing one, such as `default`, is used and never destroyed.
   * @default true
   */
  create?: boolean;
}

/** Years that the projected tables span, inclusive. */
export interface ProjectionYearsArgs {
  /** @default 2020 */
  first?: number;
  /** @default 2040 */
  last?: number;
}

/** Who learns of trouble. */
export interface AlarmArgs {
  /** @default true */
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

/** A lake: what can exist once. */
export interface LogLakeArgs extends LabelArgs {
  /** How long data stays. */
  retention?: RetentionArgs;
  /**
   * Prefix of Amplify's files in the bucket, without slashes at its ends.
   * @default "raw"
   */
  rawPrefix?: string;
  /** @default Encryption.S3 */
  encryption?: Encryption;
  /**
   * An own key, for Encryption.Kms.
   * @default a key is made
   */
  kmsKeyArn?: pulumi.Input<string>;
  /**
   * Whether the data bucket refuses to be destroyed: Amplify may not give the same logs twice. With false it goes with its content.
   * @default true
   */
  protectData?: boolean;
  /** The Glue database. */
  database?: DatabaseArgs;
  /**
   * Most that one query of a user may scan, in gigabytes; Athena charges 5 USD a terabyte (November 2026).
   * @default 100
   */
  scanLimitGigabytes?: number;
}

/** What a pipeline needs of a lake. A `LogLake` is one. */
export interface LogLakeReference {
  bucketName: pulumi.Input<string>;
  bucketArn: pulumi.Input<string>;
  resultsBucketName: pulumi.Input<string>;
  resultsBucketArn: pulumi.Input<string>;
  /** Known before anything is deployed: it stands in the views' SQL. */
  databaseName: string;
  /** As the database's own resource has it: whoever uses it waits for the database. */
  databaseReference: pulumi.Input<string>;
  rawPrefix: string;
  usersWorkgroupName: pulumi.Input<string>;
  maintenanceWorkgroupName: pulumi.Input<string>;
  maintenanceWorkgroupArn: pulumi.Input<string>;
  convertQueueArn: pulumi.Input<string>;
  convertDeadLettersName: pulumi.Input<string>;
  /** The customer key of the data; absent where S3 holds the keys. */
  dataKeyArn?: pulumi.Input<string>;
}

/** A pipeline from Amplify apps to Athena. The lake's arguments count only when no lake is given. */
export interface AmplifyLogPipelineArgs extends LogLakeArgs {
  /** The Amplify apps. */
  apps: AmplifyAppArgs[];
  /**
   * Names of apps that were removed: their rows stay readable in the projected tables.
   * @default none
   */
  retiredApps?: string[];
  /**
   * An existing lake.
   * @default a lake is made
   */
  lake?: LogLakeReference;
  /**
   * When each app is fetched, in EventBridge's words, UTC.
   * @default "rate(1 hour)"
   */
  schedule?: string;
  /**
   * When the settling hours are fetched again.
   * @default "cron(15 2 * * ? *)"
   */
  settlingSchedule?: string;
  /**
   * When partitions are added ahead; they are also added on the first hour of a day.
   * @default "cron(30 3 * * ? *)"
   */
  partitionSchedule?: string;
  /**
   * Minutes that rows take to appear: younger hours are not asked for.
   * @default 60
   */
  delayMinutes?: number;
  /**
   * Hours that each run fetches again.
   * @default 6
   */
  lookbackHours?: number;
  /**
   * Hours that the daily run fetches again.
   * @default 48
   */
  settlingHours?: number;
  /**
   * Widest window that Amplify is asked for, in days; it serves at most 14.
   * @default 14
   */
  chunkDays?: number;
  /** @default IpPolicy.Truncated */
  ipPolicy?: IpPolicy;
  /**
   * Name of the SSM SecureString that holds the salt, for IpPolicy.Hashed.
   * @default none
   */
  saltParameter?: string;
  /**
   * The typed table; the raw and rejected tables and the views are named after it.
   * @default "access_logs"
   */
  tableName?: string;
  /** Bounds of the projected tables. */
  projectionYears?: ProjectionYearsArgs;
  /** Who learns of trouble. */
  alarms?: AlarmArgs;
  /** @default FunctionRuntime.NodeJs24 */
  runtime?: FunctionRuntime;
}
