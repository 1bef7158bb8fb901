import * as pulumi from "@pulumi/pulumi";
import type { AppSettings } from "../src/model/configuration";
import { runsWithinTheHour } from "../src/model/scheduleExpression";
import type { PipelineContext } from "./context";
import { createHandlerFunction, type HandlerFunction } from "./function";
import { createSchedule } from "./schedule";
import { fetchStatements } from "./statements";

/** The function that fetches one app, with rights on that app alone. */
export const createFetcher = (context: PipelineContext, app: AppSettings): HandlerFunction => {
  const { settings, account, lake } = context;
  const region = app.region === undefined ? account.region : pulumi.output(app.region);
  const roleArn = app.roleArn as pulumi.Input<string> | undefined;
  const statements = pulumi
    .all([lake.bucketArn, account.partition, account.id, region, roleArn])
    .apply(([bucketArn, partition, id, appRegion, role]) =>
      fetchStatements({
        bucketArn,
        rawPrefix: lake.rawPrefix,
        app: app.name,
        appArn: `arn:${partition}:amplify:${appRegion}:${id}:apps/${app.appId}`,
        roleArn: role,
        completeness: settings.completeness,
      }),
    );
  return createHandlerFunction(context, {
    bundle: "fetch",
    role: "fetcher",
    app: app.name,
    description: `Fetches the access logs of ${app.name}`,
    statements,
    environment: {
      APP_NAME: app.name,
      APP_ID: app.appId,
      DOMAIN_NAME: app.domainName,
      ...(app.furtherDomains.length === 0 ? {} : { FURTHER_DOMAINS: app.furtherDomains.join(",") }),
      APP_REGION: region,
      ...(roleArn === undefined ? {} : { ROLE_ARN: roleArn }),
      RAW_PREFIX: lake.rawPrefix,
      DELAY_MINUTES: String(settings.delayMinutes),
      LOOKBACK_HOURS: String(settings.lookbackHours),
      SETTLING_HOURS: String(settings.settlingHours),
      CHUNK_DAYS: String(settings.chunkDays),
      ...(settings.completeness ? { COMPLETENESS: "true" } : {}),
      ...(runsWithinTheHour(settings.schedule) ? { OPEN_HOURS: "true" } : {}),
    },
    failedRunsArn: context.scheduling.failedRuns.arn,
  });
};

/** When the app is fetched: often for the last hours, daily for those that may still gain rows. */
export const scheduleFetcher = (
  context: PipelineContext,
  app: AppSettings,
  fetcher: HandlerFunction,
  dependsOn: readonly pulumi.Resource[],
): void => {
  const { name, settings, labels, scheduling, parent } = context;
  const shared = { targetArn: fetcher.lambda.arn, enabled: app.enabled, scheduling, dependsOn };
  createSchedule(
    `${name}-${app.name}-fetch`,
    {
      ...shared,
      scheduleName: labels.name("fetchSchedule", app.name),
      description: `Fetches the last ${settings.lookbackHours} hours of ${app.name}`,
      expression: settings.schedule,
      input: { mode: "lookback", app: app.name, hours: String(settings.lookbackHours) },
    },
    parent,
  );
  createSchedule(
    `${name}-${app.name}-settle`,
    {
      ...shared,
      scheduleName: labels.name("settlingSchedule", app.name),
      description: `Fetches the last ${settings.settlingHours} hours of ${app.name} again`,
      expression: settings.settlingSchedule,
      input: { mode: "settle", app: app.name, hours: String(settings.settlingHours) },
    },
    parent,
  );
};
