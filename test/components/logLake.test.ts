import { expect } from "chai";
import { AmplifyLogPipeline, Encryption, LogLake } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, graphOf, json, ofType, pipelineOf, shop, variables } from "./evaluateHere";

describe("LogLake", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf();
  });

  it("feeds the converter from the raw prefix, through a queue with dead letters, at a bounded pace", () => {
    expect(json(find(graph, "aws:cloudwatch/eventRule:EventRule", "logs-raw").inputs["eventPattern"])).to.deep.include({
      detail: {
        bucket: { name: ["amplifylogs-logging-intite-ss1-inftes-123456789012"] },
        object: { key: [{ prefix: "raw/" }] },
      },
    });
    expect(find(graph, "aws:s3/bucketNotification:BucketNotification", "logs-data").inputs).to.include({
      eventbridge: true,
    });
    const mapping = find(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "logs-convert");
    expect(mapping.inputs).to.deep.include({
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
    const queue = find(graph, "aws:sqs/queue:Queue", "logs-convert");
    expect(queue.inputs["visibilityTimeoutSeconds"]).to.equal(1800);
    expect(JSON.parse(String(queue.inputs["redrivePolicy"]))).to.include({ maxReceiveCount: 5 });
  });

  it("expires data by prefix, and early only what is tagged as superseded", () => {
    const rules = find(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "logs-data").inputs[
      "rules"
    ] as {
      filter: { prefix?: string; tag?: object };
      expiration?: { days?: number };
    }[];
    const days = rules
      .filter((rule) => rule.expiration?.days !== undefined)
      .map(({ filter, expiration }) => [filter.prefix ?? filter.tag, expiration?.days]);
    expect(days).to.deep.equal([
      ["raw/", 30],
      ["access_logs/", 400],
      ["access_logs_compacted/", 400],
      ["rejected/", 30],
      ["quarantine/", 30],
      ["cloudfront_json/", 400],
      ["processed/", 400],
      ["errors/", 30],
      [{ key: "state", value: "superseded" }, 2],
    ]);
  });

  it("closes both buckets: encrypted, private, TLS only", () => {
    for (const name of ["logs-data", "logs-results"]) {
      expect(find(graph, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name).inputs).to.include({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      const [deny] = json(find(graph, "aws:s3/bucketPolicy:BucketPolicy", name).inputs["policy"]).Statement;
      expect(deny).to.deep.include({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
      const sse = find(
        graph,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        name,
      );
      expect(sse.inputs["rules"]).to.deep.equal([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    }
    expect(find(graph, "aws:s3/bucket:Bucket", "logs-data").protect).to.equal(true);
    expect(find(graph, "aws:s3/bucket:Bucket", "logs-results").protect).to.equal(false);
  });

  it("uses a customer key on request: for objects, results and the functions that need it", async () => {
    const locked = await pipelineOf({ encryption: Encryption.Kms, protectData: false });
    const [rule] = find(
      locked,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "logs-data",
    ).inputs["rules"] as object[];
    expect(rule).to.deep.include({ bucketKeyEnabled: true });
    expect(find(locked, "aws:kms/key:Key", "logs-data").inputs).to.include({ enableKeyRotation: true });
    const rights = new Map(
      ofType(locked, "aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => [name, String(inputs["policy"])]),
    );
    for (const writer of ["logs-shop-fetch", "logs-convert", "logs-partitions", "logs-compact"])
      expect(rights.get(writer), writer).to.include("kms:Decrypt").and.include("kms:GenerateDataKey");
    for (const reader of ["logs-plan", "logs-gaps"])
      expect(rights.get(reader), reader).to.include("kms:Decrypt").and.not.include("kms:GenerateDataKey");
    for (const { inputs } of ofType(locked, "aws:athena/workgroup:Workgroup"))
      expect(JSON.stringify(inputs)).to.include("SSE_KMS");
    expect(find(locked, "aws:s3/bucket:Bucket", "logs-data")).to.deep.include({ protect: false });
    expect(find(locked, "aws:s3/bucket:Bucket", "logs-data").inputs).to.include({ forceDestroy: true });
  });

  it("limits people's scans, its own statements only far above what they need, and enforces both workgroups", () => {
    const [users, maintenance] = ["logs-users", "logs-maintenance"].map(
      (name) => find(graph, "aws:athena/workgroup:Workgroup", name).inputs,
    );
    expect(users?.["configuration"]).to.deep.include({
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 100e9,
    });
    expect(maintenance?.["configuration"]).to.deep.include({
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 10e12,
    });
    expect(users).to.include({ forceDestroy: true });
  });

  it("takes a lake that exists, and refuses the lake's settings beside it", async () => {
    const shared = await graphOf(() => {
      const lake = new LogLake("lake", { rawPrefix: "cloudfront/example", database: { name: "web" } });
      new AmplifyLogPipeline("logs", { apps: [shop], lake });
    });
    expect(ofType(shared, "aws:s3/bucket:Bucket").map(({ name }) => name)).to.deep.equal(["lake-data", "lake-results"]);
    expect(variables(shared, "logs-shop-fetch")).to.include({ RAW_PREFIX: "cloudfront/example" });
    expect(variables(shared, "logs-partitions")).to.include({ DATABASE: "web" });
    const wrong = graphOf(
      () => new AmplifyLogPipeline("logs", { apps: [shop], lake: new LogLake("lake"), rawPrefix: "x" }),
    );
    expect(await wrong.catch((error: Error) => error.message)).to.match(
      /rawPrefix: belongs to the lake that was given/,
    );
  });
});
