import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../src/local/bundles";
import { pipelineSettings } from "../../docs/configurationTable";
import { SCHEMA_FILE, type PackageSchema } from "../../docs/packageSchema";
import { propertyAt } from "../../docs/schemaProperties";
import { installPackage } from "../import/secondProject";
import { pulumiCli } from "../pulumi/cli";
import { openWorkspace, type Workspace } from "../pulumi/workspace";
import { need } from "../tools/missing";
import { mustRun } from "../tools/processes";
import { getSchema } from "./deployments";

describe("the schema of the packed tarball, as the engine gets it", function () {
  this.timeout(300_000);
  let workspace: Workspace;
  let installed = "";
  let schema: PackageSchema;
  before(async function () {
    await need(this, "Pulumi", pulumiCli);
    workspace = await openWorkspace({
      stack: "inftes",
      prepare: async (folder) => {
        installed = await installPackage(folder);
        writeFileSync(path.join(folder, "Pulumi.yaml"), "name: asks\nruntime: yaml\n");
      },
    });
    schema = (await getSchema(workspace)) as PackageSchema;
  });
  after(() => workspace?.close());

  it("has all components, as in the file that was packed", () => {
    const packed = JSON.parse(readFileSync(path.join(packageRoot(), SCHEMA_FILE), "utf8")) as PackageSchema;
    expect(schema).to.deep.include({ name: "amplify-log-pipeline", version: packed.version });
    expect(Object.keys(schema.resources)).to.have.members([
      "amplify-log-pipeline:index:AmplifyLogPipeline",
      "amplify-log-pipeline:index:ApplicationLogs",
      "amplify-log-pipeline:index:CloudFrontLogs",
      "amplify-log-pipeline:index:LogLake",
    ]);
    expect(schema.resources).to.deep.equal(packed.resources);
    expect(schema.types).to.deep.equal(packed.types);
  });

  it("has every setting, with a description and its default", () => {
    const settings = pipelineSettings();
    expect(settings.length).to.be.greaterThan(40);
    for (const { path: at, default: value, required } of settings) {
      const property = propertyAt(schema, at);
      expect(property?.description ?? "", at).to.match(/\w/);
      const isShown = required || value === undefined || property?.description?.includes("Default: ");
      expect(isShown, `${at} says its default`).to.equal(true);
    }
  });

  it("needs nothing built where Pulumi installs the package's own folder", async () => {
    // What `npm install` runs there, as `pulumi package add` has it do.
    await mustRun("npm", ["run", "prepare", "--silent"], { cwd: installed });
  });
});
