import { expect } from "chai";
import type { ProgramGraph } from "../../src/local/programGraph";
import { problemsOf } from "../helpers/stateMachines";
import { find, LAMBDA, ofType, pipelineOf, SCHEDULE, TABLE, variables } from "./evaluateHere";

const MACHINE = "aws:sfn/stateMachine:StateMachine";
const NAME = "amplifylogs-analysis-intite-sf2-inftes";

describe("the compaction in the program", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => (graph = await pipelineOf({ retiredApps: ["old"], settlingHours: 72 })));

  it("is a state machine whose every step is the compactor's, daily, with its time", () => {
    const { inputs } = find(graph, MACHINE, "logs-compaction");
    expect(inputs).to.include({ name: NAME, type: "STANDARD" });
    expect(problemsOf(JSON.parse(String(inputs["definition"])) as object)).to.equal("");
    const asked = [...String(inputs["definition"]).matchAll(/"FunctionName":"([^"]*)"/g)].map(([, arn]) => arn);
    expect(new Set(asked).size).to.equal(1);
    expect(asked[0]).to.contain(`:function:${String(find(graph, LAMBDA, "logs-compact").inputs["name"])}`);
    const schedule = find(graph, SCHEDULE, "logs-compaction").inputs;
    expect(schedule["scheduleExpression"]).to.equal("cron(45 4 * * ? *)");
    expect(schedule["target"]).to.include({
      arn: `arn:aws:states:eu-central-1:123456789012:stateMachine:${NAME}`,
      input: '{"time":"<aws.scheduler.scheduled-time>"}',
    });
  });

  it("tells the compactor of all apps that its tables show, and how long days settle and stay", () => {
    expect(variables(graph, "logs-compact")).to.include({
      APPS: "shop,blog,old",
      SETTLING_HOURS: "72",
      TABLE_DAYS: "400",
    });
    for (const name of ["access_logs_hourly", "access_logs_compactions"]) {
      const { inputs } = find(graph, TABLE, `logs-${name}`);
      expect(inputs["description"]).to.match(/^For the compaction only/);
      expect((inputs["parameters"] as Record<string, string>)["projection.app.values"]).to.equal("shop,blog,old");
    }
  });

  it("reads what a compaction wrote by its id, which is listed nowhere", () => {
    const { inputs } = find(graph, TABLE, "logs-access_logs_compactions");
    expect(inputs["parameters"]).to.include({
      "projection.compaction.type": "injected",
      "storage.location.template":
        "s3://amplifylogs-logging-intite-ss1-inftes-123456789012/access_logs_compacted/date=${date}/${compaction}/app=${app}",
    });
  });

  it("is absent, with its tables, function and schedule, where it is turned off", async () => {
    const off = await pipelineOf({ compaction: { enabled: false } });
    expect(ofType(off, MACHINE).map(({ name }) => name)).to.deep.equal(["logs-backfill"]);
    const names = off.resources.map(({ name }) => name);
    expect(names.filter((name) => /compact|hourly$/.test(name) && name !== "logs-partitions-hourly")).to.deep.equal([]);
  });

  it("runs when it is told to", async () => {
    const own = await pipelineOf({ compaction: { schedule: "rate(12 hours)" } });
    expect(find(own, SCHEDULE, "logs-compaction").inputs["scheduleExpression"]).to.equal("rate(12 hours)");
  });
});
