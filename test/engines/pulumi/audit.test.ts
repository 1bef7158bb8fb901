/** `audit: true` on the real engine: the trail's component comes from a plugin, whose children only the engine sees. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../../src/local/bundles";
import { PACKS } from "../../../src/judge/packProcess";
import { needPulumi } from "./cli";
import { bucketPolicyKey, objectPrefix } from "./double/services/s3";
import { trailPrefix } from "./double/services/trails";
import { ACCOUNT, openWorkspace, prepareProgram, type Workspace } from "./workspace";

const BUILT = path.join(__dirname, "..", "..", "..");

const TRAIL = "aws:cloudtrail/trail:Trail";
const LOG_BUCKET = `amplifylogs-monitoring-intite-ss5-infdev-${ACCOUNT}`;
const DATA = `amplifylogs-logging-intite-ss1-infdev-${ACCOUNT}`;

interface PolicyStatement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe("a pipeline with a trail on the real engine", function () {
  this.timeout(600_000);
  let workspace: Workspace;
  let scratch: string;
  before(async function () {
    await needPulumi(this);
    scratch = mkdtempSync(path.join(tmpdir(), "alp-audit-"));
    workspace = await openWorkspace({
      stack: "infdev",
      prepare: (folder) => {
        prepareProgram(folder);
        const file = path.join(folder, "Pulumi.yaml");
        const main = `main: ${path.join(BUILT, "components", "program.js")}`;
        writeFileSync(file, readFileSync(file, "utf8").replace(/^main: .*$/m, main));
      },
    });
  });
  after(() => {
    workspace?.close();
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
  });

  const trails = () => workspace.cloud.below(trailPrefix);

  it("has no trail and no bucket for one where audit is off", async () => {
    const { changes } = await workspace.up();
    expect(changes.length).to.be.above(80);
    expect(changes.filter(({ type, name }) => type.startsWith("awsx:") || name === "logs-trail")).to.deep.equal([]);
    expect(trails()).to.deep.equal([]);
    expect((await workspace.outputs())["trailBucketName"]).to.equal("");
  });

  it("gets both, with one policy, which lets that trail alone in", async () => {
    await workspace.setConfig("amplify-logs:audit", "true");
    const { changes } = await workspace.up();
    const created = changes
      .filter(({ op, type }) => op === "create" && !type.startsWith("pulumi:"))
      .map(({ type }) => type);
    expect(created.sort()).to.deep.equal([
      "aws:cloudtrail/trail:Trail",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "awsx:cloudtrail:Trail",
    ]);
    expect(changes.filter(({ op }) => op !== "create" && op !== "update")).to.deep.equal([]);
    const [trail, ...further] = trails().map(([, entry]) => entry);
    expect(further).to.deep.equal([]);
    expect(trail!.inputs).to.deep.include({
      name: "amplifylogs-monitoring-intite-ct1-infdev",
      s3BucketName: LOG_BUCKET,
      enableLogFileValidation: true,
    });
    const [selector, ...others] = trail!.inputs["advancedEventSelectors"] as { fieldSelectors: object[] }[];
    expect(others).to.deep.equal([]);
    expect(selector!.fieldSelectors).to.deep.include({
      field: "resources.ARN",
      startsWiths: [`arn:aws:s3:::${DATA}/`],
    });
    const policy = JSON.parse(String(workspace.cloud.get(bucketPolicyKey(LOG_BUCKET))?.inputs["policy"])) as {
      Statement: PolicyStatement[];
    };
    const arn = `arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/amplifylogs-monitoring-intite-ct1-infdev`;
    const allowed = policy.Statement.filter(({ Effect }) => Effect === "Allow");
    expect(allowed.map(({ Condition }) => Condition?.["StringEquals"]?.["aws:SourceArn"])).to.deep.equal([arn, arn]);
    expect(policy.Statement.find(({ Effect }) => Effect === "Deny")?.Condition).to.deep.equal({
      Bool: { "aws:SecureTransport": "false" },
    });
    expect((await workspace.outputs())["trailBucketName"]).to.equal(LOG_BUCKET);
  });

  it("has nothing to do a second time", async () => {
    expect((await workspace.up()).changes).to.deep.equal([]);
  });

  it("passes every pack with every rule mandatory, the plugin's resources too", async () => {
    const words = PACKS.flatMap((pack) => {
      const folder = path.join(scratch, pack);
      mkdirSync(folder);
      copyFileSync(
        path.join(packageRoot(), "policy", pack, "PulumiPolicy.yaml"),
        path.join(folder, "PulumiPolicy.yaml"),
      );
      symlinkSync(path.join(packageRoot(), "node_modules"), path.join(folder, "node_modules"));
      const main = path.relative(folder, path.join(BUILT, "policy", pack, "pack.js"));
      writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: pack, version: "0.1.0", main }));
      return ["--policy-pack", folder];
    });
    // Deployed before: the engine judges what is known.
    const { stdout } = await workspace.up({ words });
    expect(stdout).to.match(/amplify-log-pipeline-guardrails/);
    expect(stdout).to.not.match(/- \[(mandatory|advisory)\]/);
  });

  it("loses the trail and its bucket once audit is off", async () => {
    workspace.cloud.put(`${objectPrefix(LOG_BUCKET)}AWSLogs/log.json.gz`, {
      type: "object",
      id: "log",
      inputs: {},
      outputs: {},
    });
    await workspace.setConfig("amplify-logs:audit", "false");
    await workspace.up();
    expect(trails()).to.deep.equal([]);
    expect(workspace.cloud.get(bucketPolicyKey(LOG_BUCKET))).to.equal(undefined);
    expect((await workspace.resources()).filter(({ type }) => type === TRAIL)).to.deep.equal([]);
  });
});
