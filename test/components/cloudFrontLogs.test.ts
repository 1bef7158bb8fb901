import { expect } from "chai";
import { AmplifyLogPipeline, CloudFrontLogs, LogLake, type CloudFrontLogsArgs } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, graphOf, json, LAMBDA, ofType, TABLE, variables } from "./evaluateHere";

const docs = { name: "docs", distributionId: "E1ABCDEF234567" };
const wiki = { name: "wiki", distributionId: "E7ZYXWVU654321" };
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

const logsOf = (args: Partial<CloudFrontLogsArgs> = {}): Promise<ProgramGraph> =>
  graphOf(() => {
    const lake = new LogLake("lake");
    return void new CloudFrontLogs("cdn", { lake, distributions: [docs, wiki], ...args });
  });

const refusal = async (args: object): Promise<string> => {
  const error: unknown = await logsOf(args as CloudFrontLogsArgs).catch((caught: unknown) => caught);
  if (!(error instanceof Error)) throw new Error("nothing was refused");
  return error.message;
};

const statements = (graph: ProgramGraph, name: string) =>
  json(find(graph, "aws:iam/rolePolicy:RolePolicy", name).inputs["policy"]).Statement;

const withSid = (graph: ProgramGraph, name: string, sid: string) => {
  const found = statements(graph, name).find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid} of ${name}`);
  return found;
};

const SOURCE = "amplifylogs-logging-intite-ss3-inftes-123456789012";
const LAKE = "arn:aws:s3:::amplifylogs-logging-intite-ss1-inftes-123456789012";

describe("CloudFrontLogs", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await logsOf();
  });

  it("makes a bucket that CloudFront's deliveries of this account alone may write to", () => {
    expect(find(graph, "aws:s3/bucket:Bucket", "cdn-source").inputs["bucket"]).to.equal(SOURCE);
    expect(find(graph, "aws:s3/bucket:Bucket", "cdn-source").protect).to.equal(true);
    const policy = json(find(graph, "aws:s3/bucketPolicy:BucketPolicy", "cdn-source").inputs["policy"]).Statement;
    expect(policy.map(({ Sid }) => Sid)).to.deep.equal(["CloudFrontDelivers", "TlsOnly"]);
    expect(policy[0]).to.deep.include({
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${SOURCE}/*`,
      Condition: {
        StringEquals: { "aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:delivery-source:*" },
      },
    });
    const lifecycle = find(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "cdn-source");
    expect((lifecycle.inputs["rules"] as unknown[])[0]).to.deep.include({ id: "delivered", expiration: { days: 30 } });
  });

  it("hands new objects to the function, through EventBridge and a queue with dead letters", () => {
    expect(find(graph, "aws:s3/bucketNotification:BucketNotification", "cdn-source").inputs).to.include({
      bucket: SOURCE,
      eventbridge: true,
    });
    const rule = find(graph, "aws:cloudwatch/eventRule:EventRule", "cdn-delivered");
    expect(json(rule.inputs["eventPattern"])).to.deep.equal({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [SOURCE] } },
    });
    const target = find(graph, "aws:cloudwatch/eventTarget:EventTarget", "cdn-delivered");
    expect(target.inputs["arn"]).to.match(/:amplifylogs-logging-intite-sq4-inftes$/);
    expect((target.inputs["deadLetterConfig"] as { arn: string }).arn).to.match(/-sq5-inftes$/);
    const queue = find(graph, "aws:sqs/queue:Queue", "cdn-read");
    expect(queue.inputs["visibilityTimeoutSeconds"]).to.equal(1800);
    expect(JSON.parse(String(queue.inputs["redrivePolicy"]))).to.deep.include({ maxReceiveCount: 5 });
    const mapping = find(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "cdn-read");
    expect(mapping.inputs).to.deep.include({
      batchSize: 20,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
    // A batch above ten needs a window to be collected in.
    expect(mapping.inputs["maximumBatchingWindowInSeconds"]).to.be.greaterThan(0);
  });

  it("tells the function which distribution is which app", () => {
    const { DISTRIBUTIONS, ...rest } = variables(graph, "cdn-cloudfront");
    expect(JSON.parse(DISTRIBUTIONS!)).to.deep.equal([
      { app: "docs", distributionId: "E1ABCDEF234567" },
      { app: "wiki", distributionId: "E7ZYXWVU654321" },
    ]);
    expect(rest).to.deep.equal({
      BUCKET: "amplifylogs-logging-intite-ss1-inftes-123456789012",
      SOURCE_BUCKET: SOURCE,
      RAW_PREFIX: "raw",
      IP_POLICY: "truncated",
      PIPELINE: "amplifylogs-inftes",
    });
    const { inputs } = find(graph, LAMBDA, "cdn-cloudfront");
    expect(inputs).to.include({ memorySize: 1024, timeout: 300, runtime: "nodejs24.x" });
    expect(inputs["architectures"]).to.deep.equal(["arm64"]);
    // amplify-logs reprocess starts it without the queue, and what fails then is kept too.
    expect((inputs["deadLetterConfig"] as { targetArn: string }).targetArn).to.match(/-sq5-inftes$/);
  });

  it("may read what was delivered, and merge its own apps' hours: it can neither delete nor change a delivered object", () => {
    const all = statements(graph, "cdn-cloudfront");
    const onSource = all.filter(({ Resource }) => JSON.stringify(Resource).includes(SOURCE));
    expect(onSource.flatMap(({ Action }) => Action).sort()).to.deep.equal(["s3:GetObject", "s3:ListBucket"]);
    expect(all.flatMap(({ Action }) => Action).filter((action) => /Delete(?!Message)/.test(action))).to.deep.equal([]);
    expect(withSid(graph, "cdn-cloudfront", "MergeHours").Resource).to.deep.equal([
      `${LAKE}/raw/app=docs/*`,
      `${LAKE}/raw/app=wiki/*`,
    ]);
    expect(all.filter(({ Resource }) => Resource === "*" || [Resource].flat().includes("*"))).to.have.length(1);
  });

  it("keeps within IAM's limit and the environment's with 20 distributions of the longest names", async () => {
    const distributions = Array.from({ length: 20 }, (_, i) => ({
      name: `distribution_of_letters_${String(i).padStart(2, "0")}`,
      distributionId: `E${String(i).padStart(13, "A")}`,
    }));
    const naming = { project: "project-with-thirty-characters", environment: "environment-with-a-long-name" };
    const bucket = {
      name: "b".repeat(63),
      prefix: `AWSLogs/123456789012/CloudFront/${"x".repeat(40)}`,
      kmsKeyArn: KEY,
    };
    const large = await logsOf({ distributions, naming, bucket, jsonOutput: true });
    const policy = String(find(large, "aws:iam/rolePolicy:RolePolicy", "cdn-cloudfront").inputs["policy"]);
    expect(policy.replaceAll(/\s/g, "").length).to.be.below(10_240);
    expect(JSON.stringify(variables(large, "cdn-cloudfront")).length).to.be.below(4096);
    expect(await refusal({ distributions: [...distributions, docs] })).to.match(/distributions: must be at most 20/);
  });

  it("leaves the notifications of a bucket that is given alone, and reads below its prefix only", async () => {
    const given = await logsOf({ bucket: { name: "cloudfront-logs", prefix: "cdn/prod", kmsKeyArn: KEY } });
    expect(ofType(given, "aws:s3/bucketNotification:BucketNotification").map(({ name }) => name)).to.deep.equal([
      "lake-data",
    ]);
    expect(ofType(given, "aws:s3/bucket:Bucket").map(({ name }) => name)).to.deep.equal(["lake-data", "lake-results"]);
    expect(
      json(find(given, "aws:cloudwatch/eventRule:EventRule", "cdn-delivered").inputs["eventPattern"]),
    ).to.deep.include({
      detail: { bucket: { name: ["cloudfront-logs"] }, object: { key: [{ prefix: "cdn/prod/" }] } },
    });
    expect(withSid(given, "cdn-cloudfront", "ReadDelivered").Resource).to.deep.equal([
      "arn:aws:s3:::cloudfront-logs/cdn/prod/*",
    ]);
    expect(withSid(given, "cdn-cloudfront", "FindDelivered").Condition).to.deep.equal({
      StringLike: { "s3:prefix": ["cdn/prod/*"] },
    });
    expect(withSid(given, "cdn-cloudfront", "UseSourceKey")).to.deep.include({
      Action: ["kms:Decrypt"],
      Resource: [KEY],
    });
    const told = await logsOf({ bucket: { name: "cloudfront-logs", notifies: true } });
    expect(find(told, "aws:s3/bucketNotification:BucketNotification", "cdn-source").inputs).to.include({
      bucket: "cloudfront-logs",
      eventbridge: true,
    });
  });

  it("writes JSON on request, under the address policy, with a crawler over it that reaches its own table only", async () => {
    const own = await logsOf({
      jsonOutput: true,
      crawler: {},
      ipPolicy: "hashed" as CloudFrontLogsArgs["ipPolicy"] & string,
      saltParameter: "/amplify-logs/salt",
    });
    expect(variables(own, "cdn-cloudfront")).to.include({
      JSON_OUTPUT: "true",
      IP_POLICY: "hashed",
      SALT_PARAMETER: "/amplify-logs/salt",
    });
    expect(withSid(own, "cdn-cloudfront", "WriteJson")).to.deep.include({
      Action: ["s3:PutObject"],
      Resource: [`${LAKE}/cloudfront_json/*`],
    });
    expect(withSid(own, "cdn-cloudfront", "ReadSalt").Resource).to.deep.equal([
      "arn:aws:ssm:eu-central-1:123456789012:parameter/amplify-logs/salt",
    ]);
    const [crawler, ...others] = ofType(own, "aws:glue/crawler:Crawler");
    expect(others).to.deep.equal([]);
    expect(crawler!.inputs).to.deep.include({
      schedule: "cron(30 5 * * ? *)",
      databaseName: "amplify_logs",
      s3Targets: [{ path: "s3://amplifylogs-logging-intite-ss1-inftes-123456789012/cloudfront_json/" }],
    });
    const tables = statements(own, "cdn-crawler").flatMap(({ Resource }) =>
      [Resource].flat().filter((arn) => arn.includes(":table/")),
    );
    expect(tables).to.not.be.empty;
    for (const arn of tables) expect(arn).to.match(/:table\/amplify_logs\/discovered_\*$/);
    expect(graph.resources.filter(({ type }) => type.includes("glue/crawler"))).to.deep.equal([]);
  });

  it("alarms on errors and on what was given up, to the topic that it is given", async () => {
    const told = await logsOf({ alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:alarms" });
    const alarms = ofType(told, ALARM);
    expect(alarms.map(({ name }) => name)).to.have.members(["cdn-cloudfront-errors", "cdn-cloudfront-dead-letters"]);
    const [errors, deadLetters] = ["cdn-cloudfront-errors", "cdn-cloudfront-dead-letters"].map(
      (name) => find(told, ALARM, name).inputs,
    );
    expect(deadLetters).to.deep.include({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "amplifylogs-logging-intite-sq5-inftes" },
    });
    // What it gives back to its queue is no error of Lambda's: its log has it.
    const filter = find(told, "aws:cloudwatch/logMetricFilter:LogMetricFilter", "cdn-read-errors").inputs;
    expect(filter).to.deep.include({
      logGroupName: "/aws/lambda/amplifylogs-logging-intite-lm7-inftes",
      pattern: '{ $.event = "cloudfront.failed" }',
    });
    const { namespace, name } = filter["metricTransformation"] as { namespace: string; name: string };
    const watched = (errors!["metricQueries"] as { metric?: { namespace: string; metricName: string } }[]).flatMap(
      ({ metric }) => (metric === undefined ? [] : [[metric.namespace, metric.metricName]]),
    );
    expect(watched).to.have.deep.members([
      ["AWS/Lambda", "Errors"],
      [namespace, name],
    ]);
    for (const { inputs } of alarms)
      expect(inputs["alarmActions"]).to.deep.equal(["arn:aws:sns:eu-central-1:123456789012:alarms"]);
    for (const { inputs } of ofType(graph, ALARM)) expect(inputs["alarmActions"]).to.equal(undefined);
  });

  it("gives its apps to the pipeline on the same lake, which makes partitions and views of them", async () => {
    const shared = await graphOf(() => {
      const lake = new LogLake("lake");
      const cdn = new CloudFrontLogs("cdn", { lake, distributions: [docs, { ...wiki, name: "docs" }] });
      return void new AmplifyLogPipeline("logs", { lake, apps: [], otherApps: cdn.apps });
    });
    for (const table of ["access_logs_raw", "access_logs_rejected", "access_logs_hourly"])
      expect(find(shared, TABLE, `logs-${table}`).inputs["parameters"], table).to.include({
        "projection.app.values": "docs",
      });
    expect(variables(shared, "logs-partitions")["APPS"]).to.equal("docs");
    expect(variables(shared, "logs-compact")["APPS"]).to.equal("docs");
    expect(find(shared, TABLE, "logs-docs_today").inputs["tableType"]).to.equal("VIRTUAL_VIEW");
    expect(ofType(shared, LAMBDA).filter(({ name }) => name.endsWith("-fetch"))).to.deep.equal([]);
  });

  const bad: [string, object, RegExp][] = [
    ["no distribution", { distributions: [] }, /distributions: names no distribution/],
    [
      "an id that is a domain",
      { distributions: [{ ...docs, distributionId: "d111111abcdef8.cloudfront.net" }] },
      /distributions\[0\]\.distributionId: is not the id of a distribution \(got "d111.*Fix: copy it from CloudFront/,
    ],
    [
      "an app's name",
      { distributions: [{ ...docs, name: "My Docs" }] },
      /distributions\[0\]\.name: must be a name that/,
    ],
    [
      "an id twice",
      { distributions: [docs, { ...wiki, distributionId: docs.distributionId }] },
      /distributions\[1\]\.distributionId: is the id of distributions\[0\] too/,
    ],
    ["a crawler without JSON", { crawler: {} }, /crawler: has nothing to look at.*Fix: set jsonOutput/],
    [
      "a crawler's rate",
      { jsonOutput: true, crawler: { schedule: "rate(1 day)" } },
      /crawler\.schedule: must be a schedule of Glue/,
    ],
    ["a bucket's URL", { bucket: { name: "s3://cloudfront-logs" } }, /bucket\.name: is not the name of a bucket/],
    [
      "a prefix with a slash",
      { bucket: { name: "cloudfront-logs", prefix: "/cdn/" } },
      /bucket\.prefix: must be a prefix without slashes/,
    ],
    ["a hash without salt", { ipPolicy: "hashed" }, /saltParameter: is needed by ipPolicy hashed/],
    ["an unknown setting", { distribution: "E1" }, /distribution: is not a setting.*distributions, naming/],
    ["no lake", { lake: undefined }, /lake: is missing\. Fix: give the LogLake/],
  ];
  for (const [what, args, message] of bad) {
    it(`refuses ${what}`, async () => {
      expect(await refusal(args))
        .to.match(message)
        .and.match(/^CloudFrontLogs cdn is not configured right:\n/);
    });
  }
});
