/** What the further sources of a lake have in common. */
import type * as pulumi from "@pulumi/pulumi";
import type { FunctionRuntime, IpPolicy, LabelArgs } from "./argumentGroups";
import type { LogLakeReference } from "./arguments";

/** A bucket that exists, and that logs are delivered to. */
export interface SourceBucketArgs {
  /** Its name. */
  name: pulumi.Input<string>;
  /**
   * Beginning of the keys that are read, without a slash at its ends: objects elsewhere in the bucket are left alone.
   * @default none, the whole bucket
   */
  prefix?: string;
  /**
   * Whether the bucket is told to report its new objects to EventBridge. A bucket has one notification configuration: with true,
   * this one replaces what is there.
   * @default false, the bucket reports to EventBridge already
   */
  notifies?: boolean;
  /**
   * The customer key of its objects.
   * @default none, S3 holds the keys
   */
  kmsKeyArn?: pulumi.Input<string>;
}

/** A crawler of Glue's, which finds tables and partitions by looking at the files. */
export interface CrawlerArgs {
  /**
   * When it runs, in Glue's words, UTC.
   * @default once a day over CloudFront's JSON, every six hours over application logs
   */
  schedule?: string;
  /**
   * Depth at which a folder is a table, counted from the bucket: 2 where tables are `BUCKET/logs/SERVICE`.
   * @default the depth of the data's prefix
   */
  tableLevel?: number;
  /**
   * Whether folders that were crawled once are passed by: cheaper, but their new columns are not found.
   * @default false
   */
  newFoldersOnly?: boolean;
  /**
   * An own key of the crawler's log; its policy must let CloudWatch Logs use it.
   * @default a key is made, about 1 USD a month (November 2026)
   */
  kmsKeyArn?: pulumi.Input<string>;
}

/** What each further source takes. */
export interface SourceArgs extends LabelArgs {
  /** The lake that rows go to. */
  lake: LogLakeReference;
  /**
   * An existing bucket that logs are delivered to.
   * @default a bucket is made, private and encrypted
   */
  bucket?: SourceBucketArgs;
  /**
   * Days that delivered objects stay in a bucket that is made. They are never deleted otherwise.
   * @default 30
   */
  sourceDays?: number;
  /**
   * Whether a bucket that is made refuses to be destroyed. With false it goes with its content.
   * @default true
   */
  protectData?: boolean;
  /**
   * What becomes of viewers' addresses in what this source writes itself.
   * @default IpPolicy.Truncated
   */
  ipPolicy?: IpPolicy;
  /**
   * Name of the SSM SecureString that holds the salt, where addresses are hashed.
   * @default none
   */
  saltParameter?: string;
  /**
   * Topic that the alarms go to. CloudWatch must be allowed to publish to it, and to use its key.
   * @default none, alarms show in the console only
   */
  alarmTopicArn?: pulumi.Input<string>;
  /**
   * Days that the function's own log stays; one of the values that CloudWatch Logs takes.
   * @default 30
   */
  logDays?: number;
  /**
   * Runtime of the function.
   * @default FunctionRuntime.NodeJs24
   */
  runtime?: FunctionRuntime;
}
