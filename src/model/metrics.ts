/**
 * The pipeline's own metrics: what handlers emit, alarms watch and the dashboard shows. One table, so that no alarm waits for a
 * name that nobody emits.
 *
 * None has the app as a dimension: CloudWatch bills each combination (0.30 USD a month, November 2026), and at 100 apps ten metrics
 * would cost 300 USD a month. The app is a field of the log.
 */
export const METRIC_NAMESPACE = "AmplifyLogPipeline";
/** The one dimension; its value is `pipelineId`. */
export const PIPELINE_DIMENSION = "pipeline";

/** Whose metrics these are: two pipelines in one account and region differ in project or environment. */
export const pipelineId = (naming: { readonly project: string; readonly environment: string }): string =>
  `${naming.project}-${naming.environment}`;

interface Metric {
  /** A counter is summed over a period; of a gauge, which states something, the highest value counts. */
  readonly kind: "counter" | "gauge";
  readonly unit: "Count" | "Percent" | "None";
  readonly meaning: string;
}

export const METRICS = {
  RowsFetched: { kind: "counter", unit: "Count", meaning: "New rows that were stored in raw/" },
  LateRows: { kind: "counter", unit: "Count", meaning: "New rows of hours that were thought complete" },
  RowsConverted: {
    kind: "counter",
    unit: "Count",
    meaning: "Rows of the hours that were converted, as the table has them",
  },
  RowsRejected: { kind: "counter", unit: "Count", meaning: "Lines of those hours that broke a rule" },
  ConversionsFailed: { kind: "counter", unit: "Count", meaning: "Conversions that failed and are tried again" },
  FilesQuarantined: { kind: "counter", unit: "Count", meaning: "Files that are no access log" },
  ReadsFailed: { kind: "counter", unit: "Count", meaning: "Delivered objects whose reading failed and is tried again" },
  ObjectsIgnored: { kind: "counter", unit: "Count", meaning: "Events that name no object of ours" },
  ApplicationRows: { kind: "counter", unit: "Count", meaning: "Lines of applications' logs that keep all rules" },
  ApplicationErrorRows: { kind: "counter", unit: "Count", meaning: "Lines of applications' logs that broke a rule" },
  Gaps: { kind: "gauge", unit: "Count", meaning: "Hours, older than the settling time, that are not proven" },
  UnrecoverableGaps: {
    kind: "gauge",
    unit: "Count",
    meaning: "Hours that became too old to be asked for within the last day, unproven",
  },
  FreshnessHours: {
    kind: "gauge",
    unit: "None",
    meaning: "Hours since the newest proven hour, of the app that is furthest behind",
  },
  MissingShare: {
    kind: "gauge",
    unit: "Percent",
    meaning: "Share of the requests that Amplify counted and no row shows, of the app that lacks most",
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

/**
 * Failed runs of fetchers, counted by a filter on Lambda's own reports: a function that ran out of time or memory can emit
 * nothing. A filter's metric has no constant dimension, so that its namespace holds the pipeline.
 */
export const FETCH_ERRORS = "FetchErrors";
export const fetchErrorsNamespace = (pipeline: string): string => `${METRIC_NAMESPACE}/${pipeline}`;

/** Lines of a crawler's log that say ERROR, counted by a filter; the namespace says whose, as a filter's metric has no constant dimension. */
export const CRAWL_ERRORS = "CrawlErrors";
export const crawlErrorsNamespace = (pipeline: string, crawler: string): string =>
  `${METRIC_NAMESPACE}/${pipeline}/${crawler}`;

/** Objects whose reading failed, counted by a filter on the log of the function of one source. */
export const READ_ERRORS = "ReadErrors";
export const readErrorsNamespace = (pipeline: string, reader: string): string =>
  `${METRIC_NAMESPACE}/${pipeline}/${reader}`;
