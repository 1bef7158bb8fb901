/** `catalog: crawler` on a stack that runs: turned on, encrypted otherwise, and turned off again. */
import { expect } from "chai";
import type { Change } from "./changes";
import { needPulumi } from "./cli";
import { openWorkspace, type Workspace } from "./workspace";

const lines = (changes: readonly Change[]): string[] =>
  [
    ...new Set(
      changes
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ op, type, name }) => `${op} ${type.split(":").pop()} ${name}`),
    ),
  ].sort();

const CRAWLER = [
  "Alias logs-crawler",
  "Crawler logs-crawler",
  "EventRule logs-crawl-failed",
  "Key logs-crawler",
  "LogGroup logs-crawler",
  "LogMetricFilter logs-crawl-errors",
  "MetricAlarm logs-crawl",
  "Policy logs-scheduler-7",
  "Role logs-crawler",
  "RolePolicy logs-crawler",
  "RolePolicyAttachment logs-scheduler-7",
  "Schedule logs-backfill",
  "SecurityConfiguration logs-crawler",
];
/** The state machine that runs it, and its role. */
const CHANGED = ["RolePolicy logs-backfill", "StateMachine logs-backfill"];

describe("catalog: crawler on the real engine", function () {
  this.timeout(900_000);
  let workspace: Workspace;

  before(async function () {
    await needPulumi(this);
    workspace = await openWorkspace({ stack: "inftes" });
    await workspace.up();
  });
  after(() => workspace?.close());

  it("adds a crawler and what it needs, and changes only who starts it", async () => {
    await workspace.setConfig("amplify-logs:catalog", "crawler");
    const { changes } = await workspace.up();
    const told = lines(changes);
    expect(told.filter((line) => line.startsWith("create "))).to.deep.equal(CRAWLER.map((what) => `create ${what}`));
    expect(told.filter((line) => !line.startsWith("create "))).to.deep.equal(CHANGED.map((what) => `update ${what}`));
    expect((await workspace.up()).changes).to.deep.equal([]);
  });

  it("gets another security configuration when the lake's keys change, under the same name", async () => {
    await workspace.setConfig("amplify-logs:encryption", "kms");
    const told = lines((await workspace.up()).changes);
    expect(told).to.include("replace SecurityConfiguration logs-crawler");
    expect(told.filter((line) => /replace (Crawler|Role|LogGroup|CatalogTable)/.test(line))).to.deep.equal([]);
    expect((await workspace.up()).changes).to.deep.equal([]);
  });

  it("goes without a trace when it is turned off", async () => {
    await workspace.setConfig("amplify-logs:catalog", "declared");
    const told = lines((await workspace.up()).changes);
    expect(told.filter((line) => line.startsWith("delete "))).to.deep.equal(CRAWLER.map((what) => `delete ${what}`));
    expect(workspace.cloud.below("glue:").filter(([key]) => /:(crawler|security)\//.test(key))).to.deep.equal([]);
  });
});
