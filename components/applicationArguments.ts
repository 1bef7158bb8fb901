import type { ProjectionYearsArgs } from "./argumentGroups";
import type { CrawlerArgs, SourceArgs } from "./sourceArguments";

/** Which tables application logs have. */
export enum ApplicationLayout {
  /** Tables over all services: `processed_logs` and `errors_logs`. */
  Single = "single",
  /** Besides, one table for each of the services. */
  PerService = "perService",
}

/** A field of the log that has a column of its own. */
export interface ApplicationFieldArgs {
  /** Name of the column, and of the field in the log. */
  name: string;
  /** Type of the column: string, bigint, int, double or boolean. */
  type: string;
  /**
   * What it means.
   * @default none
   */
  comment?: string;
  /**
   * Whether it is an address, which ipPolicy treats.
   * @default false
   */
  address?: boolean;
}

/** What a row must keep. Which of the properties count depends on the rule. */
export interface ApplicationRuleArgs {
  /** Kind of the rule: required, type, enum, regex, range or cross. */
  rule: string;
  /** The field that it is about. */
  field: string;
  /**
   * What the value must be, in a rule of kind type: string, number, integer, boolean, timestamp or address.
   * @default none
   */
  type?: string;
  /**
   * The values that it may have, in a rule of kind enum.
   * @default none
   */
  values?: string[];
  /**
   * The regular expression that it must match, in a rule of kind regex.
   * @default none
   */
  pattern?: string;
  /**
   * The least that it may be, in a rule of kind range.
   * @default no bound
   */
  min?: number;
  /**
   * The most that it may be, in a rule of kind range.
   * @default no bound
   */
  max?: number;
  /**
   * How it must compare with the other field, in a rule of kind cross: =, !=, <, <=, > or >=.
   * @default none
   */
  operator?: string;
  /**
   * The other field, in a rule of kind cross.
   * @default none
   */
  other?: string;
}

/** A crawler over delivered application logs. It makes one table for each folder right below its prefix. */
export interface ApplicationCrawlerArgs extends CrawlerArgs {
  /**
   * Where it looks in the bucket, without slashes at the ends.
   * @default "logs"
   */
  prefix?: string;
  /**
   * Whether it has no schedule: it runs when its state machine is started, or by hand.
   * @default false
   */
  onDemand?: boolean;
  /**
   * Before the names of its tables.
   * @default "raw_" in the layout perService, whose declared tables have the same names; else none
   */
  tablePrefix?: string;
}

/** Logs of applications, parsed, checked and in tables. */
export interface ApplicationLogsArgs extends SourceArgs {
  /**
   * Fields that have columns of their own; others are kept as JSON in the column `extra`.
   * @default timestamp, level, message, request_id, method, endpoint, status_code, response_time_ms, client_ip, user_agent, user_id
   */
  fields?: ApplicationFieldArgs[];
  /**
   * What a row must keep; a line that breaks a rule is an error row, with the reason.
   * @default timestamp and level are there, the level is a known one, the status is an HTTP status, the time is not negative
   */
  rules?: ApplicationRuleArgs[];
  /**
   * Regular expression with named groups, for lines that are no JSON; `timestamp` must be among the groups.
   * @default the documented grammar
   */
  pattern?: string;
  /**
   * Service of rows where neither line nor key names one.
   * @default "unknown"
   */
  defaultService?: string;
  /**
   * Services that are known beforehand, which the layout perService makes tables of; others are read as well.
   * @default none
   */
  services?: string[];
  /** Years that rows may be of, and the tables show. */
  years?: ProjectionYearsArgs;
  /**
   * Glue database of the tables `processed_logs` and `errors_logs`.
   * @default "log_analytics_db"
   */
  database?: string;
  /**
   * Which tables there are.
   * @default ApplicationLayout.Single
   */
  layout?: ApplicationLayout;
  /**
   * Glue database of the services' own tables, and of those that the crawler finds.
   * @default "app_logs_db"
   */
  servicesDatabase?: string;
  /**
   * A crawler over the delivered files; `{}` for one with all defaults.
   * @default none
   */
  crawler?: ApplicationCrawlerArgs;
}
