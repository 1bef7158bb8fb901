import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { convertBatch } from "../../handlers/convert/handler";
import { fetchRun } from "../../handlers/fetch/handler";
import { fillGaps } from "../../handlers/gaps/handler";
import { openTelemetry } from "../../handlers/telemetry";
import { ALARM_KINDS, type AlarmName } from "../../src/model/alarms";
import { renderAppList } from "../../src/model/appList";
import { coverageKey, rawKey } from "../../src/model/keys";
import { METRICS } from "../../src/model/metrics";
import type { LogSource } from "../../src/ports";
import type { ProgramGraph } from "../../src/local/programGraph";
import { metricKey, metricsIn, stateOf, watchedBy, type AlarmInputs } from "../helpers/cloudWatch";
import { capturedLines } from "../helpers/output";
import { toldTelemetry, type ToldTelemetry } from "../helpers/telemetry";
import { temporaryBucket } from "../handlers/folder";
import { gzipFile, HOUR, logLine } from "../rows/logLines";
import { find, json, LAMBDA, ofType, pipelineOf, shop, variables } from "./evaluateHere";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const MACHINE = "aws:sfn/stateMachine:StateMachine";

/** AWS's own metrics and their dimensions, from each service's page on monitoring. */
const AWS_METRICS: Readonly<
  Record<string, { readonly names: readonly string[]; readonly dimensions: readonly string[] }>
> = {
  "AWS/Lambda": { names: ["Errors", "Throttles", "Duration"], dimensions: ["FunctionName"] },
  "AWS/SQS": {
    names: ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
    dimensions: ["QueueName"],
  },
  "AWS/States": {
    names: ["ExecutionsStarted", "ExecutionsFailed", "ExecutionsTimedOut"],
    dimensions: ["StateMachineArn"],
  },
  "AWS/S3": { names: ["BucketSizeBytes"], dimensions: ["BucketName", "StorageType"] },
  "AWS/Athena": { names: ["ProcessedBytes"], dimensions: ["QueryState", "QueryType", "WorkGroup"] },
};
/** What the values of dimensions may be besides names of resources. */
const AWS_WORDS = ["StandardStorage", "DML", "SUCCEEDED", "CANCELED"];

