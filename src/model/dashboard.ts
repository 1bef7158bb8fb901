/**
 * The dashboard's body, as CloudWatch's PutDashboard takes it. It is the same for one app and for a hundred: fetchers are found by
 * their names' beginning when it is looked at, and its own metrics have no app.
 */
import { RUNBOOK } from "./alarms";
import {
  FETCH_ERRORS,
  fetchErrorsNamespace,
  METRIC_NAMESPACE,
  METRICS,
  PIPELINE_DIMENSION,
  type MetricName,
} from "./metrics";

export interface DashboardInputs {
  readonly region: string;
  /** As `pipelineId` makes it. */
  readonly pipeline: string;
  readonly alarmArns: readonly string[];
  /** Beginning of the fetchers' names, without an app. */
  readonly fetcherPrefix: string;
  /** Names of the other functions. */
  readonly functions: readonly string[];
  readonly convertQueue: string;
  readonly deadLetterQueues: readonly string[];
  readonly workgroups: readonly string[];
  readonly bucket: string;
  readonly stateMachineArns: readonly string[];
}

type Stat = "Sum" | "Maximum" | "Average";
/** Namespace, name, pairs of dimensions, and how it is shown; or an expression alone. */
type Metric = readonly (string | Readonly<Record<string, string | number>>)[];

const HOUR = 3600;
const MINUTES = 60;
const DAY = 86_400;
/** CloudWatch's grid has 24 columns. */
const COLUMNS = 24;
const HEIGHT = 6;

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat: Stat;
  /** Seconds. */
  readonly period: number;
}

const own = (pipeline: string, name: MetricName): Metric => [
  METRIC_NAMESPACE,
  name,
  PIPELINE_DIMENSION,
  pipeline,
  { stat: METRICS[name].kind === "counter" ? "Sum" : "Maximum", label: METRICS[name].meaning },
];

const search = (metricName: string, phrase: string, stat: Stat, period: number): string =>
  `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metricName}" "${phrase}"', '${stat}', ${period})`;

const graphsOf = (of: DashboardInputs): readonly (readonly Graph[])[] => {
  const mine = (...names: readonly MetricName[]): Metric[] => names.map((name) => own(of.pipeline, name));
  const perFunction = (metricName: string): Metric[] =>
    of.functions.map((name) => ["AWS/Lambda", metricName, "FunctionName", name, { label: name }]);
  const fetchers = (label: string, expression: string): Metric => [{ expression, label }];
  return [
    [
      { title: "How old the newest complete hour is", metrics: mine("FreshnessHours"), stat: "Maximum", period: HOUR },
      { title: "Missing hours", metrics: mine("Gaps", "UnrecoverableGaps"), stat: "Maximum", period: HOUR },
      { title: "Requests without a row, percent", metrics: mine("MissingShare"), stat: "Maximum", period: HOUR },
    ],
    [
      { title: "Fetched rows", metrics: mine("RowsFetched", "LateRows"), stat: "Sum", period: HOUR },
      { title: "Converted rows", metrics: mine("RowsConverted", "RowsRejected"), stat: "Sum", period: HOUR },
      { title: "Put aside, failed", metrics: mine("FilesQuarantined", "ConversionsFailed"), stat: "Sum", period: HOUR },
    ],
    [
      {
        title: "Failed runs",
        metrics: [[fetchErrorsNamespace(of.pipeline), FETCH_ERRORS, { label: "fetchers" }], ...perFunction("Errors")],
        stat: "Sum",
        period: 5 * MINUTES,
      },
      {
        title: "Throttled starts",
        metrics: [
          fetchers("fetchers", `SUM(${search("Throttles", of.fetcherPrefix, "Sum", 5 * MINUTES)})`),
          ...perFunction("Throttles"),
        ],
        stat: "Sum",
        period: 5 * MINUTES,
      },
      {
        title: "Longest run, milliseconds",
        metrics: [
          fetchers("fetchers", `MAX(${search("Duration", of.fetcherPrefix, "Maximum", 5 * MINUTES)})`),
          ...perFunction("Duration"),
        ],
        stat: "Maximum",
        period: 5 * MINUTES,
      },
    ],
    [
      {
        title: "Files that wait to be converted",
        metrics: [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", of.convertQueue, { label: "files" }]],
        stat: "Maximum",
        period: 5 * MINUTES,
      },
      {
        title: "Given up",
        metrics: of.deadLetterQueues.map((name) => [
          "AWS/SQS",
          "ApproximateNumberOfMessagesVisible",
          "QueueName",
          name,
          { label: name },
        ]),
        stat: "Maximum",
        period: 5 * MINUTES,
      },
      {
        title: "Backfill and compaction",
        metrics: of.stateMachineArns.flatMap((arn) =>
          ["ExecutionsStarted", "ExecutionsFailed"].map((name) => ["AWS/States", name, "StateMachineArn", arn]),
        ),
        stat: "Sum",
        period: HOUR,
      },
    ],
    [
      {
        title: "Scanned by queries, bytes",
        metrics: of.workgroups.flatMap((name) =>
          ["SUCCEEDED", "CANCELED"].map((state) => [
            ...["AWS/Athena", "ProcessedBytes", "QueryState", state, "QueryType", "DML", "WorkGroup", name],
            { label: `${name}, ${state.toLowerCase()}` },
          ]),
        ),
        stat: "Sum",
        period: DAY,
      },
      {
        title: "Data bucket, bytes",
        metrics: [["AWS/S3", "BucketSizeBytes", "BucketName", of.bucket, "StorageType", "StandardStorage"]],
        stat: "Average",
        period: DAY,
      },
    ],
  ];
};

/** @returns JSON text of at most some ten kilobytes, whatever the number of apps. */
export const dashboardBody = (of: DashboardInputs): string => {
  const markdown =
    `# ${of.pipeline}\nAccess logs of Amplify apps. What to do when an alarm comes: \`${RUNBOOK}\` of amplify-log-pipeline. ` +
    "Metrics have no app: which one it is stands in the table `fetch_coverage` and in the functions' logs.";
  const head = [
    { type: "text", x: 0, y: 0, width: COLUMNS / 2, height: HEIGHT / 2, properties: { markdown } },
    {
      type: "alarm",
      x: COLUMNS / 2,
      y: 0,
      width: COLUMNS / 2,
      height: HEIGHT / 2,
      properties: { title: "Alarms", alarms: of.alarmArns },
    },
  ];
  const graphs = graphsOf(of).flatMap((row, rowIndex) =>
    row.map(({ title, metrics, stat, period }, index) => ({
      type: "metric",
      x: (index * COLUMNS) / row.length,
      y: HEIGHT / 2 + rowIndex * HEIGHT,
      width: COLUMNS / row.length,
      height: HEIGHT,
      properties: { title, metrics, stat, period, region: of.region, view: "timeSeries", yAxis: { left: { min: 0 } } },
    })),
  );
  return JSON.stringify({ start: "-P7D", periodOverride: "inherit", widgets: [...head, ...graphs] });
};
