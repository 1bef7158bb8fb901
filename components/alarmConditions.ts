/** When each alarm fires. Counts that nobody reports are zero; only freshness must be reported. */
import type * as pulumi from "@pulumi/pulumi";
import type { AlarmName } from "../src/model/alarms";
import type { PipelineSettings } from "../src/model/configuration";
import {
  FETCH_ERRORS,
  fetchErrorsNamespace,
  METRIC_NAMESPACE,
  METRICS,
  PIPELINE_DIMENSION,
  pipelineId,
  type MetricName,
} from "../src/model/metrics";
import { longestPauseMs } from "../src/model/scheduleExpression";
import { GIGABYTE } from "../src/model/units";
import { DAY_MS, HOUR_MS } from "../src/model/windows";
import {
  DAY,
  expression,
  HOUR,
  lambdaMetric,
  machineFailures,
  MINUTES,
  queueMetric,
  single,
  sum,
  type Condition,
  type MetricSource,
} from "./alarmMetrics";
import type { LogLakeReference } from "./arguments";
import type { HandlerFunction } from "./function";

/** What alarms look at, besides the pipeline's own metrics. */
export interface Watched {
  readonly fetchers: Readonly<Record<string, HandlerFunction>>;
  readonly converter: HandlerFunction;
  readonly updater: HandlerFunction;
  readonly planner: HandlerFunction;
  readonly gapFinder: HandlerFunction;
  readonly backfillArn: pulumi.Input<string>;
  /** Absent where compaction is off, as its state machine is. */
  readonly compactor: HandlerFunction | undefined;
  readonly compactionArn: pulumi.Input<string> | undefined;
  /** Name of the queue of objects to convert. */
  readonly convertQueueName: pulumi.Input<string>;
  /** Name of the queue of runs that were given up. */
  readonly failedRunsName: pulumi.Input<string>;
}

/** Rejected lines of an hour that say nothing yet: a scanner on a site without visitors is no trouble of ours. */
const FEW_REJECTED = 10;

/** Bytes of one workgroup's queries; Athena charges those that were cancelled too, by a limit for example. */
const scanned = (workgroup: pulumi.Input<string>, state: "SUCCEEDED" | "CANCELED"): MetricSource => ({
  namespace: "AWS/Athena",
  metricName: "ProcessedBytes",
  dimensions: { QueryState: state, QueryType: "DML", WorkGroup: workgroup },
  statistic: "Sum",
});

/** Seconds in which a schedule surely ran once: twice its longest pause, because a run may start late. A day at most, says CloudWatch. */
const surelyOnce = (schedule: string): number =>
  Math.min(DAY, Math.max(HOUR, Math.ceil((2 * Math.min(longestPauseMs(schedule), DAY_MS)) / HOUR_MS) * HOUR));

export interface ConditionInputs {
  readonly settings: PipelineSettings;
  readonly lake: LogLakeReference;
  readonly watched: Watched;
}

/** The conditions by alarm; undefined where there is nothing to watch. */
export const alarmConditions = ({
  settings,
  lake,
  watched,
}: ConditionInputs): Record<AlarmName, Condition | undefined> => {
  const { alarms, naming } = settings;
  const pipeline = pipelineId(naming);
  const own = (metricName: MetricName): MetricSource => ({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensions: { [PIPELINE_DIMENSION]: pipeline },
    statistic: METRICS[metricName].kind === "counter" ? "Sum" : "Maximum",
  });
  const { converter, updater, planner, gapFinder, compactor } = watched;
  const gapPeriod = surelyOnce(settings.gapSchedule);
  // A fetcher that is throttled is started again for hours, by Lambda itself; freshness says so when that is not enough.
  const shared: Record<string, HandlerFunction | undefined> = { converter, updater, planner, gapFinder, compactor };
  const throttles = Object.entries(shared).flatMap(([id, handler]) =>
    handler === undefined ? [] : [[id, lambdaMetric("Throttles", handler)] as const],
  );

  return {
    fetchErrors: single(
      { namespace: fetchErrorsNamespace(pipeline), metricName: FETCH_ERRORS, statistic: "Sum" },
      HOUR,
    ),
    freshness: {
      ...single(own("FreshnessHours"), gapPeriod),
      threshold: alarms.freshnessHours,
      // Who should say how old the newest hour is, and does not, is itself the trouble.
      treatMissingData: "breaching",
    },
    gaps: expression("open + lost", "hours", { open: own("Gaps"), lost: own("UnrecoverableGaps") }, gapPeriod),
    gapFinderErrors: single(lambdaMetric("Errors", gapFinder), 5 * MINUTES),
    convertErrors: sum(
      "failed",
      // A failed conversion is an answer to the queue, not an error of the function; its time-out is one.
      { runs: lambdaMetric("Errors", converter), conversions: own("ConversionsFailed") },
      5 * MINUTES,
    ),
    backlog: {
      ...single(queueMetric("ApproximateAgeOfOldestMessage", watched.convertQueueName), 5 * MINUTES),
      threshold: alarms.freshnessHours * HOUR,
    },
    rejected: {
      ...expression(
        `IF(FILL(rejected, 0) >= ${FEW_REJECTED}, 100 * rejected / (rejected + FILL(converted, 0)), 0)`,
        "percent",
        { rejected: own("RowsRejected"), converted: own("RowsConverted") },
        HOUR,
      ),
      threshold: alarms.rejectedPercent,
    },
    quarantine: single(own("FilesQuarantined"), HOUR),
    partitionErrors: single(lambdaMetric("Errors", updater), 5 * MINUTES),
    deadLetters: sum(
      "given up",
      {
        objects: queueMetric("ApproximateNumberOfMessagesVisible", lake.convertDeadLettersName),
        runs: queueMetric("ApproximateNumberOfMessagesVisible", watched.failedRunsName),
      },
      5 * MINUTES,
    ),
    throttles: {
      ...sum("throttled", Object.fromEntries(throttles), 5 * MINUTES),
      // One is tried again within seconds; a quarter of an hour of them is not.
      evaluationPeriods: 3,
    },
    backfillErrors: machineFailures(watched.backfillArn),
    compactionErrors: machineFailures(watched.compactionArn),
    bucketSize: {
      ...single(
        {
          namespace: "AWS/S3",
          metricName: "BucketSizeBytes",
          dimensions: { BucketName: lake.bucketName, StorageType: "StandardStorage" },
          statistic: "Average",
        },
        DAY,
      ),
      threshold: alarms.bucketGigabytes * GIGABYTE,
      // S3 reports once a day, and a day late: in between, what it said last holds.
      treatMissingData: "ignore",
    },
    scanBudget: {
      ...sum(
        "bytes",
        {
          users: scanned(lake.usersWorkgroupName, "SUCCEEDED"),
          usersCancelled: scanned(lake.usersWorkgroupName, "CANCELED"),
          maintenance: scanned(lake.maintenanceWorkgroupName, "SUCCEEDED"),
          maintenanceCancelled: scanned(lake.maintenanceWorkgroupName, "CANCELED"),
        },
        DAY,
      ),
      threshold: alarms.scanGigabytesPerDay * GIGABYTE,
    },
  };
};
