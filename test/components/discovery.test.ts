import { expect } from "chai";
import { Catalog } from "../../components";
import type { ProgramGraph } from "../../src/local/programGraph";
import { stateOf, type AlarmInputs } from "../helpers/cloudWatch";
import { find, json, ofType, pipelineOf, SCHEDULE, TABLE } from "./evaluateHere";

const CRAWLER = "aws:glue/crawler:Crawler";
const BUCKET = "amplifylogs-logging-intite-ss1-inftes-123456789012";
const GLUE = "arn:aws:glue:eu-central-1:123456789012";

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Parameters?: object;
}

const backfillOf = (graph: ProgramGraph): Record<string, State> =>
  (
    JSON.parse(String(find(graph, "aws:sfn/stateMachine:StateMachine", "logs-backfill").inputs["definition"])) as {
      States: Record<string, State>;
    }
  ).States;

describe("catalog: crawler", function () {
  this.timeout(120_000);
  let declared: ProgramGraph;
  let graph: ProgramGraph;
  before(async () => {
    declared = await pipelineOf();
    graph = await pipelineOf({ catalog: Catalog.Crawler });
  });

  it("is off by default: no crawler, no crawl, no schedule", () => {
    expect(ofType(declared, CRAWLER)).to.deep.equal([]);
    expect(Object.keys(backfillOf(declared)).filter((name) => /Crawl/.test(name))).to.deep.equal([]);
    expect(ofType(declared, SCHEDULE).map(({ name }) => name)).not.to.include("logs-backfill");
  });

  it("adds a crawler over typed and raw files, whose tables stand beside the declared ones", () => {
    const { inputs } = find(graph, CRAWLER, "logs-crawler");
    expect(inputs["s3Targets"]).to.deep.equal([
      { path: `s3://${BUCKET}/access_logs/` },
      { path: `s3://${BUCKET}/raw/` },
    ]);
    expect(inputs).to.include({ databaseName: "amplify_logs", tablePrefix: "discovered_" });
    // Below both lie partitions (app=…): each prefix is one table.
    expect(String(inputs["configuration"])).to.contain('"TableLevelConfiguration":1');
    expect(inputs).not.to.have.property("schedule");
    const names = (of: ProgramGraph) => ofType(of, TABLE).map(({ inputs: table }) => table["name"]);
    expect(names(graph)).to.deep.equal(names(declared));
    expect((names(graph) as string[]).filter((name) => name.startsWith("discovered_"))).to.deep.equal([]);
  });

  it("leaves the level to Glue where the raw prefix lies deeper", async () => {
    const deep = await pipelineOf({ catalog: Catalog.Crawler, rawPrefix: "cloudfront/example.com" });
    expect(String(find(deep, CRAWLER, "logs-crawler").inputs["configuration"])).not.to.contain("TableLevel");
  });

  it("may write its own tables only: no declared one", () => {
    const role = json(find(graph, "aws:iam/rolePolicy:RolePolicy", "logs-crawler").inputs["policy"]).Statement;
    expect(role.find(({ Sid }) => Sid === "WriteTables")!.Resource).to.deep.equal([
      `${GLUE}:catalog`,
      `${GLUE}:database/amplify_logs`,
      `${GLUE}:table/amplify_logs/discovered_*`,
    ]);
    expect(role.find(({ Sid }) => Sid === "ReadFiles0")!.Resource).to.deep.equal([
      `arn:aws:s3:::${BUCKET}/access_logs/*`,
      `arn:aws:s3:::${BUCKET}/raw/*`,
    ]);
  });

  it("ends the backfill in the crawler's start, which the backfill's role may do", () => {
    const states = backfillOf(graph);
    expect(states["LetConvert"]!.Next).to.equal("StartCrawl");
    expect(states["StartCrawl"]!.Parameters).to.deep.equal({ Name: "amplifylogs-analysis-intite-gl1-inftes" });
    const role = json(find(graph, "aws:iam/rolePolicy:RolePolicy", "logs-backfill").inputs["policy"]).Statement;
    expect(role.find(({ Sid }) => Sid === "RunCrawler")).to.deep.include({
      Action: ["glue:StartCrawler", "glue:GetCrawler", "glue:StopCrawler"],
      Resource: [`${GLUE}:crawler/amplifylogs-analysis-intite-gl1-inftes`],
    });
    const without = json(find(declared, "aws:iam/rolePolicy:RolePolicy", "logs-backfill").inputs["policy"]).Statement;
    expect(without.flatMap(({ Action }) => Action).filter((action) => action.startsWith("glue:"))).to.deep.equal([]);
  });

  it("starts the backfill daily, or by a schedule that is given", async () => {
    expect(find(graph, SCHEDULE, "logs-backfill").inputs["scheduleExpression"]).to.equal("cron(30 5 * * ? *)");
    const own = await pipelineOf({ catalog: Catalog.Crawler, backfill: { schedule: "rate(7 days)" } });
    expect(find(own, SCHEDULE, "logs-backfill").inputs["scheduleExpression"]).to.equal("rate(7 days)");
    const started = ofType(graph, "aws:iam/policy:Policy")
      .filter(({ name }) => name.startsWith("logs-scheduler-"))
      .flatMap(({ inputs }) => json(inputs["policy"]).Statement)
      .filter(({ Action }) => [Action].flat().includes("states:StartExecution"))
      .flatMap(({ Resource }) => Resource);
    expect(started.some((arn) => arn.endsWith(":stateMachine:amplifylogs-orchestration-intite-sf1-inftes"))).to.equal(
      true,
    );
  });

  it("tells the pipeline's topic of a failed crawl, and nobody where alarms are off", async () => {
    const alarm = find(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "logs-crawl").inputs;
    const topic = String(find(graph, "aws:sns/topic:Topic", "logs-alarms").inputs["name"]);
    expect(String(alarm["alarmActions"])).to.contain(topic);
    const rule = String(find(graph, "aws:cloudwatch/eventRule:EventRule", "logs-crawl-failed").inputs["name"]);
    const metric = `AWS/Events TriggeredRules RuleName=${rule}`;
    expect(stateOf(alarm as unknown as AlarmInputs, new Map([[metric, [1]]]))).to.equal("ALARM");
    const off = await pipelineOf({ catalog: Catalog.Crawler, alarms: { enabled: false } });
    expect(ofType(off, "aws:cloudwatch/metricAlarm:MetricAlarm")).to.deep.equal([]);
  });
});
