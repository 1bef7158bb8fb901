/** CloudWatch's logs and alarms. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import { isRecord, type Values } from "../values";

/** PutRetentionPolicy's documentation; the model has no list. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
export const logGroupKey = (region: string, name: string): string => `logs:${region}:group/${name}`;
const filterPrefix = (region: string, group: string): string => `logs:${region}:filter/${group}/`;

export const logGroup: ResourceModel = {
  title: "CloudWatch Logs Log Group",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "logGroupClass"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    return {
      key: logGroupKey(region, name),
      id: name,
      computed: { arn: `arn:aws:logs:${region}:${account}:log-group:${name}` },
    };
  },
  calls: [
    call("logs", "CreateLogGroup", { name: "logGroupName", retentionInDays: undefined, skipDestroy: undefined }),
    {
      service: "logs",
      operation: "PutRetentionPolicy",
      parameters: ({ name, retentionInDays = 30 }) => ({ logGroupName: name, retentionInDays }),
    },
  ],
  plan: ({ retentionInDays: days }) =>
    typeof days === "number" && !RETENTION_DAYS.includes(days)
      ? [["retentionInDays", `expected retention_in_days to be one of [${RETENTION_DAYS.join(" ")}], got ${days}`]]
      : [],
  taken: () => new AwsError("ResourceAlreadyExistsException", "The specified log group already exists"),
  release: ({ inputs, place, cloud }) => {
    for (const [key] of cloud.below(filterPrefix(place.region, text(inputs["name"])))) cloud.remove(key);
  },
};

export const metricFilter: ResourceModel = {
  title: "CloudWatch Logs Metric Filter",
  nameInput: "name",
  forceNew: ["name", "logGroupName"],
  identify: (inputs, { region }) => ({
    key: `${filterPrefix(region, text(inputs["logGroupName"]))}${text(inputs["name"])}`,
    id: text(inputs["name"]),
    computed: {},
  }),
  calls: [
    {
      service: "logs",
      operation: "PutMetricFilter",
      parameters: ({ name, logGroupName, pattern, metricTransformation }) => {
        const { name: metricName, namespace, value, ...rest } = (metricTransformation ?? {}) as Values;
        return {
          filterName: name,
          logGroupName,
          filterPattern: pattern,
          metricTransformations: [{ metricName, metricNamespace: namespace, metricValue: value, ...rest }],
        };
      },
    },
  ],
  verify: ({ inputs, place, cloud }) => {
    if (cloud.get(logGroupKey(place.region, text(inputs["logGroupName"]))) === undefined)
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    checkFilterPattern(text(inputs["pattern"]));
  },
};

/** Of the language of patterns: what JSON patterns must look like. */
const checkFilterPattern = (pattern: string): void => {
  const invalid = (): AwsError => new AwsError("InvalidParameterException", "Invalid metric filter pattern");
  if (!pattern.trim().startsWith("{")) return;
  const body = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  const value = String.raw`("[^"]*"|[\w.*%^$-]+)`;
  const condition = new RegExp(
    String.raw`^\s*\(*\s*\$\.[\w.[\]*-]+\s*((=|!=|<|>|<=|>=)\s*${value}|IS (TRUE|FALSE|NULL)|NOT EXISTS)\s*\)*\s*$`,
  );
  if (body === undefined || !body.split(/&&|\|\|/).every((part) => condition.test(part))) throw invalid();
};

const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

