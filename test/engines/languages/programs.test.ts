import { existsSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { belowComponent, stateOf, type StateResource } from "../import/state";
import { pulumiCli } from "../pulumi/cli";
import type { Workspace } from "../pulumi/workspace";
import { need } from "../tools/missing";
import { mustRun } from "../tools/processes";
import { documented, openGo, openPython, openTypeScript, openYaml } from "./deployments";
import { languageHost } from "./languageHost";
import { pythonEnvironment } from "./pythonEnvironment";

/** A second program in Python: a lake that is shared, handed over as the resource that it is, to each kind of source. */
const SHARED_LAKE = `
from pulumi_amplify_log_pipeline import ApplicationLogs, CloudFrontLogs, DatabaseArgs, LogLake, NamingArgs, SourceBucketArgs

naming = NamingArgs(project="shared")
lake = LogLake("lake", naming=naming, raw_prefix="cloudfront/logs", database=DatabaseArgs(name="shared_logs"))
cdn = CloudFrontLogs(
    "cdn",
    lake=lake,
    naming=naming,
    distributions=[{"name": "cdn", "distribution_id": "E1ABCDEF234567"}],
    bucket=SourceBucketArgs(name="delivered-logs", prefix="cdn"),
)
services = ApplicationLogs("services", lake=lake, naming=naming, services=["payment"])
wiki = AmplifyLogPipeline(
    "wiki",
    lake=lake,
    naming=naming,
    other_apps=cdn.apps,
    apps=[{"name": "wiki", "app_id": "d2b3c4d5e6f7a1", "domain_name": "example.net"}],
    opts=pulumi.ResourceOptions(protect=True),
)
pulumi.export("lakeBucket", lake.bucket_name)
pulumi.export("wikiBucket", wiki.bucket_name)
pulumi.export("wikiKey", wiki.data_key_arn)
pulumi.export("cdnFunction", cdn.function_name)
pulumi.export("servicesFunction", services.function_name)
`;

/** What does not depend on the place and the moment. */
const comparable = (resources: readonly StateResource[], folder: string): unknown[] => {
  const text = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll(folder, "PROJECT")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID"),
    ) as unknown;
  return resources
    .map(({ urn, type, custom, parent, inputs, protect }) => ({
      urn,
      type,
      custom,
      parent,
      protect,
      inputs: text(inputs),
    }))
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
};

describe("programs in other languages, on the engine", function () {
  this.timeout(900_000);
  const open: Workspace[] = [];
  let wanted: readonly unknown[] = [];
  let wantedOutputs: Readonly<Record<string, unknown>> = {};

  const deploy = async (workspace: Workspace) => {
    open.push(workspace);
    await workspace.up();
    const state = await stateOf(workspace);
    const logs = comparable(belowComponent(state, "logs"), workspace.folder);
    return { state, logs, outputs: await workspace.outputs() };
  };
  const expectSame = (logs: readonly unknown[]): void => {
    expect(logs.map((resource) => (resource as StateResource).urn)).to.deep.equal(
      wanted.map((resource) => (resource as StateResource).urn),
    );
    expect(logs).to.deep.equal(wanted);
  };

  before(async function () {
    await need(this, "Pulumi", pulumiCli);
    await need(this, "Language host for Python and Go", languageHost);
    ({ logs: wanted, outputs: wantedOutputs } = await deploy(await openTypeScript()));
    expect(wanted.length).to.be.greaterThan(80);
    expect(wantedOutputs).to.have.keys("bucketName", "viewNames", "workgroupName");
  });
  const close = (): void => open.splice(0).forEach((workspace) => workspace.close());
  afterEach(close);
  // Where the first deployment fails, no test runs.
  after(close);

  it("the documented program in Python makes the same resources, and shares a lake", async function () {
    const python = await need(this, "Pulumi's SDK for Python", pythonEnvironment);
    const workspace = await openPython(python, SHARED_LAKE);
    expect(existsSync(path.join(workspace.folder, "package.json"))).to.equal(false);
    const { state, logs, outputs } = await deploy(workspace);
    expectSame(logs);
    expect(outputs).to.deep.include(wantedOutputs);

    const bucket = "shared-logging-intite-ss1-inftes-123456789012";
    expect(outputs).to.include({ lakeBucket: bucket, wikiBucket: bucket, wikiKey: "" });
    const wiki = belowComponent(state, "wiki");
    expect(wiki.filter(({ type }) => type.endsWith(":Bucket"))).to.deep.equal([]);
    expect(wiki.length).to.be.greaterThan(40);
    expect(wiki.filter(({ protect }) => !protect)).to.deep.equal([]);
    const tables = wiki.filter(({ type }) => type.endsWith(":CatalogTable"));
    expect(new Set(tables.map(({ inputs }) => inputs["databaseName"]))).to.deep.equal(new Set(["shared_logs"]));
    expect(JSON.stringify(tables)).to.include(`s3://${bucket}/cloudfront/logs/`);
    expect(JSON.stringify(tables)).to.include('"projection.app.values":"wiki,cdn"');

    expect(outputs).to.include({
      cdnFunction: "shared-logging-intite-lm7-inftes",
      servicesFunction: "shared-pipeline-intite-lm8-inftes",
    });
    const reader = belowComponent(state, "cdn").find(({ type }) => type === "aws:lambda/function:Function");
    const { variables } = reader!.inputs["environment"] as { variables: Record<string, string> };
    expect(variables).to.include({ BUCKET: bucket, SOURCE_BUCKET: "delivered-logs", RAW_PREFIX: "cloudfront/logs" });
    expect(JSON.parse(variables["DISTRIBUTIONS"]!)).to.deep.equal([{ app: "cdn", distributionId: "E1ABCDEF234567" }]);
  });

  it("the documented program in YAML makes the same resources", async () => {
    const { logs, outputs } = await deploy(await openYaml());
    expectSame(logs);
    expect(outputs).to.deep.equal(wantedOutputs);
  });

  it("a mistake is told by its property, with the fix, and nothing is made", async () => {
    const wrong = documented("yaml")
      .replace("ipPolicy: truncated", "ipPolicy: shortened")
      .replace("rawDays: 14", "rawDays: 14\n        colour: red");
    const workspace = await openYaml(wrong);
    open.push(workspace);
    const { stdout, stderr, changes } = await workspace.preview({ fails: true });
    const said = stdout + stderr;
    expect(said).to.include(
      "property ipPolicy with value '{shortened}' has a problem: ipPolicy: must be one of full, truncated",
    );
    expect(said).to.include("retention.colour: is not a setting");
    expect(said.split("Fix: choose one of").length - 1, "said once").to.equal(1);
    expect(changes.filter(({ type }) => type.startsWith("aws:"))).to.deep.equal([]);
  });

  it("the documented program in Go is formatted, and makes the same resources", async () => {
    const workspace = await openGo();
    expect((await mustRun("gofmt", ["-l", "main.go"], { cwd: workspace.folder })).stdout).to.equal("");
    const { logs, outputs } = await deploy(workspace);
    expectSame(logs);
    expect(outputs).to.deep.equal(wantedOutputs);
  });
});
