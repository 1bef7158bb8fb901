/** CloudWatch as far as GetMetricData goes: over HTTP, in JSON, for the SDK's own client. */
import { clientOptions, listen, type Loopback } from "./server";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";

interface MetricQuery {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
      };
      readonly Period: number;
      readonly Stat: string;
    };
  }[];
}

export interface MetricDouble {
  readonly client: CloudWatchClient;
  /** What was asked for, in order. */
  readonly asked: MetricQuery[];
  readonly requests: Loopback["requests"];
  close(): Promise<void>;
}

/** Points of an hour a page. */
const PAGE = 3;

/** Answers from `counts` (ISO instants of hours) for the app, and with no points for any other metric; or with an error for all. */
export const startCloudWatch = async (
  appId: string,
  counts: Readonly<Record<string, number>>,
  error?: { readonly status: number; readonly type: string } | "Forbidden",
): Promise<MetricDouble> => {
  const asked: MetricQuery[] = [];
  const server = await listen(({ body }, response) => {
    const query = JSON.parse(body) as MetricQuery;
    asked.push(query);
    const send = (status: number, answer: object): void =>
      void response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
    const [{ Id, MetricStat }] = query.MetricDataQueries as [MetricQuery["MetricDataQueries"][number]];
    if (error === "Forbidden")
      return send(200, { MetricDataResults: [{ Id, StatusCode: "Forbidden", Timestamps: [], Values: [] }] });
    if (error !== undefined) return send(error.status, { __type: error.type, message: "not allowed" });
    const { Metric, Period, Stat } = MetricStat;
    const is = JSON.stringify([Metric.Namespace, Metric.MetricName, Metric.Dimensions, Period, Stat]);
    const ours = JSON.stringify(["AWS/AmplifyHosting", "Requests", [{ Name: "App", Value: appId }], 3600, "Sum"]);
    const points = Object.entries(is === ours ? counts : {})
      .map(([hour, value]) => [Date.parse(hour) / 1000, value] as const)
      .filter(([second]) => second >= query.StartTime && second < query.EndTime);
    const from = Number(query.NextToken ?? 0);
    const page = points.slice(from, from + PAGE);
    send(200, {
      MetricDataResults: [
        { Id, StatusCode: "Complete", Timestamps: page.map(([time]) => time), Values: page.map(([, value]) => value) },
      ],
      ...(from + PAGE < points.length ? { NextToken: String(from + PAGE) } : {}),
    });
  });
  return {
    client: new CloudWatchClient(clientOptions(server.url)),
    asked,
    requests: server.requests,
    close: () => server.close(),
  };
};
