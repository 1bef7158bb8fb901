import * as pulumi from "@pulumi/pulumi";
import { backfillSchedule } from "../src/model/configuration";
import { backfillDefinition } from "./backfillDefinition";
import type { PipelineContext } from "./context";
import { crawlRights, type CrawlMachineArgs } from "./crawlMachine";
import { createHandlerFunction, SIZING, type HandlerFunction } from "./function";
import { attachPolicySets } from "./policySets";
import { createSchedule } from "./schedule";
import { createMachineRole, createStateMachine, type CreatedStateMachine } from "./stateMachine";
import { childStatements, invokeStatements } from "./stateMachineStatements";
import { planStatements } from "./backfillStatements";

export interface Backfill extends CreatedStateMachine {
  readonly planner: HandlerFunction;
}

/** The function that says who is asked for what, and sums up what came of it. */
const createPlanner = (context: PipelineContext, appsKey: pulumi.Input<string>): HandlerFunction => {
  const { settings, lake } = context;
  return createHandlerFunction(context, {
    bundle: "plan",
    role: "planner",
    description: "Plans a backfill and sums it up",
    statements: pulumi
      .all([lake.bucketArn, appsKey])
      .apply(([bucketArn, key]) => planStatements({ bucketArn, appsKey: key })),
    environment: {
      APPS_KEY: appsKey,
      BACKFILL_DAYS: String(settings.backfill.days),
    },
    readsOnly: true,
  });
};

/** The state machine that fetches hours again, or for the first time. */
export const createBackfill = (
  context: PipelineContext,
  fetchers: Readonly<Record<string, HandlerFunction>>,
  appsKey: pulumi.Input<string>,
  /** The crawler that runs at the end; none where the catalogue is declared only. */
  crawl: CrawlMachineArgs | undefined,
): Backfill => {
  const { name, settings, labels, parent } = context;
  const planner = createPlanner(context, appsKey);
  const role = createMachineRole(
    `${name}-backfill`,
    {
      machine: "backfillMachine",
      role: "backfillRole",
      description: "Runs the backfill",
      statements: (machineArn) =>
        pulumi
          .all([planner.lambda.arn, crawl === undefined ? [] : crawlRights(context, crawl)])
          .apply(([arn, crawling]) => [...invokeStatements([arn]), ...childStatements(machineArn), ...crawling]),
    },
    context,
  );
  const rights = attachPolicySets(
    `${name}-backfill`,
    {
      role: role.role,
      policyRole: "backfillPolicy",
      description: "Runs fetchers for the backfill",
      labels,
      targets: Object.fromEntries(Object.entries(fetchers).map(([app, { lambda }]) => [`app/${app}`, lambda.arn])),
      statements: invokeStatements,
    },
    parent,
  );
  const definition = planner.lambda.arn.apply((plannerArn) =>
    backfillDefinition({
      plannerArn,
      maxConcurrency: settings.backfill.maxConcurrency,
      fetchSeconds: SIZING.fetch.timeoutSeconds,
      ...(crawl === undefined ? {} : { crawl: { ...crawl, crawlerName: crawl.crawler.crawlerName } }),
    }),
  );
  const created = createStateMachine(`${name}-backfill`, { role, definition, dependsOn: rights }, context);
  return { ...created, planner };
};

/** Runs the backfill by the clock, where a schedule is given. */
export const scheduleBackfill = (
  { name, settings, labels, scheduling, parent }: PipelineContext,
  { machine }: Backfill,
  dependsOn: readonly pulumi.Resource[],
): void => {
  const { days } = settings.backfill;
  const schedule = backfillSchedule(settings);
  if (schedule === undefined) return;
  createSchedule(
    `${name}-backfill`,
    {
      scheduleName: labels.name("backfillSchedule"),
      description: `Fetches the last ${days} days again`,
      expression: schedule,
      targetArn: machine.arn,
      enabled: true,
      scheduling,
      dependsOn,
    },
    parent,
  );
};
