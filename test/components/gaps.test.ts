import { expect } from "chai";
import type { ProgramGraph } from "../../src/local/programGraph";
import { blog, find, json, LAMBDA, pipelineOf, SCHEDULE, shop, variables } from "./evaluateHere";

const DATA = "arn:aws:s3:::amplifylogs-logging-intite-ss1-inftes-123456789012";
const POLICY = "aws:iam/rolePolicy:RolePolicy";

describe("the gap finder and what it watches", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf({
      apps: [{ ...shop, furtherDomains: ["main.d1a2b3c4d5e6f7.amplifyapp.com", "example.net"] }, blog],
      gapSchedule: "rate(30 minutes)",
      gapDays: 7,
      lookbackHours: 4,
    });
  });

  const machineArn = (): string =>
    String(find(graph, "aws:sfn/stateMachine:StateMachine", "logs-backfill").inputs["name"]);
  const statements = (of: ProgramGraph, name: string) => json(find(of, POLICY, name).inputs["policy"]).Statement;

  it("is one function for all apps, and has the settings that decide what a gap is", () => {
    const { STATE_MACHINE_ARN: machine, ...environment } = variables(graph, "logs-gaps");
    expect(environment).to.deep.equal({
      PIPELINE: "amplifylogs-inftes",
      BUCKET: "amplifylogs-logging-intite-ss1-inftes-123456789012",
      APPS_KEY: "state/pipelines/amplifylogs-inftes.json",
      DELAY_MINUTES: "60",
      LOOKBACK_HOURS: "4",
      SETTLING_HOURS: "48",
      GAP_DAYS: "7",
    });
    expect(machine)
      .to.match(/^arn:aws:states:.*:stateMachine:/)
      .and.contain(machineArn());
    expect(find(graph, LAMBDA, "logs-gaps").inputs["name"]).to.equal("amplifylogs-monitoring-intite-lm5-inftes");
  });

  it("runs by its own schedule, with the time that was planned", () => {
    const { scheduleExpression, target, state } = find(graph, SCHEDULE, "logs-gaps").inputs as {
      scheduleExpression: string;
      target: { arn: string; input: string };
      state: string;
    };
    expect([scheduleExpression, state]).to.deep.equal(["rate(30 minutes)", "ENABLED"]);
    expect(target.arn).to.match(/:function:amplifylogs-monitoring-intite-lm5-inftes$/);
    expect(target.input).to.equal('{"time":"<aws.scheduler.scheduled-time>"}');
  });

  it("reads the coverage and the list of apps, starts the backfill, and writes nothing", () => {
    const own = statements(graph, "logs-gaps").filter(
      // What every function has.
      ({ Sid }) => !["WriteLogs", "SendFailedRuns", "Trace"].includes(Sid ?? ""),
    );
    expect(own).to.deep.equal([
      {
        Sid: "ReadCoverage",
        Effect: "Allow",
        Action: ["s3:GetObject"],
        Resource: [`${DATA}/coverage/*`, `${DATA}/state/pipelines/amplifylogs-inftes.json`],
      },
      {
        Sid: "ListOwnPrefixes",
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [DATA],
        Condition: { StringLike: { "s3:prefix": ["coverage/*", "state/*"] } },
      },
      {
        Sid: "StartBackfill",
        Effect: "Allow",
        Action: ["states:StartExecution", "states:ListExecutions"],
        Resource: [variables(graph, "logs-gaps")["STATE_MACHINE_ARN"]],
      },
    ]);
  });

  it("hands an app's further domains to its fetcher, and to nobody else's", () => {
    expect(variables(graph, "logs-shop-fetch")).to.include({
      DOMAIN_NAME: "example.com",
      FURTHER_DOMAINS: "main.d1a2b3c4d5e6f7.amplifyapp.com,example.net",
    });
    expect(variables(graph, "logs-blog-fetch")).to.not.have.property("FURTHER_DOMAINS");
    const list = JSON.parse(
      String(find(graph, "aws:s3/bucketObjectv2:BucketObjectv2", "logs-apps").inputs["content"]),
    ) as {
      apps: { domains: string[] }[];
    };
    expect(list.apps.map(({ domains }) => domains)).to.deep.equal([
      ["example.com", "main.d1a2b3c4d5e6f7.amplifyapp.com", "example.net"],
      ["example.org"],
    ]);
  });

  it("asks CloudWatch only where completeness is wanted, with the app's own role where it has one", async () => {
    expect(variables(graph, "logs-shop-fetch")).to.not.have.property("COMPLETENESS");
    expect(statements(graph, "logs-shop-fetch").map(({ Sid }) => Sid)).to.not.include("CountRequests");
    const roleArn = "arn:aws:iam::210987654321:role/reader";
    const compared = await pipelineOf({ apps: [shop, { ...blog, roleArn }], completeness: true });
    const right = (app: string) => statements(compared, `logs-${app}-fetch`).find(({ Sid }) => Sid === "CountRequests");
    expect(right("shop")).to.deep.include({ Action: ["cloudwatch:GetMetricData"], Resource: ["*"] });
    expect(right("blog")).to.equal(undefined);
    expect(variables(compared, "logs-blog-fetch")).to.include({ COMPLETENESS: "true", ROLE_ARN: roleArn });
  });
});
