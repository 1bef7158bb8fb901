import * as pulumi from "@pulumi/pulumi";
import { LogMetricFilter, MetricAlarm } from "@pulumi/aws/cloudwatch";
import { ALARM_KINDS, alarmDescription, type AlarmName } from "../src/model/alarms";
import { FETCH_ERRORS, fetchErrorsNamespace, pipelineId } from "../src/model/metrics";
import { alarmConditions, type Watched } from "./alarmConditions";
import { alarmTarget } from "./alarmTopic";
import type { PipelineContext } from "./context";
import { createDashboard } from "./dashboard";

export interface Alarms {
  readonly topicArn: pulumi.Output<string> | undefined;
  readonly keyArn: pulumi.Output<string> | undefined;
}

/** Lambda's own report of an invocation that did not end well, time-outs included. */
const FAILED_RUN = '{ $.type = "platform.report" && $.record.status != "success" }';

/** One metric over all apps: a metric an app would cost 300 USD a month at 100 apps. The app is in the log. */
const countFetchErrors = ({ name, settings, parent }: PipelineContext, fetchers: Watched["fetchers"]): void => {
  const namespace = fetchErrorsNamespace(pipelineId(settings.naming));
  for (const [app, { logGroup }] of Object.entries(fetchers)) {
    new LogMetricFilter(
      `${name}-${app}-fetch-errors`,
      {
        name: FETCH_ERRORS,
        logGroupName: logGroup.name,
        pattern: FAILED_RUN,
        metricTransformation: { namespace, name: FETCH_ERRORS, value: "1" },
      },
      { parent },
    );
  }
};

/** The alarms, one a kind, with their topic and a dashboard. */
export const createAlarms = (context: PipelineContext, watched: Watched): Alarms => {
  const { name, settings, labels, lake, parent } = context;
  if (!settings.alarms.enabled) return { topicArn: undefined, keyArn: undefined };
  const target = alarmTarget(context);
  countFetchErrors(context, watched.fetchers);
  const conditions = alarmConditions({ settings, lake, watched });
  const alarms = (Object.keys(ALARM_KINDS) as AlarmName[]).flatMap((kind) => {
    const condition = conditions[kind];
    if (condition === undefined) return [];
    const { suffix, role } = ALARM_KINDS[kind];
    return new MetricAlarm(
      `${name}-${suffix}`,
      {
        name: labels.name(role),
        alarmDescription: alarmDescription(ALARM_KINDS[kind]),
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: 1,
        // Counts: what is not reported did not happen.
        treatMissingData: "notBreaching",
        alarmActions: [target.topicArn],
        okActions: [target.topicArn],
        tags: labels.tags,
        ...condition,
      },
      { parent },
    );
  });
  createDashboard(
    context,
    watched,
    alarms.map(({ arn }) => arn),
  );
  return target;
};