export const alarm: ResourceModel = {
  title: "CloudWatch Metric Alarm",
  nameInput: "name",
  forceNew: ["name"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    return {
      key: `cloudwatch:${region}:alarm/${name}`,
      id: name,
      computed: { arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` },
    };
  },
  calls: [
    {
      service: "cloudwatch",
      operation: "PutMetricAlarm",
      parameters: ({ name, metricQueries, ...rest }) => ({
        alarmName: name,
        ...rest,
        ...(Array.isArray(metricQueries) ? { metrics: metricQueries.map(metricOf) } : {}),
      }),
    },
  ],
  plan: (inputs) => {
    const { statistic, metricQueries, metricName } = inputs;
    const problems: [string, string][] = [];
    if (typeof statistic === "string" && !STATISTICS.includes(statistic))
      problems.push(["statistic", `expected statistic to be one of [${STATISTICS.join(" ")}], got ${statistic}`]);
    if ((metricQueries === undefined) === (metricName === undefined))
      problems.push(["metricName", "only one of `metric_name,metric_query` can be specified, and one must be"]);
    return problems;
  },
  verify: ({ inputs }) => {
    const { period, metricQueries, evaluationPeriods } = inputs;
    const bad = (reason: string): AwsError => new AwsError("ValidationError", reason);
    const periods = [
      period,
      ...queriesOf(metricQueries).map(({ metric }) => (isRecord(metric) ? metric["period"] : undefined)),
    ];
    for (const seconds of periods) {
      if (typeof seconds === "number" && ![10, 20, 30].includes(seconds) && seconds % 60 !== 0)
        throw bad(`The parameter Period is not valid: it must be 10, 20, 30, or a multiple of 60.`);
    }
    // "The period multiplied by the evaluation periods" may span a day, or a week with periods of an hour and more.
    if (typeof period === "number" && period * Number(evaluationPeriods) > (period >= 3600 ? 604_800 : 86_400))
      throw bad("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).");
    const queries = queriesOf(metricQueries);
    if (queries.length === 0) return;
    // "CloudWatch service quotas": ten metrics in an alarm's expression.
    const metrics = queries.filter(({ metric }) => metric !== undefined).length;
    if (metrics > 10) throw bad(`The alarm has ${metrics} metrics, more than 10`);
    if (queries.filter((query) => query["returnData"] === true).length !== 1)
      throw bad("Exactly one element of the metrics list should return data.");
    const ids = queries.map((query) => text(query["id"]));
    const strange = ids.find((id) => !/^[a-z][a-zA-Z0-9_]*$/.test(id));
    if (strange !== undefined || new Set(ids).size !== ids.length)
      throw bad(`The value ${strange ?? ids.join(", ")} for parameter Id is not valid`);
  },
};

const queriesOf = (value: unknown): Values[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** A metric in a query is nested deeper in the API. */
const metricOf = (query: unknown): Values => {
  const { metric, ...rest } = query as Values;
  if (!isRecord(metric)) return rest;
  const { metricName, namespace, dimensions, ...statistics } = metric;
  return { ...rest, metricStat: { metric: { metricName, namespace, dimensions }, ...statistics } };
};

/** What the API reference allows ("Dashboard Body Structure and Syntax"): the grid, the kinds of widgets, and how much of each. */
const WIDGETS = ["metric", "text", "log", "alarm", "explorer", "custom", "chart"];
const COLUMNS = 24;
const MOST = { widgets: 500, metricsOfOne: 500, metricsOfAll: 2500, alarmsOfOne: 100 };

const checkWidget = (widget: Values, at: number): void => {
  const bad = (reason: string): AwsError =>
    new AwsError("DashboardInvalidInputError", `The field DashboardBody must be valid: /widgets/${at} ${reason}`);
  const { type, x = 0, y = 0, width = 6, height = 6, properties } = widget;
  if (!WIDGETS.includes(text(type))) throw bad(`has the type ${text(type)}`);
  if (!isRecord(properties)) throw bad("should have properties");
  const numbers = [x, y, width, height];
  if (!numbers.every((value) => Number.isInteger(value)) || Number(x) + Number(width) > COLUMNS || Number(height) < 1)
    throw bad(`does not fit the grid: ${numbers.join(", ")}`);
  if (type === "text" && text(properties["markdown"]) === "") throw bad("should have markdown");
  if (type === "alarm" && listOf(properties["alarms"]).length > MOST.alarmsOfOne) throw bad("has too many alarms");
  if (type !== "metric") return;
  if (text(properties["region"]) === "") throw bad("should have a region");
  const metrics = listOf(properties["metrics"]);
  if (metrics.length === 0 || metrics.length > MOST.metricsOfOne) throw bad(`has ${metrics.length} metrics`);
  for (const metric of metrics) {
    const parts = Array.isArray(metric) ? (metric as unknown[]) : [];
    const words = parts.filter((part) => typeof part === "string");
    const expression = parts.length === 1 && isRecord(parts[0]) && text(parts[0]["expression"]) !== "";
    // Namespace and name, then names and values of dimensions by turns.
    if (!expression && (words.length < 2 || words.length % 2 !== 0))
      throw bad(`has a bad metric ${JSON.stringify(metric)}`);
  }
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const dashboard: ResourceModel = {
  title: "CloudWatch Dashboard",
  nameInput: "dashboardName",
  forceNew: ["dashboardName"],
  identify: (inputs, { account }) => {
    const name = text(inputs["dashboardName"]);
    // Dashboards are of the whole account, whatever the region.
    const arn = `arn:aws:cloudwatch::${account}:dashboard/${name}`;
    return { key: `cloudwatch:dashboard/${name}`, id: name, computed: { dashboardArn: arn } };
  },
  calls: [call("cloudwatch", "PutDashboard")],
  plan: ({ dashboardName }) =>
    typeof dashboardName === "string" && !/^[A-Za-z0-9_-]{1,255}$/.test(dashboardName)
      ? [["dashboardName", `invalid value for dashboard_name: ${dashboardName}`]]
      : [],
  verify: ({ inputs }) => {
    const invalid = (reason: string): AwsError => new AwsError("DashboardInvalidInputError", reason);
    let body: unknown;
    try {
      body = JSON.parse(text(inputs["dashboardBody"]));
    } catch {
      throw invalid("The field DashboardBody must be a valid JSON object");
    }
    const widgets = isRecord(body) ? body["widgets"] : undefined;
    if (!Array.isArray(widgets)) throw invalid("The field DashboardBody must have widgets");
    if (widgets.length > MOST.widgets) throw invalid(`The dashboard has ${widgets.length} widgets`);
    widgets.filter(isRecord).forEach(checkWidget);
    const metrics = widgets
      .filter(isRecord)
      .flatMap(({ properties }) => (isRecord(properties) ? listOf(properties["metrics"]) : []));
    if (metrics.length > MOST.metricsOfAll) throw invalid(`The dashboard has ${metrics.length} metrics`);
  },
};
