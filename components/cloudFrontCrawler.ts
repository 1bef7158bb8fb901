/** The crawler over CloudFront's JSON lines. */
import type * as pulumi from "@pulumi/pulumi";
import type { CloudFrontSettings } from "../src/model/cloudFrontSchema";
import { DISCOVERED_PREFIX } from "../src/model/crawler";
import { PREFIXES } from "../src/model/keys";
import type { FunctionSettings, SourceContext } from "./context";
import { alarmOnCrawls } from "./crawlAlarm";
import { createCrawler, type CrawlerSetup, type CreatedCrawler } from "./crawler";
import { topicOf } from "./sourceParts";

/** What the parts of a source of CloudFront's logs share. */
export type CloudFrontContext = SourceContext<CloudFrontSettings & FunctionSettings>;

export const createJsonCrawler = (
  context: CloudFrontContext,
  wanted: NonNullable<CloudFrontSettings["crawler"]>,
): CreatedCrawler => {
  const { lake, settings } = context;
  const setup: CrawlerSetup = {
    of: "cloudFront",
    description: "Finds the partitions of CloudFront's JSON lines",
    target: {
      bucketName: lake.bucketName,
      bucketArn: lake.bucketArn,
      keyArn: lake.dataKeyArn,
      prefixes: [{ prefix: PREFIXES.cloudFrontJson, below: "partitions" }],
    },
    database: lake.databaseName,
    databaseReference: lake.databaseReference,
    // Its rights end at these names: it cannot reach the declared tables.
    tablePrefix: DISCOVERED_PREFIX,
    schedule: wanted.schedule,
    tableLevel: wanted.tableLevel,
    newFoldersOnly: wanted.newFoldersOnly,
    kmsKeyArn: wanted.kmsKeyArn as pulumi.Input<string> | undefined,
    alarmTopicArn: topicOf(settings),
  };
  const created = createCrawler(context, setup);
  alarmOnCrawls(context, setup, created);
  return created;
};
