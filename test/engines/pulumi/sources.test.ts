/** The program with further sources on its lake: added to a stack that runs, changed, and taken away again. */
import { expect } from "chai";
import type { Change } from "./changes";
import { needPulumi } from "./cli";
import { objectPrefix } from "./double/services/s3";
import { matchSnapshot, previewText } from "./snapshot";
import { openWorkspace, type Workspace } from "./workspace";

const CLOUDFRONT = {
  distributions: [{ name: "cdn", distributionId: "E1ABCDEF234567" }],
  jsonOutput: true,
  crawler: {},
};
const APPLICATION = { layout: "perService", services: ["api-gateway", "payment"], crawler: {} };
const SOURCES = /^(cloudfront|applogs)(-|$)/;

const own = (changes: readonly Change[]): readonly Change[] => changes.filter(({ type }) => type.startsWith("aws:"));
const lines = (changes: readonly Change[]): string[] =>
  [...new Set(own(changes).map(({ op, type, name }) => `${op} ${type.split(":").pop()} ${name}`))].sort();

describe("further sources on the real engine", function () {
  this.timeout(900_000);
  let workspace: Workspace;

  before(async function () {
    await needPulumi(this);
    workspace = await openWorkspace({ stack: "inftes" });
    await workspace.up();
  });
  after(() => workspace?.close());

  it("are previewed as was reviewed, and touch of the pipeline only what lists apps", async () => {
    await workspace.setConfig("amplify-logs:cloudFront", JSON.stringify(CLOUDFRONT));
    await workspace.setConfig("amplify-logs:applicationLogs", JSON.stringify(APPLICATION));
    const { changes } = await workspace.preview();
    const [added, others] = [true, false].map((isSource) =>
      changes.filter(({ name }) => SOURCES.test(name) === isSource),
    );
    expect(own(added!).filter(({ op }) => op !== "create")).to.deep.equal([]);
    matchSnapshot("sources", previewText(added!));
    expect(lines(others!)).to.deep.equal([
      "create CatalogTable logs-cdn_month",
      "create CatalogTable logs-cdn_today",
      "create CatalogTable logs-cdn_week",
      "create CatalogTable logs-cdn_yesterday",
      "update CatalogTable logs-access_logs_compactions",
      "update CatalogTable logs-access_logs_hourly",
      "update CatalogTable logs-access_logs_raw",
      "update CatalogTable logs-access_logs_rejected",
      "update CatalogTable logs-fetch_coverage",
      "update Function logs-compact",
      "update Function logs-partitions",
    ]);
  });

  it("are deployed, and then there is nothing to do", async () => {
    await workspace.up();
    const outputs = await workspace.outputs();
    expect(outputs["cloudFrontFunctionName"]).to.equal("amplifylogs-logging-intite-lm7-inftes");
    expect(outputs["applicationLogsFunctionName"]).to.equal("amplifylogs-pipeline-intite-lm8-inftes");
    expect((await workspace.up()).changes).to.deep.equal([]);
  });

  it("gain a distribution in place", async () => {
    const distributions = [...CLOUDFRONT.distributions, { name: "wiki", distributionId: "E7ZYXWVU654321" }];
    await workspace.setConfig("amplify-logs:cloudFront", JSON.stringify({ ...CLOUDFRONT, distributions }));
    const { changes } = await workspace.up();
    expect(lines(changes).filter((line) => /cloudfront/.test(line))).to.deep.equal([
      "update Function cloudfront-cloudfront",
      "update RolePolicy cloudfront-cloudfront",
    ]);
    expect(changes.filter(({ op }) => /replace|delete/.test(op))).to.deep.equal([]);
  });

  it("are taken away with what was delivered, where the stack says so; the rows stay in the lake", async () => {
    const { cloudFrontBucketName, bucketName } = (await workspace.outputs()) as Record<string, string>;
    const put = (bucket: string, key: string): void =>
      workspace.cloud.put(`${objectPrefix(bucket)}${key}`, { type: "object", id: key, inputs: {}, outputs: {} });
    put(cloudFrontBucketName!, "E1ABCDEF234567.2026-11-20-13.1a2b3c4d.gz");
    const row = "access_logs/app=cdn/date=2026-11-20/hour-13.parquet";
    put(bucketName!, row);
    for (const key of ["cloudFront", "applicationLogs"]) {
      const { code, stderr } = await workspace.pulumi("config", "rm", `amplify-logs:${key}`, "--stack", "inftes");
      expect([code, stderr]).to.deep.equal([0, ""]);
    }
    await workspace.setConfig("amplify-logs:retiredApps", '["cdn"]');
    const { changes } = await workspace.up();
    const left = (await workspace.resources()).filter(({ urn }) => SOURCES.test(urn.split("::").pop()!));
    expect(left).to.deep.equal([]);
    expect(lines(changes).filter((line) => /^(create|replace)/.test(line))).to.deep.equal([]);
    expect(workspace.cloud.get(`${objectPrefix(bucketName!)}${row}`)?.id).to.equal(row);
    expect(workspace.cloud.below(objectPrefix(cloudFrontBucketName!))).to.deep.equal([]);
    await workspace.destroy();
    expect(workspace.cloud.below("").map(([key]) => key)).to.deep.equal([]);
  });
});
