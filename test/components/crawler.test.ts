import { expect } from "chai";
import { ApplicationLogs, Encryption, LogLake, type LogLakeArgs } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { stateOf, watchedBy, type AlarmInputs } from "../helpers/cloudWatch";
import { find, graphOf, json, ofType } from "./evaluateHere";

const GLUE = "arn:aws:glue:eu-central-1:123456789012";
const GROUP = "/aws-glue/crawlers-role/amplifylogs-analysis-intite-ir13-inftes-amplifylogs-analysis-intite-gs2-inftes";
const GROUP_ARN = `arn:aws:logs:eu-central-1:123456789012:log-group:${GROUP}`;
const SOURCE = "arn:aws:s3:::amplifylogs-logging-intite-ss4-inftes-123456789012";
const MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:amplifylogs-orchestration-intite-sf3-inftes";

const crawled = (lake: LogLakeArgs = {}): Promise<ProgramGraph> =>
  graphOf(() => void new ApplicationLogs("app", { lake: new LogLake("lake", lake), crawler: {} }));

/** Any crawler of ours is made by the same function: application logs' stands for all. */
describe("a crawler", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await crawled();
  });

  const crawler = (of = graph) => find(of, "aws:glue/crawler:Crawler", "app-crawler").inputs;
  const role = (of = graph) =>
    json(find(of, "aws:iam/rolePolicy:RolePolicy", "app-crawler").inputs["policy"]).Statement;
  const withSid = (sid: string, of = graph) => {
    const found = role(of).find(({ Sid }) => Sid === sid);
    if (found === undefined) throw new Error(`no statement ${sid}`);
    return found;
  };

  it("never deletes from the catalogue, merges columns in, and lets partitions have the table's", () => {
    expect(crawler()["schemaChangePolicy"]).to.deep.equal({
      deleteBehavior: "LOG",
      updateBehavior: "UPDATE_IN_DATABASE",
    });
    expect(crawler()["recrawlPolicy"]).to.deep.equal({ recrawlBehavior: "CRAWL_EVERYTHING" });
    const { CrawlerOutput } = JSON.parse(String(crawler()["configuration"])) as { CrawlerOutput: object };
    expect(CrawlerOutput).to.deep.equal({
      Partitions: { AddOrUpdateBehavior: "InheritFromTable" },
      Tables: { AddOrUpdateBehavior: "MergeNewColumns" },
    });
    expect(crawler()["tags"]).to.include({ Project: "amplifylogs", Environment: "inftes" });
  });

  it("writes its log encrypted, into a group that is declared with the name that Glue gives it", () => {
    const security = find(graph, "aws:glue/securityConfiguration:SecurityConfiguration", "app-crawler").inputs;
    expect(crawler()["securityConfiguration"]).to.equal(security["name"]);
    const key = find(graph, "aws:kms/key:Key", "app-crawler");
    const arn = `arn:aws:kms:eu-central-1:123456789012:key/app-crawler`;
    expect(security["encryptionConfiguration"]).to.deep.equal({
      cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: arn },
      jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: arn },
      s3Encryption: { s3EncryptionMode: "SSE-S3" },
    });
    const group = find(graph, "aws:cloudwatch/logGroup:LogGroup", "app-crawler").inputs;
    expect(group).to.include({ name: GROUP, retentionInDays: 30, kmsKeyId: arn });
    const uses = json(key.inputs["policy"]).Statement.find(({ Sid }) => Sid === "LogsUse");
    expect(uses).to.deep.include({
      Principal: { Service: "logs.eu-central-1.amazonaws.com" },
      Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": GROUP_ARN } },
    });
  });

  it("reads its prefix, writes its tables and its log, uses the key of its log, and has no managed policy", () => {
    const reads = role().filter(({ Resource }) => JSON.stringify(Resource).includes(SOURCE));
    expect(reads.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))).to.deep.equal([
      { Action: ["s3:GetObject"], Resource: [`${SOURCE}/logs/*`], Condition: undefined },
      {
        Action: ["s3:ListBucket"],
        Resource: [SOURCE],
        Condition: { StringLike: { "s3:prefix": ["logs", "logs/*"] } },
      },
      { Action: ["s3:GetBucketLocation"], Resource: [SOURCE], Condition: undefined },
    ]);
    expect(withSid("WriteTables").Resource).to.deep.equal([
      `${GLUE}:catalog`,
      `${GLUE}:database/app_logs_db`,
      `${GLUE}:table/app_logs_db/*`,
    ]);
    expect(withSid("WriteLog").Resource).to.deep.equal([`${GROUP_ARN}:*`]);
    expect(withSid("OwnLogGroup").Resource).to.deep.equal([GROUP_ARN]);
    const actions = role().flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /Delete|PutObject|\*/.test(action))).to.deep.equal([]);
    const unbound = role().filter(({ Resource }) => [Resource].flat().includes("*"));
    expect(unbound.map(({ Action }) => Action)).to.deep.equal([["glue:GetSecurityConfiguration"]]);
    const attached = ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    expect(attached.filter(({ name }) => name.startsWith("app-"))).to.deep.equal([]);
  });

  it("has a role that Glue alone may take, for this account", () => {
    const trust = json(find(graph, "aws:iam/role:Role", "app-crawler").inputs["assumeRolePolicy"]).Statement;
    expect(trust).to.have.length(1);
    expect(trust[0]).to.deep.include({
      Principal: { Service: "glue.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
  });

  it("encrypts as the lake does where that has a customer key", async () => {
    const encrypted = await crawled({ encryption: Encryption.Kms });
    const { encryptionConfiguration } = find(
      encrypted,
      "aws:glue/securityConfiguration:SecurityConfiguration",
      "app-crawler",
    ).inputs as { encryptionConfiguration: { s3Encryption: object } };
    expect(encryptionConfiguration.s3Encryption).to.deep.equal({
      s3EncryptionMode: "SSE-KMS",
      kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/lake-data",
    });
  });

  describe("has an alarm", () => {
    const alarm = (): AlarmInputs =>
      find(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "app-crawl").inputs as unknown as AlarmInputs;
    const rule = () => find(graph, "aws:cloudwatch/eventRule:EventRule", "app-crawl-failed").inputs;
    const sources = (): Record<string, string> => ({
      "Glue says that the crawl failed": `AWS/Events TriggeredRules RuleName=${String(rule()["name"])}`,
      "the rule matched": `AWS/Events MatchedEvents RuleName=${String(rule()["name"])}`,
      "the log has an ERROR": "AmplifyLogPipeline/amplifylogs-inftes/application CrawlErrors",
      "its state machine failed": `AWS/States ExecutionsFailed StateMachineArn=${MACHINE}`,
      "its state machine ran out of time": `AWS/States ExecutionsTimedOut StateMachineArn=${MACHINE}`,
    });

    it("on all that can say so, and on nothing else", () => {
      expect(watchedBy(alarm()).map(({ key }) => key)).to.have.members(Object.values(sources()));
      expect(stateOf(alarm(), new Map())).to.equal("OK");
    });

    for (const what of [
      "Glue says that the crawl failed",
      "the rule matched",
      "the log has an ERROR",
      "its state machine failed",
      "its state machine ran out of time",
    ])
      it(`which fires when ${what}`, () => {
        expect(stateOf(alarm(), new Map([[sources()[what]!, [1]]]))).to.equal("ALARM");
      });

    it("whose rule takes this crawler's failures, and those of its schedule", () => {
      const pattern = JSON.parse(String(rule()["eventPattern"])) as { source: string[]; detail: object };
      expect(pattern).to.deep.equal({
        source: ["aws.glue"],
        "detail-type": ["Glue Crawler State Change", "Glue Scheduled Crawler Invocation Failure"],
        detail: {
          crawlerName: ["amplifylogs-analysis-intite-gl2-inftes"],
          $or: [{ state: ["Failed"] }, { state: [{ exists: false }] }],
        },
      });
    });

    it("whose filter counts in the log that the crawler writes", () => {
      const filter = find(graph, "aws:cloudwatch/logMetricFilter:LogMetricFilter", "app-crawl-errors").inputs;
      expect(filter).to.include({ logGroupName: GROUP, pattern: "ERROR" });
      expect(filter["metricTransformation"]).to.deep.equal({
        namespace: "AmplifyLogPipeline/amplifylogs-inftes/application",
        name: "CrawlErrors",
        value: "1",
      });
    });
  });
});
