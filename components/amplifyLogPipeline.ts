import * as pulumi from "@pulumi/pulumi";
import type { CatalogTable } from "@pulumi/aws/glue";
import { catalogTables, maintenanceTables } from "../src/model/catalog";
import { backfillSchedule, validatePipeline, type PipelineSettings } from "../src/model/configuration";
import { LAKE_KEYS } from "../src/model/configurationSchema";
import { lookUpAccount } from "./account";
import { createAlarms } from "./alarms";
import { createAppList } from "./appList";
import type { AmplifyLogPipelineArgs, LogLakeReference } from "./arguments";
import { createBackfill, scheduleBackfill, type Backfill } from "./backfill";
import { createTables } from "./catalog";
import { createCompaction, scheduleCompaction, type Compaction } from "./compaction";
import type { PipelineContext } from "./context";
import { createConverter } from "./converter";
import { createDiscovery } from "./discovery";
import { createFetcher, scheduleFetcher } from "./fetcher";
import type { HandlerFunction } from "./function";
import { createGapFinder, scheduleGapFinder } from "./gaps";
import { invalidArguments, settingsOrThrow } from "./invalidArguments";
import { makeLabels } from "./labels";
import { LogLake } from "./logLake";
import { createPartitionUpdater, schedulePartitionUpdater } from "./partitions";
import { allowStarting, createScheduling } from "./schedule";
import { createTrail } from "./trail";
import { createNamedQueries, createViews } from "./views";

/**
 * Access logs of Amplify apps, fetched on a schedule, converted to a typed table and ready for Athena.
 *
 * ```ts
 * new AmplifyLogPipeline("logs", { apps: [{ name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" }] });
 * ```
 */
export class AmplifyLogPipeline extends pulumi.ComponentResource {
  /** The data bucket. */
  public readonly bucketName: pulumi.Output<string>;
  /** The bucket of query results. */
  public readonly resultsBucketName: pulumi.Output<string>;
  /** The Glue database. */
  public readonly databaseName: pulumi.Output<string>;
  /** The typed table. */
  public readonly tableName: pulumi.Output<string>;
  /** The raw, typed, rejected and coverage tables. */
  public readonly tableNames: pulumi.Output<string[]>;
  /** The views: over all apps, and for each. */
  public readonly viewNames: pulumi.Output<string[]>;
  /** For people: each query is limited in what it may scan. */
  public readonly usersWorkgroupName: pulumi.Output<string>;
  /** For the pipeline's own statements. */
  public readonly maintenanceWorkgroupName: pulumi.Output<string>;
  /** The fetching functions, by app. */
  public readonly fetcherArns: pulumi.Output<Record<string, string>>;
  /** The function that turns raw files into Parquet. */
  public readonly converterArn: pulumi.Output<string>;
  /** The function that adds partitions. */
  public readonly partitionUpdaterArn: pulumi.Output<string>;
  /** The backfill: what `amplify-logs backfill --state-machine` takes. */
  public readonly stateMachineArn: pulumi.Output<string>;
  /** The queue of objects to convert: where `amplify-logs redrive` sends back what was given up. */
  public readonly convertQueueArn: pulumi.Output<string>;
  /** The queue of objects whose conversion was given up. */
  public readonly convertDeadLettersArn: pulumi.Output<string>;
  /** The queue of runs that were given up. */
  public readonly failedRunsArn: pulumi.Output<string>;
  /** Where alarms go; empty where alarms are off. */
  public readonly topicArn: pulumi.Output<string>;
  /** The customer key of the data; empty where S3 holds the keys. */
  public readonly dataKeyArn: pulumi.Output<string>;
  /** The key of the alarms' topic; empty where none was made. */
  public readonly alarmKeyArn: pulumi.Output<string>;
  /** The bucket of who read and wrote the data; empty where audit is off. */
  public readonly trailBucketName: pulumi.Output<string>;

