import type { CrawlerArgs, SourceArgs } from "./sourceArguments";

/** One CloudFront distribution. */
export interface CloudFrontDistributionArgs {
  /** Name of its rows' app: partition value and prefix of its views, `^[a-z][a-z0-9_]{0,25}$`. Several may share one. */
  name: string;
  /** Id of the distribution: `E1ABCDEF234567`. */
  distributionId: string;
}

/** CloudFront's standard logs, in the tables of a lake. */
export interface CloudFrontLogsArgs extends SourceArgs {
  /** The distributions, at most 20. Objects of others are left alone. */
  distributions: CloudFrontDistributionArgs[];
  /**
   * Whether rows are also written as JSON lines, below `cloudfront_json/`, date and time merged into one.
   * @default false
   */
  jsonOutput?: boolean;
  /**
   * A crawler over the JSON lines; it needs `jsonOutput`.
   * @default none
   */
  crawler?: CrawlerArgs;
}
