/** Amplify's own count of requests: asked where the app is, with the rights of its account. */
import { expect } from "chai";
import { NO_FAULTS } from "../../../src/local/simulator/faults";
import { parseCoverage } from "../../../src/model/coverage";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { scopeOf, type AwsRequest } from "../iam/request";
import { need } from "../tools/missing";
import { appsOf } from "./apps";
import { openCloud, type Cloud } from "./cloud";
import { declaredStack, sharedJudge, sharedMoto } from "./engines";
import { lambdaNode, type LambdaNode } from "./nodes";
import { answerOf, type FetchAnswer } from "./run";

const ROLE = "arn:aws:iam::210987654321:role/amplify-logs-reader";
const APPS = [
  { name: "shop", appId: "d3c4d5e6f7a1b2", domainName: "example.com", region: "us-east-1", roleArn: ROLE },
  { name: "blog", appId: "d4d5e6f7a1b2c3", domainName: "example.org" },
];
const EVENT = { time: "2026-08-15T10:05:00Z", mode: "lookback" };
const NOW_MS = Date.parse("2026-08-15T10:08:00Z");

interface MetricRequest {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly [
    {
      readonly Id: string;
      readonly MetricStat: { readonly Metric: { readonly Dimensions: readonly { Value: string }[] } };
    },
  ];
}

describe("Lambda: rows against Amplify's own count", function () {
  this.timeout(120_000);
  let node: LambdaNode;
  let cloud: Cloud;
  const asked: { readonly appId: string; readonly region: string; readonly accessKeyId: string }[] = [];

  /** As many requests as the hour of the day has, and a hundred. */
  const monitoring = (request: AwsRequest) => {
    const { StartTime, EndTime, MetricDataQueries } = JSON.parse(request.body.toString("utf8")) as MetricRequest;
    const [{ Id, MetricStat }] = MetricDataQueries;
    const { accessKeyId } = scopeOf(request)!;
    asked.push({ appId: MetricStat.Metric.Dimensions[0]!.Value, region: request.region, accessKeyId });
    const Timestamps = Array.from({ length: (EndTime - StartTime) / 3600 }, (_, i) => StartTime + i * 3600);
    const Values = Timestamps.map((second) => 100 + new Date(second * 1000).getUTCHours());
    const body = { MetricDataResults: [{ Id, StatusCode: "Complete", Timestamps, Values }] };
    const headers = { "content-type": "application/x-amz-json-1.0" };
    return Promise.resolve({ status: 200, headers, body: Buffer.from(JSON.stringify(body)) });
  };

  before(async function () {
    node = await need(this, "Node 24", () => lambdaNode(24));
    const judge = await need(this, "IAM simulator", sharedJudge);
    const moto = await need(this, "moto", sharedMoto);
    const deployed = await declaredStack("infpro", {
      "amplify-logs:apps": JSON.stringify(APPS),
      "amplify-logs:completeness": "true",
    });
    const traffic = { seed: 7, requestsPerDay: 1000, apps: appsOf(deployed), faults: NO_FAULTS };
    cloud = await openCloud({ deployed, judge, moto, nowMs: NOW_MS, traffic, backends: { monitoring } });
  });
  after(() => cloud?.close());

  const requestsOf = async (app: string): Promise<(number | null)[]> => {
    const Key = `coverage/app=${app}/date=2026-08-15/hours.json`;
    const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.dataBucket, Key }));
    return [...parseCoverage(await Body!.transformToByteArray(), Key).values()].map(({ requests }) => requests);
  };

  it("stands in the coverage of each app, once for all hours of a run", async () => {
    for (const app of ["shop", "blog"]) {
      const sandbox = await cloud.start(cloud.fetchers.get(app)!, node);
      expect(answerOf<FetchAnswer>(await sandbox.invoke(EVENT)).added).to.be.greaterThan(20);
      expect(await requestsOf(app)).to.deep.equal([103, 104, 105, 106, 107, 108]);
    }
    expect(asked.map(({ appId, region }) => [appId, region])).to.deep.equal([
      ["d3c4d5e6f7a1b2", "us-east-1"],
      ["d4d5e6f7a1b2c3", "eu-central-1"],
    ]);
  });

  it("is asked with the role of the app's account, which that account's policies judge, or with one's own right", () => {
    const counts = cloud.authority.rulings.filter(({ action }) => action === "cloudwatch:GetMetricData");
    expect(counts.map(({ result }) => result)).to.deep.equal(["Allowed"]);
    expect(cloud.authority.rulings.filter(({ result }) => result !== "Allowed")).to.deep.equal([]);
    expect(cloud.proxy.faults).to.deep.equal([]);
    const unused = cloud.authority.ledger.unused().map(({ statement }) => statement);
    expect(unused).to.not.include("CountRequests");
    expect(asked[0]!.accessKeyId).to.not.equal(asked[1]!.accessKeyId);
  });
});
