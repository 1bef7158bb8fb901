import * as pulumi from "@pulumi/pulumi";
import type { PipelineContext } from "./context";
import { createHandlerFunction, SIZING, type HandlerFunction } from "./function";
import { partitionStatements, type MaintenanceRights } from "./maintenanceStatements";
import { createSchedule } from "./schedule";

/**
 * Every hour, five minutes past it: so that rows of the day of the first `pulumi up`, of a backfill, or of a day whose run ahead
 * of time failed are found within the hour. The statement is DDL, which Athena does not charge for.
 */
const HOURLY = "cron(5 * * * ? *)";
/** Leaves the function a minute to stop its query and say so. */
const QUERY_TIMEOUT_SECONDS = SIZING.partitions.timeoutSeconds - 60;

/** What the maintenance of the table is about, once it is known. */
export const maintenanceRights = ({ settings, account, lake }: PipelineContext): pulumi.Output<MaintenanceRights> =>
  pulumi
    .all([
      lake.bucketArn,
      lake.resultsBucketArn,
      lake.maintenanceWorkgroupArn,
      account.partition,
      account.region,
      account.id,
    ])
    .apply(([bucketArn, resultsBucketArn, workgroupArn, partition, region, id]) => ({
      bucketArn,
      resultsBucketArn,
      workgroupArn,
      glueArn: `arn:${partition}:glue:${region}:${id}`,
      database: lake.databaseName,
      table: settings.tableName,
    }));

/** The function that makes partitions known to Athena, for all apps at once. */
export const createPartitionUpdater = (context: PipelineContext, table: pulumi.Input<string>): HandlerFunction => {
  const { settings, lake } = context;
  return createHandlerFunction(context, {
    bundle: "partitions",
    role: "partitionUpdater",
    description: "Adds today's and tomorrow's partitions, and drops those beyond retention",
    statements: maintenanceRights(context).apply(partitionStatements),
    environment: {
      DATABASE: lake.databaseName,
      TABLE: table,
      WORKGROUP: lake.maintenanceWorkgroupName,
      APPS: [...settings.apps.map((app) => app.name), ...settings.otherApps].join(","),
      QUERY_TIMEOUT_SECONDS: String(QUERY_TIMEOUT_SECONDS),
      TABLE_DAYS: String(settings.retention.tableDays),
    },
    failedRunsArn: context.scheduling.failedRuns.arn,
  });
};

export const schedulePartitionUpdater = (
  context: PipelineContext,
  updater: HandlerFunction,
  dependsOn: readonly pulumi.Resource[],
): void => {
  const { name, settings, labels, scheduling, parent } = context;
  const shared = { targetArn: updater.lambda.arn, enabled: true, scheduling, dependsOn };
  createSchedule(
    `${name}-partitions`,
    {
      ...shared,
      scheduleName: labels.name("partitionSchedule"),
      description: "Adds partitions ahead of time",
      expression: settings.partitionSchedule,
    },
    parent,
  );
  createSchedule(
    `${name}-partitions-hourly`,
    {
      ...shared,
      scheduleName: labels.name("hourlyPartitionSchedule"),
      description: "Adds partitions within the hour",
      expression: HOURLY,
    },
    parent,
  );
};
