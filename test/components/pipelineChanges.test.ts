import { expect } from "chai";
import { Encryption } from "../../components";
import type { ProgramGraph, ProgramResource } from "../../src/local/programGraph";
import { blog, docs, ofType, pipelineOf, shop } from "./evaluateHere";

describe("a pipeline under other arguments and options", function () {
  this.timeout(120_000);
  let graph: ProgramGraph;
  before(async () => {
    graph = await pipelineOf();
  });

  it("renames and replaces nothing of the others when the first of three apps goes", async () => {
    const plain = ({ resources }: ProgramGraph) => new Map(resources.map((resource) => [resource.urn, resource]));
    const three = plain(await pipelineOf({ apps: [docs, shop, blog] }));
    const two = plain(await pipelineOf({ apps: [shop, blog] }));
    expect([...two.keys()].filter((urn) => !three.has(urn))).to.deep.equal([]);
    const named = ({ inputs }: ProgramResource) => [inputs["name"], inputs["bucket"], inputs["databaseName"]];
    for (const [urn, resource] of two) expect(named(three.get(urn)!), urn).to.deep.equal(named(resource));
    const gone = [...three.values()].filter(({ urn }) => !two.has(urn));
    const others = gone.filter(({ name }) => !name.includes("docs"));
    // The policy set that held only this app goes with it.
    expect(others.every(({ name }) => /^logs-(scheduler|backfill)-\d$/.test(name))).to.equal(true);
    const changed = [...two.values()].filter(
      ({ urn, inputs }) => JSON.stringify(three.get(urn)?.inputs) !== JSON.stringify(inputs),
    );
    expect(changed.filter(({ name }) => /shop|blog/.test(name)).map(({ name }) => name)).to.deep.equal([]);
  });

  it("names everything by the user's pattern and tags everything that takes tags", async () => {
    const own = await pipelineOf({
      naming: { project: "acme", pattern: "{env}-{project}-{type}{n}[-{account}][-{app}]" },
      tags: { Team: "web" },
      encryption: Encryption.Kms,
    });
    const named = own.resources.filter(
      ({ type, inputs }) => inputs["name"] !== undefined && !/glue|namedQuery|logMetricFilter/.test(type),
    );
    expect(named).to.have.length.above(30);
    for (const { type, inputs } of named)
      expect(String(inputs["name"]), type).to.match(
        /^(\/aws\/lambda\/|\/aws\/vendedlogs\/states\/|alias\/)?inftes-acme-[a-z]{2}\d/,
      );
    for (const { inputs } of ofType(own, "aws:s3/bucket:Bucket"))
      expect(inputs["bucket"]).to.match(/^inftes-acme-ss\d-123456789012$/);
    const taggable =
      /:(Bucket|Function|Role|Policy|Queue|Topic|Key|LogGroup|EventRule|ScheduleGroup|Workgroup|MetricAlarm|CatalogDatabase|EventSourceMapping|StateMachine)$/;
    const tagged = own.resources.filter(({ type }) => taggable.test(type));
    expect(tagged).to.have.length.above(20);
    for (const { urn, inputs } of tagged) {
      expect(inputs["tags"], urn).to.deep.equal({
        Team: "web",
        Project: "acme",
        Owner: "platform",
        CostCenter: "web",
        Environment: "inftes",
      });
    }
  });

  it("gives the same graph for the same arguments", async () => {
    const again = await pipelineOf();
    const sorted = ({ resources }: ProgramGraph) => resources.map((r) => JSON.stringify([r.urn, r.inputs])).sort();
    expect(sorted(again)).to.deep.equal(sorted(graph));
  });

  it("passes its options on to every child", async () => {
    const seen = new Set<string>();
    const protectedGraph = await pipelineOf(
      {},
      { protect: true, transformations: [({ type, name }) => (seen.add(`${type} ${name}`), undefined)] },
    );
    expect(protectedGraph.resources.every((resource) => resource.protect)).to.equal(true);
    expect(seen.size).to.equal(protectedGraph.resources.length);
  });
});
