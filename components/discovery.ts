/** `catalog: crawler`: tables that a crawler finds, beside the declared ones, which views and converter need. */
import type * as pulumi from "@pulumi/pulumi";
import { DISCOVERED_PREFIX } from "../src/model/crawler";
import { PREFIXES } from "../src/model/keys";
import type { PipelineContext } from "./context";
import { alarmOnCrawls } from "./crawlAlarm";
import { createCrawler, type CrawlerSetup } from "./crawler";
import type { CrawlMachineArgs } from "./crawlMachine";

export interface Discovery {
  /** What the backfill's state machine ends in. */
  readonly crawl: CrawlMachineArgs;
  /** Tells of a crawl that failed, once there is a topic. */
  readonly alarm: (topicArn: pulumi.Input<string>) => void;
}

/** The crawler over typed and raw files; undefined where the catalogue is declared only. It runs at the end of each backfill. */
export const createDiscovery = (context: PipelineContext): Discovery | undefined => {
  const { settings, lake } = context;
  if (settings.catalog === "declared") return undefined;
  const setup: CrawlerSetup = {
    of: "pipeline",
    description: "Finds tables among access logs",
    target: {
      bucketName: lake.bucketName,
      bucketArn: lake.bucketArn,
      keyArn: lake.dataKeyArn,
      prefixes: [
        { prefix: PREFIXES.accessLogs, below: "partitions" },
        { prefix: lake.rawPrefix, below: "partitions" },
      ],
    },
    database: lake.databaseName,
    databaseReference: lake.databaseReference,
    tablePrefix: DISCOVERED_PREFIX,
  };
  const crawler = createCrawler(context, setup);
  return {
    crawl: { crawler, database: lake.databaseName, tablePrefix: DISCOVERED_PREFIX },
    alarm: (alarmTopicArn) => alarmOnCrawls(context, { ...setup, alarmTopicArn }, crawler),
  };
};