  constructor(name: string, args: AmplifyLogPipelineArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("amplify-log-pipeline:index:AmplifyLogPipeline", name, {}, opts);
    const settings = validateArguments(name, args);
    const labels = makeLabels(settings);
    const account = lookUpAccount(this);
    const lake = args.lake ?? new LogLake(name, lakeArguments(args), { parent: this });
    const scheduling = createScheduling(name, { labels, account }, this);
    const context: PipelineContext = { name, settings, labels, account, lake, scheduling, parent: this };

    const catalog = createCatalog(context);
    const fetchers = Object.fromEntries(settings.apps.map((app) => [app.name, createFetcher(context, app)]));
    const converter = createConverter(context);
    const updater = createPartitionUpdater(context, catalog.table.name);
    const compaction = settings.compaction.enabled ? createCompaction(context, catalog.table.name) : undefined;
    const appsKey = createAppList(context, fetchers);
    const discovery = createDiscovery(context);
    const backfill = createBackfill(context, fetchers, appsKey, discovery?.crawl);
    const gapFinder = createGapFinder(context, { appsKey, stateMachineArn: backfill.machine.arn });
    createSchedules(context, { fetchers, updater, backfill, gapFinder, compaction });
    const alarms = createAlarms(context, {
      fetchers,
      converter,
      updater,
      planner: backfill.planner,
      backfillArn: backfill.machine.arn,
      gapFinder,
      compactor: compaction?.compactor,
      compactionArn: compaction?.machine.arn,
      convertQueueName: pulumi.output(lake.convertQueueArn).apply((arn) => arn.split(":").at(-1)!),
      failedRunsName: scheduling.failedRuns.name,
    });
    if (alarms.topicArn !== undefined) discovery?.alarm(alarms.topicArn);

    LAKES.set(this, lake);
    const trail = settings.audit ? createTrail(context) : undefined;

    this.bucketName = pulumi.output(lake.bucketName);
    this.resultsBucketName = pulumi.output(lake.resultsBucketName);
    this.databaseName = pulumi.output(lake.databaseReference);
    this.tableName = catalog.table.name;
    this.tableNames = pulumi.all(catalog.tables.map((table) => table.name));
    this.viewNames = pulumi.all(catalog.views.map((view) => view.name));
    this.usersWorkgroupName = pulumi.output(lake.usersWorkgroupName);
    this.maintenanceWorkgroupName = pulumi.output(lake.maintenanceWorkgroupName);
    this.fetcherArns = pulumi.all(
      Object.fromEntries(Object.entries(fetchers).map(([app, { lambda }]) => [app, lambda.arn])),
    );
    this.converterArn = converter.lambda.arn;
    this.partitionUpdaterArn = updater.lambda.arn;
    this.stateMachineArn = backfill.machine.arn;
    this.convertQueueArn = pulumi.output(lake.convertQueueArn);
    this.convertDeadLettersArn = pulumi
      .all([lake.convertQueueArn, lake.convertDeadLettersName])
      .apply(([arn, name]) => arn.replace(/[^:]+$/, name));
    this.failedRunsArn = scheduling.failedRuns.arn;
    this.topicArn = pulumi.output(alarms.topicArn ?? "");
    this.dataKeyArn = pulumi.output(lake.dataKeyArn).apply((arn) => arn ?? "");
    this.alarmKeyArn = pulumi.output(alarms.keyArn ?? "");
    this.trailBucketName = pulumi.output(trail?.bucketName ?? "");
    this.registerOutputs({
      bucketName: this.bucketName,
      resultsBucketName: this.resultsBucketName,
      databaseName: this.databaseName,
      tableName: this.tableName,
      tableNames: this.tableNames,
      viewNames: this.viewNames,
      usersWorkgroupName: this.usersWorkgroupName,
      maintenanceWorkgroupName: this.maintenanceWorkgroupName,
      fetcherArns: this.fetcherArns,
      converterArn: this.converterArn,
      partitionUpdaterArn: this.partitionUpdaterArn,
      stateMachineArn: this.stateMachineArn,
      convertQueueArn: this.convertQueueArn,
      convertDeadLettersArn: this.convertDeadLettersArn,
      failedRunsArn: this.failedRunsArn,
      topicArn: this.topicArn,
      dataKeyArn: this.dataKeyArn,
      alarmKeyArn: this.alarmKeyArn,
      trailBucketName: this.trailBucketName,
    });
  }

