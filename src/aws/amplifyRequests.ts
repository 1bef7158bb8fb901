import { GetMetricDataCommand, type CloudWatchClient, type MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { AmplifyLogsError } from "../errors";
import { floorHour, HOUR_MS } from "../model/windows";
import type { RequestCounts, TimeRange } from "../ports";

/** Of Amplify Hosting's metrics ("Monitoring an Amplify application", user guide): viewers' requests, over all domains of the app. */
const METRIC = { Namespace: "AWS/AmplifyHosting", MetricName: "Requests" };

const refuse = (appId: string, reason: string, cause?: unknown): never => {
  throw new AmplifyLogsError(`CloudWatch did not say how many requests Amplify counted: ${reason}`, {
    field: `${METRIC.Namespace} ${METRIC.MetricName}`,
    value: appId,
    fix: "allow cloudwatch:GetMetricData to whoever fetches the app, or set completeness to false",
    retryable: true,
    cause,
  });
};

/** Amplify's own count of an app's requests, from CloudWatch in the app's region and account. */
export class AmplifyRequests implements RequestCounts {
  constructor(private readonly client: CloudWatchClient) {}

  async byHour(appId: string, { startMs, endMs }: TimeRange): Promise<ReadonlyMap<number, number>> {
    const counts = new Map<number, number>();
    let nextToken: string | undefined;
    do {
      const command = new GetMetricDataCommand({
        StartTime: new Date(floorHour(startMs)),
        EndTime: new Date(Math.ceil(endMs / HOUR_MS) * HOUR_MS),
        MetricDataQueries: [
          {
            Id: "requests",
            MetricStat: {
              Metric: { ...METRIC, Dimensions: [{ Name: "App", Value: appId }] },
              Period: HOUR_MS / 1000,
              Stat: "Sum",
            },
          },
        ],
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      });
      const page = await this.client.send(command).catch((error: unknown) => refuse(appId, String(error), error));
      for (const result of page.MetricDataResults ?? []) addTo(counts, result, appId);
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
    return counts;
  }
}

const addTo = (counts: Map<number, number>, result: MetricDataResult, appId: string): void => {
  const { StatusCode, Messages, Timestamps = [], Values = [] } = result;
  if (StatusCode === "Forbidden" || StatusCode === "InternalError") {
    const words = (Messages ?? []).map((message) => message.Value).join("; ");
    refuse(appId, words === "" ? StatusCode : words);
  }
  Timestamps.forEach((time, i) => counts.set(time.getTime(), Values[i]!));
};
