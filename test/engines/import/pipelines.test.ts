import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { unzipSync } from "fflate";
import type { Outcome, Workspace } from "../pulumi/workspace";
import { openWorkspace } from "../pulumi/workspace";
import { pulumiCli } from "../pulumi/cli";
import { need } from "../tools/missing";
import { programText } from "./program";
import { installOwnAws, installPackage, writeProject } from "./secondProject";
import { belowComponent, customResources, stateOf, type StateResource } from "./state";

const TAGGED = 58;

describe("the packed tarball in a second project, on the engine", function () {
  this.timeout(600_000);
  let workspace: Workspace;
  let packages = "";
  let made: Outcome;
  let state: readonly StateResource[];
  let outputs: Readonly<Record<string, unknown>>;
  const below = (name: string): StateResource[] => customResources(belowComponent(state, name));
  const find = (name: string, type: string): StateResource => {
    const found = state.find(({ urn, type: of }) => of === type && urn.endsWith(`::${name}`));
    expect(found, `${type} ${name}`).to.not.equal(undefined);
    return found!;
  };

  before(async function () {
    await need(this, "Pulumi", pulumiCli);
    const prepare = async (folder: string): Promise<void> => {
      const own = installOwnAws(folder, await installPackage(folder));
      packages = own.packages;
      writeProject(folder, programText({ name: "first", packages }));
    };
    workspace = await openWorkspace({ stack: "inftes", prepare, config: { "aws:region": "eu-central-1" } });
    made = await workspace.up();
    [state, outputs] = [await stateOf(workspace), await workspace.outputs()];
  });
  after(() => workspace?.close());

  it("deploys two pipelines side by side, each with what it needs", () => {
    const count = (name: string, type: string): number => below(name).filter((of) => of.type.endsWith(type)).length;
    const types = [":Function", ":CatalogTable", ":Bucket", ":Workgroup"];
    expect(types.map((type) => count("first", type))).to.deep.equal([7, 19, 2, 2]);
    expect(types.map((type) => count("second", type))).to.deep.equal([6, 15, 2, 2]);
    expect(outputs).to.include({
      firstBucket: "first-logging-intite-ss1-inftes-123456789012",
      secondBucket: "second-logging-intite-ss1-inftes-123456789012",
    });
  });

  it("takes resources of another copy of @pulumi/aws, whose classes are others", () => {
    expect(outputs["differs"]).to.deep.equal([false, false, false]);
    const versions = state
      .filter(({ urn }) => urn.includes("pulumi:providers:aws::default_"))
      .map(({ inputs }) => inputs["version"]);
    expect(new Set(versions).size, "two copies ask for two versions").to.equal(2);

    const { keyArn, topicArn, readerArn } = outputs as Record<string, string>;
    const encryption = find(
      "first-data",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(JSON.stringify(encryption.inputs["rules"])).to.include(keyArn);
    expect(find("first-fetch-errors", "aws:cloudwatch/metricAlarm:MetricAlarm").inputs["alarmActions"]).to.deep.equal([
      topicArn,
    ]);
    const rights = find("first-blog-fetch", "aws:iam/rolePolicy:RolePolicy").inputs["policy"] as string;
    expect(rights).to.include(readerArn).and.to.include(keyArn);
  });

  it("makes everything with the provider that it was given, in that provider's region", () => {
    const providers = new Set(below("first").map(({ provider }) => provider.split("::").slice(0, -1).join("::")));
    expect([...providers]).to.deep.equal([outputs["providerUrn"]]);
    const { environment } = find("first-shop-fetch", "aws:lambda/function:Function").inputs as {
      environment: { variables: Record<string, string> };
    };
    expect(environment.variables["APP_REGION"]).to.equal("eu-west-1");
    const ownProvider = below("second").map(({ provider }) => provider.includes("::default_"));
    expect(ownProvider.length).to.be.greaterThan(50);
    expect(ownProvider).to.not.include(false);
  });

  it("applies transforms to each resource of that pipeline, and of no other", () => {
    const tags = (name: string) =>
      below(name).flatMap(({ inputs }) =>
        inputs["tags"] === undefined ? [] : [inputs["tags"] as Record<string, string>],
      );
    expect(tags("first")).to.have.length(TAGGED);
    expect(tags("first").filter((of) => of["Team"] !== "web" || of["Project"] !== "first")).to.deep.equal([]);
    expect(tags("second").length).to.be.greaterThan(20);
    expect(tags("second").filter((of) => "Team" in of)).to.deep.equal([]);
  });

  it("protects all of the pipeline that is to be protected, and the data of the other", () => {
    expect(below("first").filter((of) => !of.protect)).to.deep.equal([]);
    const kept = below("second").filter((of) => of.protect);
    expect(kept.map(({ urn }) => urn.split("::").at(-1))).to.deep.equal(["second-data"]);
  });

  it("waits for what it depends on", () => {
    const started = made.changes.map(({ urn }) => urn);
    const last = started.indexOf(outputs["beforeUrn"] as string);
    const positions = (name: string): number[] => below(name).map(({ urn }) => started.indexOf(urn));
    expect(last).to.be.greaterThan(0);
    expect(Math.min(...positions("first"))).to.be.greaterThan(last);
    // It could have begun before: the other did.
    expect(Math.min(...positions("second")))
      .to.be.lessThan(last)
      .and.greaterThan(-1);
    const component = state.find(({ urn }) => urn.endsWith("AmplifyLogPipeline::first"));
    expect(component?.dependencies).to.deep.equal([outputs["beforeUrn"]]);
  });

  it("stays out of the archives of the project's own functions", () => {
    const archive = unzipSync(readFileSync(workspace.cloud.archive(outputs["ownFunction"] as string)));
    expect(Object.keys(archive)).to.deep.equal(["__index.js"]);
  });

  it("keeps every resource when the pipeline is renamed with an alias", async () => {
    writeFileSync(path.join(workspace.folder, "index.js"), programText({ name: "renamed", alias: "first", packages }));
    const { changes } = await workspace.up();
    expect(changes.map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
    state = await stateOf(workspace);
    expect(below("first")).to.deep.equal([]);
    expect(below("renamed").length).to.be.greaterThan(80);
  });
});