const settings = {
  ...{ app: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com", rawPrefix: "raw", chunkDays: 14 },
  ...{ delayMinutes: 60, lookbackHours: 6, settlingHours: 48, gapDays: 14, appsKey: "state/apps.json" },
};

/** What the handlers count in a bad hour: each of them on the ports that it is deployed with, but for the cloud. */
const countInABadHour = async (): Promise<ToldTelemetry["counts"]> => {
  const bucket = temporaryBucket();
  try {
    const { store } = bucket;
    const clock = { now: () => HOUR + 40 * 86_400_000 };
    const told = toldTelemetry();
    const answers = ["nothing of Amplify's\n"];
    const source: LogSource = {
      open: async () => ({ kind: "file", body: (async function* () { yield Buffer.from(answers[0]!); })() }), // prettier-ignore
    };
    const event = { from: new Date(HOUR).toISOString(), to: new Date(HOUR + 3_600_000).toISOString() };
    await fetchRun({ source, store, clock, metrics: told.metrics }, settings, event).then(
      () => expect.fail("it did not fail"),
      () => undefined,
    );
    const keys = [0, 1, 2].map((n) => rawKey("raw", { app: "shop", hourMs: HOUR + n * 3_600_000 }));
    await store.put(keys[0]!, gzipFile([logLine({ request_id: "a" }), "no,row"]));
    await store.put(keys[1]!, Buffer.from("no gzip"));
    await store.put(keys[2]!, gzipSync("some,other,header\n"));
    const Records = keys.map((key) => ({ messageId: key, body: JSON.stringify({ detail: { object: { key } } }) }));
    await convertBatch({ store, clock }, { rawPrefix: "raw", privacy: { policy: "full" } }, { Records }, told);
    const listed = {
      ...{ name: "shop", appId: shop.appId, domains: ["example.com"], region: "eu-central-1", enabled: true },
      fetcherArn: "arn:aws:lambda:eu-central-1:123456789012:function:shop",
    };
    await store.put(settings.appsKey, Buffer.from(renderAppList({ apps: [listed], retiredApps: [] })));
    // A settled hour of which Amplify counted more than there are rows.
    const lacking = clock.now() - 60 * 3_600_000;
    const row = {
      hour: new Date(lacking).toISOString(),
      state: "fetched",
      rows: 150,
      requests: 200,
      last_fetch: "2027",
    };
    await store.put(coverageKey({ app: "shop", hourMs: lacking }), Buffer.from(`${JSON.stringify(row)}\n`));
    const backfill = { running: async () => false, start: async () => undefined };
    await fillGaps({ store, clock, backfill }, settings, { time: new Date(clock.now()).toISOString() }, told);
    return told.counts;
  } finally {
    bucket.remove();
  }
};

describe("alarms", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  let emitted: ReadonlyMap<string, readonly number[]>;
  const alarms = new Map<string, AlarmInputs>();

  before(async () => {
    graph = await pipelineOf();
    for (const { name, inputs } of ofType(graph, ALARM)) alarms.set(name, inputs as unknown as AlarmInputs);
    const counts = await countInABadHour();
    const { metrics } = openTelemetry(variables(graph, "logs-convert"));
    const lines = capturedLines(() => {
      for (const [name, value] of counts) metrics.count(name as keyof typeof METRICS, value);
      metrics.publish();
    });
    emitted = metricsIn(lines);
  });

  const alarm = (kind: AlarmName): AlarmInputs => alarms.get(`logs-${ALARM_KINDS[kind].suffix}`)!;

  it("are one a kind, whatever the number of apps; and none where they are off", async () => {
    expect([...alarms.keys()]).to.have.members(Object.values(ALARM_KINDS).map(({ suffix }) => `logs-${suffix}`));
    const apps = Array.from({ length: 5 }, (_, i) => ({ ...shop, name: `app${i}` }));
    expect(ofType(await pipelineOf({ apps }), ALARM)).to.have.length(alarms.size);
    const off = await pipelineOf({ alarms: { enabled: false } });
    expect([...ofType(off, ALARM), ...ofType(off, DASHBOARD)]).to.deep.equal([]);
  });

  it("and the dashboard watch only what handlers or AWS emit, of resources of this stack", () => {
    const { widgets } = JSON.parse(String(find(graph, DASHBOARD, "logs").inputs["dashboardBody"])) as {
      widgets: { properties: { metrics?: (string | object)[][] } }[];
    };
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .map((metric) => metric.filter((part) => typeof part === "string"))
      .filter((words) => words.length > 0)
      .map(([namespace, name, ...pairs]) =>
        metricKey(
          namespace!,
          name!,
          Object.fromEntries(pairs.flatMap((word, i) => (i % 2 === 0 ? [[word, pairs[i + 1]!]] : []))),
        ),
      );
    const watched = [...alarms.values()].flatMap((inputs) => watchedBy(inputs).map(({ key }) => key));
    const all = [...new Set([...watched, ...shown])];
    expect(all.length).to.be.greaterThan(25);

    const names = new Set([
      ...graph.resources.flatMap(({ inputs }) => [inputs["name"], inputs["bucket"]]),
      ...ofType(graph, MACHINE).map(({ inputs }) => inputs["name"]),
    ]);
    const known = (value: string): boolean =>
      AWS_WORDS.includes(value) || names.has(value) || names.has(value.split(":stateMachine:")[1]);
    const strange = all.filter((key) => {
      const [namespace, name, ...dimensions] = key.split(" ") as [string, string, ...string[]];
      const aws = AWS_METRICS[namespace];
      if (aws === undefined) return !emitted.has(key) && name !== "FetchErrors";
      const pairs = dimensions.map((text) => text.split("=") as [string, string]);
      const ofNames = pairs.map(([dimension]) => dimension).sort();
      return (
        !aws.names.includes(name) ||
        ofNames.join() !== [...aws.dimensions].sort().join() ||
        pairs.some(([, value]) => !known(value))
      );
    });
    expect(strange).to.deep.equal([]);
  });

  it("count failed runs of fetchers by Lambda's own reports, under the name that the alarm has", () => {
    const filters = ofType(graph, "aws:cloudwatch/logMetricFilter:LogMetricFilter");
    const fetchers = ofType(graph, LAMBDA).filter(({ name }) => name.endsWith("-fetch"));
    expect(filters.map(({ inputs }) => inputs["logGroupName"])).to.have.members(
      fetchers.map(({ inputs }) => `/aws/lambda/${String(inputs["name"])}`),
    );
    const { key } = watchedBy(alarm("fetchErrors"))[0]!;
    for (const { inputs } of filters) {
      const { namespace, name } = inputs["metricTransformation"] as { namespace: string; name: string };
      expect(metricKey(namespace, name)).to.equal(key);
    }
  });

  it("fire in the bad hour that the handlers counted", () => {
    const firing = (["gaps", "freshness", "convertErrors", "quarantine"] as const).map((kind) =>
      stateOf(alarm(kind), emitted),
    );
    expect(firing).to.deep.equal(["ALARM", "ALARM", "ALARM", "ALARM"]);
    expect(stateOf(alarm("rejected"), emitted)).to.equal("OK");
  });

  const own = (name: keyof typeof METRICS): string =>
    metricKey("AmplifyLogPipeline", name, { pipeline: "amplifylogs-inftes" });
  const lambda = (metric: string, handler: string): string =>
    metricKey("AWS/Lambda", metric, { FunctionName: String(find(graph, LAMBDA, handler).inputs["name"]) });
  const sqs = (metric: string, queue: string): string => metricKey("AWS/SQS", metric, { QueueName: queue });
  const athena = (workgroup: string, QueryState = "SUCCEEDED"): string =>
    metricKey("AWS/Athena", "ProcessedBytes", { QueryState, QueryType: "DML", WorkGroup: workgroup });
  const depth = "ApproximateNumberOfMessagesVisible";
  const age = "ApproximateAgeOfOldestMessage";
  const convert = "amplifylogs-pipeline-intite-sq1-inftes";
  const failures = (machine: string): string =>
    metricKey("AWS/States", "ExecutionsFailed", {
      StateMachineArn: `arn:aws:states:eu-central-1:123456789012:stateMachine:${machine}`,
    });
  const bucket = (): string =>
    metricKey("AWS/S3", "BucketSizeBytes", {
      BucketName: "amplifylogs-logging-intite-ss1-inftes-123456789012",
      StorageType: "StandardStorage",
    });
  const fetchErrors = "AmplifyLogPipeline/amplifylogs-inftes FetchErrors";

  type Case = readonly [
    AlarmName,
    what: string,
    "OK" | "ALARM",
    points: () => Readonly<Record<string, readonly number[]>>,
  ];
  const CASES: readonly Case[] = [
    ["fetchErrors", "one run failed", "ALARM", () => ({ [fetchErrors]: [1] })],
    ["fetchErrors", "nothing is reported", "OK", () => ({})],
    ["freshness", "six hours", "OK", () => ({ [own("FreshnessHours")]: [2, 6] })],
    ["freshness", "seven hours once", "ALARM", () => ({ [own("FreshnessHours")]: [2, 7] })],
    ["freshness", "nobody says", "ALARM", () => ({})],
    ["gaps", "none", "OK", () => ({ [own("Gaps")]: [0], [own("UnrecoverableGaps")]: [0] })],
    ["gaps", "one", "ALARM", () => ({ [own("Gaps")]: [1], [own("UnrecoverableGaps")]: [0] })],
    ["gaps", "one is given up", "ALARM", () => ({ [own("Gaps")]: [0], [own("UnrecoverableGaps")]: [1] })],
    ["gaps", "nobody says: freshness does", "OK", () => ({})],
    ["gapFinderErrors", "it failed", "ALARM", () => ({ [lambda("Errors", "logs-gaps")]: [1] })],
    ["convertErrors", "one ran out of memory", "ALARM", () => ({ [lambda("Errors", "logs-convert")]: [1] })],
    ["convertErrors", "one conversion failed", "ALARM", () => ({ [own("ConversionsFailed")]: [1] })],
    ["convertErrors", "runs without failures", "OK", () => ({ [lambda("Errors", "logs-convert")]: [0, 0] })],
    ["backlog", "six hours", "OK", () => ({ [sqs(age, convert)]: [21_600] })],
    ["backlog", "a second more", "ALARM", () => ({ [sqs(age, convert)]: [21_601] })],
    ["rejected", "5 percent", "OK", () => ({ [own("RowsRejected")]: [50], [own("RowsConverted")]: [600, 350] })],
    ["rejected", "6 percent", "ALARM", () => ({ [own("RowsRejected")]: [60], [own("RowsConverted")]: [940] })],
    [
      "rejected",
      "nine of ten lines at night",
      "OK",
      () => ({ [own("RowsRejected")]: [9], [own("RowsConverted")]: [1] }),
    ],
    ["rejected", "all, and no row", "ALARM", () => ({ [own("RowsRejected")]: [500] })],
    ["rejected", "nothing was converted", "OK", () => ({})],
    ["quarantine", "one file", "ALARM", () => ({ [own("FilesQuarantined")]: [1] })],
    ["quarantine", "none", "OK", () => ({})],
    ["partitionErrors", "it failed", "ALARM", () => ({ [lambda("Errors", "logs-partitions")]: [1] })],
    ["deadLetters", "one object", "ALARM", () => ({ [sqs(depth, "amplifylogs-pipeline-intite-sq2-inftes")]: [1] })],
    ["deadLetters", "one run", "ALARM", () => ({ [sqs(depth, "amplifylogs-orchestration-intite-sq3-inftes")]: [1] })],
    ["deadLetters", "a full queue of work", "OK", () => ({ [sqs(depth, convert)]: [900] })],
    ["throttles", "the converter", "ALARM", () => ({ [lambda("Throttles", "logs-convert")]: [1] })],
    ["throttles", "the planner", "ALARM", () => ({ [lambda("Throttles", "logs-plan")]: [1] })],
    ["throttles", "nobody", "OK", () => ({})],
    [
      "backfillErrors",
      "a run failed",
      "ALARM",
      () => ({ [failures("amplifylogs-orchestration-intite-sf1-inftes")]: [1] }),
    ],
    [
      "compactionErrors",
      "a run failed",
      "ALARM",
      () => ({ [failures("amplifylogs-analysis-intite-sf2-inftes")]: [1] }),
    ],
    [
      "compactionErrors",
      "a backfill failed",
      "OK",
      () => ({ [failures("amplifylogs-orchestration-intite-sf1-inftes")]: [1] }),
    ],
    ["bucketSize", "100 GB", "OK", () => ({ [bucket()]: [100e9] })],
    ["bucketSize", "a byte more", "ALARM", () => ({ [bucket()]: [100e9 + 1] })],
    [
      "scanBudget",
      "a terabyte together",
      "OK",
      () => ({
        [athena("amplifylogs-analysis-intite-wg1-inftes")]: [4e11, 4e11],
        [athena("amplifylogs-analysis-intite-wg2-inftes")]: [2e11],
      }),
    ],
    [
      "scanBudget",
      "more, with what was cancelled",
      "ALARM",
      () => ({
        [athena("amplifylogs-analysis-intite-wg1-inftes")]: [9e11],
        [athena("amplifylogs-analysis-intite-wg1-inftes", "CANCELED")]: [1.1e11],
      }),
    ],
    ["scanBudget", "nobody asked", "OK", () => ({})],
  ];
  for (const [kind, what, state, points] of CASES)
    it(`${kind}: ${what}: ${state}`, () => {
      expect(stateOf(alarm(kind), new Map(Object.entries(points())))).to.equal(state);
    });

  it("each have a case that fires them", () => {
    const firing = new Set(CASES.filter(([, , state]) => state === "ALARM").map(([kind]) => kind));
    expect([...firing]).to.have.members(Object.keys(ALARM_KINDS));
  });

  it("keep what they said of the bucket until S3 says something else", () => {
    expect(stateOf(alarm("bucketSize"), new Map(), "ALARM")).to.equal("ALARM");
    expect(stateOf(alarm("bucketSize"), new Map(), "OK")).to.equal("OK");
  });

  it("take their thresholds from the settings", async () => {
    const other = await pipelineOf({
      schedule: "rate(6 hours)",
      gapSchedule: "cron(0 8 * * ? *)",
      alarms: { freshnessHours: 24, rejectedPercent: 1, bucketGigabytes: 7, scanGigabytesPerDay: 3 },
    });
    const of = (kind: AlarmName) => find(other, ALARM, `logs-${ALARM_KINDS[kind].suffix}`).inputs;
    expect(of("freshness")).to.include({ threshold: 24, period: 86_400 });
    expect(of("backlog")).to.include({ threshold: 24 * 3600 });
    expect(of("rejected")).to.include({ threshold: 1 });
    expect(of("bucketSize")).to.include({ threshold: 7e9 });
    expect(of("scanBudget")).to.include({ threshold: 3e9 });
  });

  it("wait for the gap finder twice as long as its schedule pauses", () => {
    expect(find(graph, ALARM, "logs-freshness").inputs).to.include({ period: 7200, evaluationPeriods: 1 });
  });

  it("reach the topic: CloudWatch may publish, and use the key, for this account alone", () => {
    const topic = find(graph, "aws:sns/topic:Topic", "logs-alarms").inputs;
    const onTopic = json(find(graph, "aws:sns/topicPolicy:TopicPolicy", "logs-alarms").inputs["policy"]).Statement;
    const onKey = json(find(graph, "aws:kms/key:Key", "logs-alarms").inputs["policy"]).Statement;
    const account = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    expect(onTopic.find(({ Sid }) => Sid === "AlarmsPublish")).to.deep.include({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Condition: account,
    });
    expect(onKey.find(({ Sid }) => Sid === "ServicesUse")).to.deep.include({
      Principal: { Service: ["cloudwatch.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: account,
    });
    expect(topic["kmsMasterKeyId"]).to.be.a("string").and.not.to.include("alias/aws/sns");
    for (const { inputs } of ofType(graph, ALARM)) {
      expect(inputs["alarmActions"]).to.deep.equal([inputs["okActions"]].flat());
      expect(String(inputs["alarmActions"])).to.include(String(topic["name"]));
    }
  });

  it("have a dashboard that does not grow with the apps, and shows each alarm", async () => {
    const body = (of: ProgramGraph): string => String(find(of, DASHBOARD, "logs").inputs["dashboardBody"]);
    const apps = Array.from({ length: 60 }, (_, i) => ({ ...shop, name: `app${i}` }));
    expect(body(await pipelineOf({ apps }))).to.equal(body(graph));
    const { widgets } = JSON.parse(body(graph)) as { widgets: { type: string; properties: { alarms?: string[] } }[] };
    const shown = widgets.find(({ type }) => type === "alarm")!.properties.alarms!;
    expect(shown).to.have.length(alarms.size);
    for (const widget of widgets.filter(({ type }) => type === "metric"))
      expect((widget.properties as { region?: string }).region).to.equal("eu-central-1");
  });
});
