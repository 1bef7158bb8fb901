/**
 * As much of CloudWatch as an alarm meets: metrics out of embedded lines, expressions over one period, and the state that follows.
 * Written from its user guide ("Embedded metric format specification", "Using metric math", "Configuring how CloudWatch alarms
 * treat missing data"), not from our code.
 */

/** A metric's identity, as text: namespace, name, dimensions by name. */
export const metricKey = (namespace: string, name: string, dimensions: Readonly<Record<string, string>> = {}): string =>
  [
    namespace,
    name,
    ...Object.entries(dimensions)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
  ].join(" ");

/** Values of one period by metric. */
export type Points = ReadonlyMap<string, readonly number[]>;

interface EmbeddedLine {
  readonly _aws?: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/** What CloudWatch makes of a function's output. */
export const metricsIn = (lines: readonly string[]): Map<string, number[]> => {
  const points = new Map<string, number[]>();
  for (const line of lines.map((text) => JSON.parse(text) as EmbeddedLine)) {
    for (const { Namespace, Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
        for (const { Name } of Metrics) {
          const key = metricKey(Namespace, Name, dimensions);
          points.set(key, [...(points.get(key) ?? []), ...[line[Name]].flat().map(Number)]);
        }
      }
    }
  }
  return points;
};

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly returnData?: boolean;
  readonly metric?: {
    readonly namespace: string;
    readonly metricName: string;
    readonly dimensions?: Readonly<Record<string, string>>;
    readonly stat: string;
  };
}

/** A MetricAlarm's inputs. */
export interface AlarmInputs {
  readonly name: string;
  readonly alarmDescription: string;
  readonly comparisonOperator: string;
  readonly threshold: number;
  readonly treatMissingData: string;
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
  readonly metricQueries?: readonly MetricQuery[];
}

interface WatchedMetric {
  readonly id: string;
  readonly key: string;
  readonly stat: string;
}

/** The metrics that an alarm looks at. */
export const watchedBy = (alarm: AlarmInputs): WatchedMetric[] => {
  if (alarm.metricQueries === undefined) {
    const key = metricKey(alarm.namespace!, alarm.metricName!, alarm.dimensions);
    return [{ id: "metric", key, stat: alarm.statistic! }];
  }
  return alarm.metricQueries.flatMap(({ id, metric }) =>
    metric === undefined
      ? []
      : [{ id, key: metricKey(metric.namespace, metric.metricName, metric.dimensions), stat: metric.stat }],
  );
};

type Value = number | undefined;

const aggregate = (values: readonly number[] | undefined, stat: string): Value => {
  if (values === undefined || values.length === 0) return undefined;
  const sum = values.reduce((all, value) => all + value, 0);
  switch (stat) {
    case "Sum":
      return sum;
    case "Maximum":
      return Math.max(...values);
    case "Average":
      return sum / values.length;
    default:
      throw new Error(`no statistic ${stat}`);
  }
};

const OPERATORS: Readonly<Record<string, readonly [rank: number, apply: (a: number, b: number) => number]>> = {
  ">=": [0, (a, b) => Number(a >= b)],
  "+": [1, (a, b) => a + b],
  "*": [2, (a, b) => a * b],
  "/": [2, (a, b) => a / b],
};

const FUNCTIONS: Readonly<Record<string, (...values: Value[]) => Value>> = {
  FILL: (value, otherwise) => value ?? otherwise,
  IF: (condition, then, otherwise) => (condition === undefined ? undefined : condition !== 0 ? then : otherwise),
};

/** Metric math at one period: where an operand is missing, so is the result. */
const evaluate = (expression: string, values: Readonly<Record<string, Value>>): Value => {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(\.\d+)?|>=|[-+*/(),]/g) ?? [];
  if (tokens.join("") !== expression.replaceAll(" ", "")) throw new Error(`cannot read ${expression}`);
  let at = 0;
  const operand = (): Value => {
    const token = tokens[at++]!;
    if (token === "(") {
      const value = sum(0);
      at++;
      return value;
    }
    if (/^\d/.test(token)) return Number(token);
    if (tokens[at] !== "(") {
      if (!(token in values)) throw new Error(`no metric ${token} in ${expression}`);
      return values[token];
    }
    const parameters: Value[] = [];
    do {
      at++;
      parameters.push(sum(0));
    } while (tokens[at] === ",");
    at++;
    return FUNCTIONS[token]!(...parameters);
  };
  const sum = (rank: number): Value => {
    let left = operand();
    for (
      let next = OPERATORS[tokens[at] ?? ""];
      next !== undefined && next[0] >= rank;
      next = OPERATORS[tokens[at] ?? ""]
    ) {
      at++;
      const right = sum(next[0] + 1);
      left = left === undefined || right === undefined ? undefined : next[1](left, right);
    }
    return left;
  };
  return sum(0);
};

/** The alarm's state after a period with these values; `kept` is what it was before. */
export const stateOf = (alarm: AlarmInputs, points: Points, kept: "OK" | "ALARM" = "OK"): "OK" | "ALARM" => {
  const watched = watchedBy(alarm);
  const values = Object.fromEntries(watched.map(({ id, key, stat }) => [id, aggregate(points.get(key), stat)]));
  const formula = alarm.metricQueries?.find(({ returnData }) => returnData === true)?.expression ?? watched[0]!.id;
  const value = evaluate(formula, values);
  if (alarm.comparisonOperator !== "GreaterThanThreshold") throw new Error(`cannot ${alarm.comparisonOperator}`);
  if (value !== undefined) return value > alarm.threshold ? "ALARM" : "OK";
  if (alarm.treatMissingData === "ignore") return kept;
  return alarm.treatMissingData === "breaching" ? "ALARM" : "OK";
};
