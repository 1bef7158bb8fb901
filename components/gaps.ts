import * as pulumi from "@pulumi/pulumi";
import type { PipelineContext } from "./context";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { gapFinderStatements } from "./gapStatements";
import { createSchedule } from "./schedule";

/** What the gap finder works with. */
export interface GapFinderArgs {
  /** Key of the list of apps in the data bucket. */
  readonly appsKey: pulumi.Input<string>;
  /** The backfill, which asks for what was found. */
  readonly stateMachineArn: pulumi.Input<string>;
}

/** The function that looks for hours that are not proven, of all apps at once. */
export const createGapFinder = (context: PipelineContext, args: GapFinderArgs): HandlerFunction => {
  const { settings, lake } = context;
  const statements = pulumi
    .all([lake.bucketArn, args.appsKey, args.stateMachineArn])
    .apply(([bucketArn, appsKey, stateMachineArn]) => gapFinderStatements({ bucketArn, appsKey, stateMachineArn }));
  return createHandlerFunction(context, {
    bundle: "gaps",
    role: "gapFinder",
    description: "Looks for hours that are not proven and has them asked for again",
    statements,
    environment: {
      APPS_KEY: args.appsKey,
      STATE_MACHINE_ARN: args.stateMachineArn,
      DELAY_MINUTES: String(settings.delayMinutes),
      LOOKBACK_HOURS: String(settings.lookbackHours),
      SETTLING_HOURS: String(settings.settlingHours),
      GAP_DAYS: String(settings.gapDays),
    },
    readsOnly: true,
    failedRunsArn: context.scheduling.failedRuns.arn,
  });
};

export const scheduleGapFinder = (
  { name, settings, labels, scheduling, parent }: PipelineContext,
  finder: HandlerFunction,
  dependsOn: readonly pulumi.Resource[],
): void => {
  createSchedule(
    `${name}-gaps`,
    {
      targetArn: finder.lambda.arn,
      enabled: true,
      scheduling,
      dependsOn,
      scheduleName: labels.name("gapSchedule"),
      description: "Looks for hours that are not proven",
      expression: settings.gapSchedule,
    },
    parent,
  );
};
