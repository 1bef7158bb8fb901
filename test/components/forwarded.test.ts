import { createRequire } from "node:module";
import { expect } from "chai";
import { Provider } from "@pulumi/aws";
import { AmplifyLogPipeline, Encryption, FunctionRuntime } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, graphOf, LAMBDA, ofType, pipelineOf, SCHEDULE, shop, variables } from "./evaluateHere";

/** Requests to the engine, as far as they tell which provider serves them. */
interface Request {
  getProvider(): string;
}
interface Monitor {
  registerResource(request: Request & { getType(): string; getCustom(): boolean }, done: unknown): unknown;
  invoke(request: Request & { getTok(): string }, done: unknown): unknown;
}

const MACHINE = "aws:sfn/stateMachine:StateMachine";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** Every argument differs from its default, so that one that gets lost shows. */
describe("arguments go through to what is deployed", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf({
      apps: [{ ...shop, region: "us-east-1" }],
      schedule: "rate(2 hours)",
      settlingSchedule: "cron(45 4 * * ? *)",
      partitionSchedule: "cron(50 23 * * ? *)",
      gapSchedule: "cron(20 * * * ? *)",
      compaction: { schedule: "cron(10 5 * * ? *)" },
      backfill: { schedule: "cron(30 6 ? * MON *)", days: 9, maxConcurrency: 2 },
      delayMinutes: 90,
      lookbackHours: 7,
      settlingHours: 30,
      chunkDays: 3,
      rawPrefix: "amplify/raw",
      tableName: "requests",
      database: { name: "web" },
      retention: { rawDays: 11, tableDays: 500, rejectedDays: 13, resultsDays: 5, logDays: 14 },
      scanLimitGigabytes: 7,
      projectionYears: { first: 2024, last: 2031 },
      runtime: FunctionRuntime.NodeJs22,
      encryption: Encryption.Kms,
      kmsKeyArn: KEY,
      alarms: { emails: ["ops@example.com"] },
      owner: "web team",
      costCenter: "4711",
    });
  });

  const inputs = (type: string, name: string): Record<string, unknown> => ({ ...find(graph, type, name).inputs });

  it("schedules", () => {
    const expressions = Object.fromEntries(
      ofType(graph, SCHEDULE).map(({ name, inputs: own }) => [name, own["scheduleExpression"]]),
    );
    expect(expressions).to.deep.equal({
      "logs-shop-fetch": "rate(2 hours)",
      "logs-shop-settle": "cron(45 4 * * ? *)",
      "logs-partitions": "cron(50 23 * * ? *)",
      "logs-partitions-hourly": "cron(5 * * * ? *)",
      "logs-compaction": "cron(10 5 * * ? *)",
      "logs-gaps": "cron(20 * * * ? *)",
      "logs-backfill": "cron(30 6 ? * MON *)",
    });
    for (const { name, inputs: own } of ofType(graph, SCHEDULE)) {
      const target = own["target"] as { arn: string; roleArn: string };
      const lambda = name.includes("shop") ? "logs-shop-fetch" : name.replace("-hourly", "");
      const started = ["logs-compaction", "logs-backfill"].includes(name)
        ? `:stateMachine:${String(inputs(MACHINE, name)["name"])}$`
        : `:function:${String(inputs(LAMBDA, lambda)["name"])}$`;
      expect(target.arn, name).to.match(new RegExp(started));
      expect(target.roleArn, name).to.match(
        new RegExp(`:role/${String(inputs("aws:iam/role:Role", "logs-scheduler")["name"])}$`),
      );
      expect(own["groupName"], name).to.equal(
        inputs("aws:scheduler/scheduleGroup:ScheduleGroup", "logs-schedules")["name"],
      );
    }
  });

  it("what the handlers read", () => {
    expect(variables(graph, "logs-shop-fetch")).to.include({
      APP_REGION: "us-east-1",
      RAW_PREFIX: "amplify/raw",
      DELAY_MINUTES: "90",
      LOOKBACK_HOURS: "7",
      SETTLING_HOURS: "30",
      CHUNK_DAYS: "3",
    });
    expect(variables(graph, "logs-convert")).to.include({ RAW_PREFIX: "amplify/raw" });
    expect(variables(graph, "logs-partitions")).to.include({ DATABASE: "web", TABLE: "requests", APPS: "shop" });
    expect(variables(graph, "logs-plan")).to.include({ BACKFILL_DAYS: "9" });
    expect(inputs(MACHINE, "logs-backfill")["definition"]).to.include('"MaxConcurrency":2');
  });

  it("runtime, memory and time of each function, and where its failed runs go", () => {
    const functions = ofType(graph, LAMBDA).map(({ name, inputs: own }) => [
      name,
      own["runtime"],
      own["memorySize"],
      own["timeout"],
      (own["deadLetterConfig"] as { targetArn: string } | undefined)?.targetArn.replace(/.*-(?=sq)/, ""),
      (own["ephemeralStorage"] as { size: number } | undefined)?.size,
    ]);
    expect(functions).to.have.deep.members([
      ["logs-shop-fetch", "nodejs22.x", 1024, 300, "sq3-inftes", 4096],
      ["logs-convert", "nodejs22.x", 1769, 300, undefined, 4096],
      ["logs-partitions", "nodejs22.x", 256, 300, "sq3-inftes", undefined],
      ["logs-gaps", "nodejs22.x", 256, 300, "sq3-inftes", undefined],
      // A state machine starts these, and takes care of what fails.
      ["logs-plan", "nodejs22.x", 256, 60, undefined, undefined],
      ["logs-compact", "nodejs22.x", 512, 900, undefined, undefined],
    ]);
    for (const [name] of functions as [string][]) {
      const group = inputs("aws:cloudwatch/logGroup:LogGroup", name);
      expect(group["retentionInDays"], name).to.equal(14);
      expect(inputs(LAMBDA, name)["loggingConfig"], name).to.deep.equal({
        logFormat: "JSON",
        logGroup: group["name"],
      });
    }
  });

  it("how long data stays, and where", () => {
    const days = (name: string): unknown[] =>
      (
        inputs(LIFECYCLE, name)["rules"] as {
          id: string;
          filter: { prefix?: string };
          expiration?: { days?: number };
        }[]
      )
        .filter(({ expiration }) => expiration?.days !== undefined)
        .map(({ id, filter, expiration }) => [id, filter.prefix, expiration!.days]);
    expect(days("logs-data")).to.deep.equal([
      ["raw", "amplify/raw/", 11],
      ["table", "access_logs/", 500],
      ["table-compacted", "access_logs_compacted/", 500],
      ["rejected", "rejected/", 13],
      ["quarantine", "quarantine/", 13],
      ["cloudfront-json", "cloudfront_json/", 500],
      ["processed", "processed/", 500],
      ["errors", "errors/", 13],
      ["superseded", undefined, 2],
    ]);
    expect(days("logs-results")).to.deep.equal([["results", "", 5]]);
  });

  it("the table's name, to what reads it, and not to where its files lie", () => {
    const location = (table: string): string =>
      (inputs("aws:glue/catalogTable:CatalogTable", `logs-${table}`)["storageDescriptor"] as { location: string })
        .location;
    expect(
      ["requests_raw", "requests", "requests_rejected"].map((table) => location(table).replace(/^s3:\/\/[^/]+/, "")),
    ).to.deep.equal(["/amplify/raw/", "/access_logs/", "/rejected/"]);
  });

  it("limits, years, database and key", () => {
    const configuration = inputs("aws:athena/workgroup:Workgroup", "logs-users")["configuration"] as Record<
      string,
      unknown
    >;
    expect(configuration["bytesScannedCutoffPerQuery"]).to.equal(7e9);
    expect(JSON.stringify(configuration)).to.include(KEY);
    const raw = inputs("aws:glue/catalogTable:CatalogTable", "logs-requests_raw");
    expect(raw["databaseName"]).to.equal("web");
    expect(raw["parameters"]).to.include({ "projection.year.range": "2024,2031" });
    expect(ofType(graph, "aws:kms/key:Key").map(({ name }) => name)).to.deep.equal(["logs-alarms"]);
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    for (const name of ["logs-data", "logs-results"]) expect(JSON.stringify(inputs(encryption, name))).to.include(KEY);
  });

  it("who learns of trouble, and who owns what", () => {
    const [mail] = ofType(graph, "aws:sns/topicSubscription:TopicSubscription");
    expect(mail?.inputs).to.include({ protocol: "email", endpoint: "ops@example.com" });
    const tagged = graph.resources.filter((resource) => resource.inputs["tags"] !== undefined);
    expect(tagged).to.have.length.above(20);
    for (const { urn, inputs: own } of tagged)
      expect(own["tags"], urn).to.include({ Owner: "web team", CostCenter: "4711" });
  });

  it("the provider: to every resource, and to the questions about account and region", async () => {
    const served: [what: string, provider: string][] = [];
    const elsewhere = await graphOf(() => {
      const provider = new Provider("elsewhere", { region: "ap-southeast-2" });
      const settings = createRequire(__filename)("@pulumi/pulumi/runtime/settings") as { getMonitor(): Monitor };
      const monitor = settings.getMonitor();
      const [register, invoke] = [monitor.registerResource.bind(monitor), monitor.invoke.bind(monitor)];
      monitor.registerResource = (request, done) => {
        if (request.getCustom() && request.getType().startsWith("aws:"))
          served.push([request.getType(), request.getProvider()]);
        return register(request, done);
      };
      monitor.invoke = (request, done) => {
        served.push([request.getTok(), request.getProvider()]);
        return invoke(request, done);
      };
      return void new AmplifyLogPipeline("logs", { apps: [shop] }, { provider });
    });
    expect(served.filter(([what]) => what.startsWith("aws:index/get"))).to.have.length.at.least(2);
    expect(served.length).to.be.greaterThan(elsewhere.resources.length - 5);
    for (const [what, provider] of served) expect(provider, what).to.match(/pulumi:providers:aws::elsewhere::/);
  });
});
