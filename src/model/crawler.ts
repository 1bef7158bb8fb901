/** How a crawler is set up: pure data, which the components deploy and tests read. What a crawler then does is in crawlerRules.ts. */
import { defaultTableLevel } from "./crawlerRules";

/** Before the name of each table that a crawler makes beside declared ones. */
export const DISCOVERED_PREFIX = "discovered_";

/** What application logs' crawler writes into, as the source's has it. */
export const CRAWLED_DATABASE = "app_logs_db";

/** Where a crawler looks. */
export interface CrawledPrefix {
  /** Without slashes at its ends. */
  readonly prefix: string;
  /** What lies right below it: folders that are each a table, or partitions and files of one table. */
  readonly below: "tables" | "partitions";
}

/** The level of a prefix's tables, the bucket's top-level folders being 1. */
export const tableLevelOf = ({ prefix, below }: CrawledPrefix): number => {
  const folders = prefix.split("/").filter((folder) => folder !== "");
  return below === "tables" ? defaultTableLevel(folders) : Math.max(1, folders.length);
};

/** The one level of all prefixes; undefined where they differ, since a crawler has one: each prefix is one table then. */
export const sharedTableLevel = (prefixes: readonly CrawledPrefix[]): number | undefined => {
  const levels = new Set(prefixes.map(tableLevelOf));
  return levels.size === 1 ? [...levels][0] : undefined;
};

/** A crawler's configuration, as Glue takes it. */
export const crawlerConfiguration = (tableLevel: number | undefined) => ({
  Version: 1,
  // One table for each path, whatever fields single files have: else two versions of a log become two tables.
  Grouping: {
    TableGroupingPolicy: "CombineCompatibleSchemas",
    ...(tableLevel === undefined ? {} : { TableLevelConfiguration: tableLevel }),
  },
  CrawlerOutput: {
    // A partition whose own columns differ from the table's cannot be read by Athena.
    Partitions: { AddOrUpdateBehavior: "InheritFromTable" },
    // A column that the newest files lack stays, and so do queries that name it.
    Tables: { AddOrUpdateBehavior: "MergeNewColumns" },
  },
  // Days are few, and an index would take a right more.
  CreatePartitionIndex: false,
});

/** What a crawler does with what it finds changed or gone. Nothing is ever deleted, or marked as deprecated, from the catalogue. */
export const crawlPolicies = (newFoldersOnly: boolean) => ({
  recrawlBehavior: newFoldersOnly ? "CRAWL_NEW_FOLDERS_ONLY" : "CRAWL_EVERYTHING",
  deleteBehavior: "LOG",
  // With new folders only, Glue takes nothing but LOG ("Incremental crawls for adding new partitions", AWS Glue's guide).
  updateBehavior: newFoldersOnly ? "LOG" : "UPDATE_IN_DATABASE",
});

/** The log group that Glue writes a crawler's log to where a security configuration is used. */
export const crawlerLogGroup = (role: string, securityConfiguration: string): string =>
  `/aws-glue/crawlers-role/${role}-${securityConfiguration}`;
