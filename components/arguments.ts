import type * as pulumi from "@pulumi/pulumi";
import type {
  AlarmArgs,
  AmplifyAppArgs,
  BackfillArgs,
  Catalog,
  CompactionArgs,
  DatabaseArgs,
  Encryption,
  FunctionRuntime,
  IpPolicy,
  LabelArgs,
  ProjectionYearsArgs,
  RetentionArgs,
} from "./argumentGroups";

/** A lake: what can exist once. */
export interface LogLakeArgs extends LabelArgs {
  /** How long data stays. */
  retention?: RetentionArgs;
  /**
   * Prefix of Amplify's files in the bucket, without slashes at its ends.
   * @default "raw"
   */
  rawPrefix?: string;
  /**
   * Who holds the keys of what is stored.
   * @default Encryption.S3
   */
  encryption?: Encryption;
  /**
   * An own key, for encryption with a customer key.
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
   * Names of apps whose rows other components bring, as a `CloudFrontLogs` on the same lake does: partition values, and prefixes of
   * their views. `apps` may be empty then.
   * @default none
   */
  otherApps?: string[];
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
   * When hours are looked for that are not proven: they are asked for again, and counted for the alarm.
   * @default "cron(50 * * * ? *)"
   */
  gapSchedule?: string;
  /**
   * Days for which an hour that is not proven is asked for again; later it is given up, with an alarm.
   * @default 14
   */
  gapDays?: number;
  /**
   * Whether rows are compared, hour by hour, with the requests that Amplify's own metric in CloudWatch counted.
   * @default false
   */
  completeness?: boolean;
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
  /**
   * What becomes of viewers' addresses in the typed table and in rejected rows.
   * @default IpPolicy.Truncated
   */
  ipPolicy?: IpPolicy;
  /**
   * Name of the SSM SecureString that holds the salt, where addresses are hashed.
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
  /**
   * How tables come into the database: the declared ones are always there, a crawler finds more, at a cost (docs/crawler.md).
   * @default Catalog.Declared
   */
  catalog?: Catalog;
  /** The state machine that unites the hourly files of closed days. */
  compaction?: CompactionArgs;
  /** The state machine that fetches hours again, or for the first time. */
  backfill?: BackfillArgs;
  /** Who learns of trouble. */
  alarms?: AlarmArgs;
  /**
   * Whether CloudTrail notes who reads and writes the objects of the data bucket, in a bucket of its own (0.10 USD for 100,000
   * events, November 2026). It needs the plugin of `@pulumi/awsx`.
   * @default false
   */
  audit?: boolean;
  /**
   * Runtime of the functions.
   * @default FunctionRuntime.NodeJs24
   */
  runtime?: FunctionRuntime;
}
