import { expect } from "chai";
import type { ProgramGraph } from "../../src/local/programGraph";
import { find, graphOf, json, LAMBDA, ofType, pipelineOf, SCHEDULE, shop, variables } from "./evaluateHere";
import { AmplifyLogPipeline } from "../../components";
import { problemsOf } from "../helpers/stateMachines";

const MACHINE = "aws:sfn/stateMachine:StateMachine";
const NAME = "amplifylogs-orchestration-intite-sf1-inftes";
const ARN = `arn:aws:states:eu-central-1:123456789012:stateMachine:${NAME}`;

/** The definition as it is deployed, as far as the tests look into it. */
interface Definition {
  readonly States: {
    readonly Plan: { readonly Parameters: { readonly FunctionName: string } };
    readonly FetchApps: { readonly MaxConcurrency: number };
  };
}
const definitionOf = (graph: ProgramGraph): Definition =>
  JSON.parse(String(find(graph, MACHINE, "logs-backfill").inputs["definition"])) as Definition;

describe("the backfill", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => (graph = await pipelineOf()));

  it("is a standard machine that logs, traces, and waits for its log and its rights", () => {
    const machine = find(graph, MACHINE, "logs-backfill");
    const group = find(graph, "aws:cloudwatch/logGroup:LogGroup", "logs-backfill-machine");
    expect(group.inputs).to.include({ name: `/aws/vendedlogs/states/${NAME}`, retentionInDays: 30 });
    expect(machine.inputs).to.deep.include({
      name: NAME,
      type: "STANDARD",
      tracingConfiguration: { enabled: true },
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        logDestination: `arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/${NAME}:*`,
      },
    });
    const attachments = ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(({ name }) =>
      name.startsWith("logs-backfill-"),
    );
    const policy = find(graph, "aws:iam/rolePolicy:RolePolicy", "logs-backfill");
    expect(attachments).to.have.length.above(0);
    for (const needed of [group, policy, ...attachments]) expect(machine.dependencies).to.include(needed.urn);
  });

  it("is deployed with a definition that a validator takes, and asks the planner that is deployed", () => {
    const definition = definitionOf(graph);
    expect(problemsOf(definition)).to.equal("");
    const planner = String(find(graph, LAMBDA, "logs-plan").inputs["name"]);
    expect(definition.States.Plan.Parameters.FunctionName).to.match(new RegExp(`:function:${planner}$`));
    expect(definition.States.FetchApps.MaxConcurrency).to.equal(5);
    expect(variables(graph, "logs-plan")).to.include({ BACKFILL_DAYS: "14" });
  });

  it("has its planner read the list of the apps, with their fetchers", () => {
    const list = find(graph, "aws:s3/bucketObjectv2:BucketObjectv2", "logs-apps");
    expect(list.inputs["key"]).to.equal(variables(graph, "logs-plan")["APPS_KEY"]);
    const { apps } = JSON.parse(String(list.inputs["content"])) as { apps: { name: string; fetcherArn: string }[] };
    for (const { name, fetcherArn } of apps)
      expect(fetcherArn).to.match(
        new RegExp(`:function:${String(find(graph, LAMBDA, `logs-${name}-fetch`).inputs["name"])}$`),
      );
    expect(apps.map(({ name }) => name)).to.deep.equal(["shop", "blog"]);
  });

  it("runs by itself only where a schedule is given", async () => {
    expect(ofType(graph, SCHEDULE).map(({ name }) => name)).not.to.include("logs-backfill");
    const own = await pipelineOf({ backfill: { schedule: "cron(0 5 ? * SUN *)", days: 21, maxConcurrency: 9 } });
    const schedule = find(own, SCHEDULE, "logs-backfill");
    expect(schedule.inputs["scheduleExpression"]).to.equal("cron(0 5 ? * SUN *)");
    expect(schedule.inputs["target"]).to.include({ arn: ARN, input: '{"time":"<aws.scheduler.scheduled-time>"}' });
    expect(variables(own, "logs-plan")).to.include({ BACKFILL_DAYS: "21" });
    expect(definitionOf(own).States.FetchApps.MaxConcurrency).to.equal(9);
    const started = ofType(own, "aws:iam/policy:Policy")
      .filter(({ name }) => name.startsWith("logs-scheduler-"))
      .flatMap(({ inputs }) => json(inputs["policy"]).Statement)
      .filter(({ Action }) => [Action].flat().includes("states:StartExecution"))
      .flatMap(({ Resource }) => Resource);
    expect(started).to.include(ARN);
  });

  it("is an output: what amplify-logs backfill takes", async () => {
    const outputs: string[] = [];
    await graphOf(() => {
      const pipeline = new AmplifyLogPipeline("logs", { apps: [shop] });
      pipeline.stateMachineArn.apply((arn) => outputs.push(arn));
    });
    expect(outputs).to.deep.equal([ARN]);
  });

  it("has its rights within IAM's limits at 100 apps, with the longest names that there can be", async () => {
    const apps = Array.from({ length: 100 }, (_, i) => ({
      name: `application_with_name_${String(i).padStart(4, "0")}`,
      appId: `d${String(i).padStart(3, "0")}abcdef`,
      domainName: `app-${i}.example.com`,
    }));
    const large = await pipelineOf({
      apps,
      naming: { project: "project-with-thirty-characters", environment: "environment-with-a-long-name" },
    });
    const characters = (policy: unknown): number => String(policy).replaceAll(/\s/g, "").length;
    const sets = ofType(large, "aws:iam/policy:Policy").filter(({ name }) => name.startsWith("logs-backfill-"));
    const attached = ofType(large, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(({ name }) =>
      name.startsWith("logs-backfill-"),
    );
    expect(attached).to.have.length(sets.length);
    expect(sets).to.have.length.above(1).and.below(11);
    const sizes = sets.map(({ inputs }) => characters(inputs["policy"]));
    expect(Math.max(...sizes)).to.be.below(6144);
    // In one policy they would not fit.
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.above(10_240);
    const inline = find(large, "aws:iam/rolePolicy:RolePolicy", "logs-backfill").inputs["policy"];
    expect(characters(inline)).to.be.below(10_240);
    const invoked = sets.flatMap(({ inputs }) => json(inputs["policy"]).Statement.flatMap(({ Resource }) => Resource));
    const fetchers = ofType(large, LAMBDA).filter(({ name }) => name.endsWith("-fetch"));
    expect(invoked.sort()).to.deep.equal(
      fetchers
        .map(({ inputs }) => `arn:aws:lambda:eu-central-1:123456789012:function:${String(inputs["name"])}`)
        .sort(),
    );
    // A definition holds a megabyte, and does not grow with the apps.
    expect(JSON.stringify(definitionOf(large)).length).to.be.closeTo(JSON.stringify(definitionOf(graph)).length, 200);
  });
});
