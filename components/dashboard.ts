import * as pulumi from "@pulumi/pulumi";
import { Dashboard } from "@pulumi/aws/cloudwatch";
import { dashboardBody } from "../src/model/dashboard";
import { pipelineId } from "../src/model/metrics";
import type { Watched } from "./alarmConditions";
import type { PipelineContext } from "./context";

const present = <Item>(items: readonly (Item | undefined)[]): Item[] =>
  items.flatMap((item) => (item === undefined ? [] : [item]));

/** One page that shows what the alarms watch. */
export const createDashboard = (
  { name, settings, labels, account, lake, parent }: PipelineContext,
  watched: Watched,
  alarmArns: readonly pulumi.Input<string>[],
): Dashboard => {
  const { converter, updater, planner, gapFinder, compactor, backfillArn, compactionArn } = watched;
  const handlers = present([converter, updater, planner, gapFinder, compactor]);
  const machines = present([backfillArn, compactionArn]);
  const body = pulumi
    .output({
      region: account.region,
      alarmArns: [...alarmArns],
      functions: handlers.map(({ lambda }) => lambda.name),
      convertQueue: watched.convertQueueName,
      deadLetterQueues: [lake.convertDeadLettersName, watched.failedRunsName],
      workgroups: [lake.usersWorkgroupName, lake.maintenanceWorkgroupName],
      bucket: lake.bucketName,
      stateMachineArns: machines,
    })
    .apply((known) =>
      dashboardBody({ ...known, pipeline: pipelineId(settings.naming), fetcherPrefix: labels.name("fetcher") }),
    );
  return new Dashboard(name, { dashboardName: labels.name("dashboard"), dashboardBody: body }, { parent });
};
