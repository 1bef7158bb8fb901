import * as pulumi from "@pulumi/pulumi";
import {
  crawledTablePrefix,
  validateApplicationSource,
  type ApplicationSourceSettings,
} from "../src/model/applicationSource";
import type { ApplicationLogsArgs } from "./applicationArguments";
import { createApplicationCatalog, type ApplicationCatalog, type ApplicationContext } from "./applicationCatalog";
import { createApplicationReader } from "./applicationReader";
import { alarmOnCrawls } from "./crawlAlarm";
import { createCrawler, type CrawlerSetup, type CreatedCrawler } from "./crawler";
import { createCrawlMachine } from "./crawlMachine";
import { settingsOrThrow } from "./invalidArguments";
import type { SourceBucket } from "./sourceBucket";
import { checkLake, createReadAlarms, createSource, createSourceQueue, sourceContext, topicOf } from "./sourceParts";
import type { CreatedStateMachine } from "./stateMachine";

/** What EventBridge lets through; the function itself takes any case. */
const SUFFIXES = [".log", ".json", ".ndjson"].flatMap((suffix) => [suffix, `${suffix}.gz`]);

/**
 * Logs of applications from a bucket: parsed, checked by rules, as Parquet in a table, and what broke a rule in another.
 *
 * ```ts
 * new ApplicationLogs("services", { lake, layout: ApplicationLayout.PerService, services: ["api-gateway", "payment"] });
 * ```
 */
export class ApplicationLogs extends pulumi.ComponentResource {
  /** The bucket that logs are delivered to. */
  public readonly bucketName: pulumi.Output<string>;
  /** The function that reads them: what `amplify-logs reprocess --function-name` takes. */
  public readonly functionName: pulumi.Output<string>;
  /** Its ARN. */
  public readonly functionArn: pulumi.Output<string>;
  /** The queue of objects to read: where `amplify-logs redrive` sends back what was given up. */
  public readonly queueArn: pulumi.Output<string>;
  /** The queue of objects that were given up. */
  public readonly deadLettersArn: pulumi.Output<string>;
  /** The Glue database of `processed_logs` and `errors_logs`. */
  public readonly databaseName: pulumi.Output<string>;
  /** The Glue database of the services' own and of crawled tables; empty where there are none. */
  public readonly servicesDatabaseName: pulumi.Output<string>;
  /** The tables that are declared. */
  public readonly tableNames: pulumi.Output<string[]>;
  /** The crawler; empty where there is none. */
  public readonly crawlerName: pulumi.Output<string>;
  /** The state machine that runs the crawler and says what came of it; empty where there is none. */
  public readonly crawlMachineArn: pulumi.Output<string>;

  constructor(name: string, args: ApplicationLogsArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("amplify-log-pipeline:index:ApplicationLogs", name, {}, opts);
    const settings = validateArguments(name, args);
    const context: ApplicationContext = sourceContext(name, settings, args.lake, this);

    // Applications write with rights of their own.
    const source = createSource(context, "application", () => []);
    const catalog = createApplicationCatalog(context);
    const queues = createSourceQueue(context, "application", source, SUFFIXES);
    const reader = createApplicationReader(context, { source, queues, catalog });
    createReadAlarms(context, "application", { reader, queues });
    const crawl = createCrawl(context, { source, catalog });

    this.bucketName = source.bucketName;
    this.functionName = reader.lambda.name;
    this.functionArn = reader.lambda.arn;
    this.queueArn = queues.queue.arn;
    this.deadLettersArn = queues.deadLetters.arn;
    this.databaseName = catalog.database;
    this.servicesDatabaseName = catalog.servicesDatabase ?? pulumi.output("");
    this.tableNames = pulumi.all(catalog.tables.map((table) => table.name));
    this.crawlerName = crawl?.crawler.crawler.name ?? pulumi.output("");
    this.crawlMachineArn = crawl?.machine.machine.arn ?? pulumi.output("");
    this.registerOutputs({
      bucketName: this.bucketName,
      functionName: this.functionName,
      functionArn: this.functionArn,
      queueArn: this.queueArn,
      deadLettersArn: this.deadLettersArn,
      databaseName: this.databaseName,
      servicesDatabaseName: this.servicesDatabaseName,
      tableNames: this.tableNames,
      crawlerName: this.crawlerName,
      crawlMachineArn: this.crawlMachineArn,
    });
  }
}

const validateArguments = (name: string, { lake, ...rest }: ApplicationLogsArgs): ApplicationSourceSettings => {
  const what = `ApplicationLogs ${name}`;
  checkLake(what, lake);
  return settingsOrThrow(what, validateApplicationSource(rest, pulumi.getStack()));
};

interface Crawl {
  readonly crawler: CreatedCrawler;
  readonly machine: CreatedStateMachine;
}

/** The crawler over the delivered files, with a state machine that runs it on demand. */
const createCrawl = (
  context: ApplicationContext,
  { source, catalog }: { readonly source: SourceBucket; readonly catalog: ApplicationCatalog },
): Crawl | undefined => {
  const { settings } = context;
  const { crawler: wanted, servicesDatabase: database } = settings;
  if (wanted === undefined || catalog.servicesDatabase === undefined) return undefined;
  const tablePrefix = crawledTablePrefix(settings);
  const setup: CrawlerSetup = {
    of: "application",
    description: "Finds tables among delivered application logs",
    target: {
      bucketName: source.bucketName,
      bucketArn: source.bucketArn,
      keyArn: source.keyArn,
      prefixes: [{ prefix: wanted.prefix, below: "tables" }],
    },
    database,
    databaseReference: catalog.servicesDatabase,
    tablePrefix,
    schedule: wanted.onDemand ? undefined : wanted.schedule,
    tableLevel: wanted.tableLevel,
    newFoldersOnly: wanted.newFoldersOnly,
    kmsKeyArn: wanted.kmsKeyArn as pulumi.Input<string> | undefined,
    alarmTopicArn: topicOf(settings),
  };
  const crawler = createCrawler(context, setup);
  const machine = createCrawlMachine(context, { crawler, database, tablePrefix });
  alarmOnCrawls(context, setup, crawler, machine.machine.arn);
  return { crawler, machine };
};