  /** The lake, for further components on it. Programs in other languages make the lake first, and give it to each. */
  get lake(): LogLakeReference {
    return LAKES.get(this)!;
  }
}

/** Beside the instances: each property of theirs would be one in the package's schema. */
const LAKES = new WeakMap<AmplifyLogPipeline, LogLakeReference>();

const validateArguments = (name: string, args: AmplifyLogPipelineArgs): PipelineSettings => {
  const what = `AmplifyLogPipeline ${name}`;
  const { lake, ...rest } = args;
  if (lake === undefined) return settingsOrThrow(what, validatePipeline(rest, pulumi.getStack()));
  const misplaced = LAKE_KEYS.filter((key) => rest[key] !== undefined);
  if (misplaced.length > 0) {
    throw invalidArguments(
      what,
      misplaced.map((key) => ({
        field: key,
        reason: "belongs to the lake that was given",
        fix: "set it on the LogLake",
      })),
    );
  }
  return settingsOrThrow(what, validatePipeline({ ...rest, database: { name: lake.databaseName } }, pulumi.getStack()));
};

const lakeArguments = (args: AmplifyLogPipelineArgs) => {
  const { naming, owner, costCenter, tags } = args;
  return { naming, owner, costCenter, tags, ...Object.fromEntries(LAKE_KEYS.map((key) => [key, args[key]])) };
};

interface Catalog {
  readonly table: CatalogTable;
  readonly tables: readonly CatalogTable[];
  readonly views: readonly CatalogTable[];
}

const createCatalog = ({ name, settings, lake, parent }: PipelineContext): Catalog => {
  const names = { database: lake.databaseName, table: settings.tableName };
  const apps = [...settings.apps.map((app) => app.name), ...settings.otherApps];
  const database = lake.databaseReference;
  const shared = {
    database,
    bucketName: lake.bucketName,
    options: {
      ...names,
      rawPrefix: lake.rawPrefix,
      // Disabled and retired apps too, or their rows would vanish.
      apps: [...apps, ...settings.retiredApps],
      years: settings.projectionYears,
    },
  };
  const tables = createTables(name, { ...shared, define: catalogTables }, parent);
  if (settings.compaction.enabled) createTables(name, { ...shared, define: maintenanceTables }, parent);
  const table = tables[settings.tableName]!;
  const views = createViews(name, { database, names, apps, table }, parent);
  createNamedQueries(name, { database, workgroup: lake.usersWorkgroupName, names }, parent);
  return { table, tables: Object.values(tables), views: Object.values(views) };
};

interface Scheduled {
  readonly fetchers: Readonly<Record<string, HandlerFunction>>;
  readonly updater: HandlerFunction;
  readonly backfill: Backfill;
  readonly gapFinder: HandlerFunction;
  /** Undefined where compaction is off. */
  readonly compaction: Compaction | undefined;
}

const createSchedules = (
  context: PipelineContext,
  { fetchers, updater, backfill, gapFinder, compaction }: Scheduled,
): void => {
  const targets = Object.fromEntries([
    ...Object.entries(fetchers).map(([app, { lambda }]) => [`app/${app}`, lambda.arn] as const),
    ["partitions", updater.lambda.arn] as const,
    ["gaps", gapFinder.lambda.arn] as const,
    ...(compaction === undefined ? [] : [["compaction", compaction.machine.arn] as const]),
    ...(backfillSchedule(context.settings) === undefined ? [] : [["backfill", backfill.machine.arn] as const]),
  ]);
  const rights = allowStarting(context.name, targets, context, context.parent);
  for (const app of context.settings.apps) scheduleFetcher(context, app, fetchers[app.name]!, rights);
  schedulePartitionUpdater(context, updater, rights);
  scheduleBackfill(context, backfill, rights);
  scheduleGapFinder(context, gapFinder, rights);
  if (compaction !== undefined) scheduleCompaction(context, compaction, rights);
};
