/** What a user sees when a deployment cannot go on: the engine, the provider and AWS say why, and nothing is lost. */
import { expect } from "chai";
import { needPulumi } from "./cli";
import { bucketKey } from "./double/services/s3";
import { ACCOUNT, openWorkspace, type Workspace } from "./workspace";

const DATA = `amplifylogs-logging-intite-ss1-infdev-${ACCOUNT}`;

describe("a deployment that cannot go on", function () {
  this.timeout(600_000);
  let workspace: Workspace;

  before(async function () {
    await needPulumi(this);
    workspace = await openWorkspace({ stack: "infdev", config: { "amplify-logs:protectData": "true" } });
  });
  after(() => workspace?.close());

  it("tells a wrong setting by its name, without a stack trace", async () => {
    await workspace.setConfig("amplify-logs:retentionTableDays", "0");
    const { stdout, stderr } = await workspace.preview({ fails: true });
    await workspace.setConfig("amplify-logs:retentionTableDays", "14");
    expect(stdout + stderr)
      .to.match(/Stack infdev is not configured right:/)
      .and.match(/amplify-logs:retentionTableDays: must be a whole number of days from 1 to 3650 \(got 0\)/)
      .and.not.match(/\n\s+at .*\.js:\d+/);
  });

  it("stops at a name that somebody else has", async () => {
    const { cloud } = workspace;
    cloud.put(bucketKey(DATA), { type: "", id: DATA, inputs: {}, outputs: { owner: "210987654321" } });
    const { stdout } = await workspace.up({ fails: true });
    expect(stdout).to.match(/creating S3 Bucket \(amplifylogs-logging.*BucketAlreadyExists/);
    expect(cloud.get(bucketKey(DATA))?.outputs).to.deep.equal({ owner: "210987654321" });
  });

  it("goes on from there once the name is free", async () => {
    const { cloud } = workspace;
    const before = cloud.below("iam::role/").length;
    expect(before).to.be.above(0);
    cloud.remove(bucketKey(DATA));
    const { changes } = await workspace.up();
    expect(
      changes.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ op, name }) => `${op} ${name}`),
    ).to.include("create logs-data");
    expect(changes.filter(({ op }) => op === "delete" || op.includes("replace"))).to.deep.equal([]);
    expect(cloud.get(bucketKey(DATA))?.inputs["bucket"]).to.equal(DATA);
  });

  it("does not give up a protected bucket for another name", async () => {
    await workspace.setConfig("amplify-logs:namingProject", "renamed");
    const { stdout, stderr } = await workspace.preview({ fails: true });
    expect(stdout + stderr).to.match(
      /unable to replace resource "\S+::logs-data"\s+as it is currently marked for protection/,
    );
    expect(workspace.cloud.get(bucketKey(DATA))?.id).to.equal(DATA);
  });
});
