/** The repository's program, its three stacks, and the real engine: a pipeline's life, from its first preview to its end. */
import { expect } from "chai";
import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import type { Change } from "./changes";
import { needPulumi } from "./cli";
import { objectPrefix } from "./double/services/s3";
import { matchSnapshot, previewText } from "./snapshot";
import { openWorkspace, type Workspace } from "./workspace";

interface App {
  readonly name: string;
  readonly appId: string;
  readonly domainName: string;
}

const DOCS: App = { name: "docs", appId: "d2b3c4d5e6f7a9", domainName: "example.net" };
const BUCKET = "aws:s3/bucket:Bucket";
const POLICY_SET = /logs-(scheduler|backfill)-\d$/;
const TABLE = "aws:glue/catalogTable:CatalogTable";
const REPLACING = ["replace", "create-replacement", "delete-replaced"];

const stackConfig = (stack: string): Record<string, string> =>
  (load(readFileSync(path.join(packageRoot(), `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, string> })
    .config;

/** `update logs-data`, sorted; the stack itself and the components hold nothing. */
const brief = (changes: readonly Change[]): string[] =>
  [
    ...new Set(
      changes
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ op, name, type }) => `${op} ${type.split(":").pop()} ${name}`),
    ),
  ].sort();

const bucketOf = (workspace: Workspace): string =>
  workspace.cloud
    .below("s3::bucket/")
    .map(([, { id }]) => id)
    .find((id) => id.includes("-ss1-"))!;

const putObject = (workspace: Workspace, key: string): void =>
  workspace.cloud.put(`${objectPrefix(bucketOf(workspace))}${key}`, {
    type: "object",
    id: key,
    inputs: {},
    outputs: {},
  });

/** The objects that are data: without the list of apps, which the stack itself writes. */
const objectsOf = (workspace: Workspace): string[] =>
  workspace.cloud
    .below(objectPrefix(bucketOf(workspace)))
    .map(([, { id }]) => id)
    .filter((id) => !id.includes("state/pipelines/"))
    .sort();

for (const stack of ["infdev", "inftes", "infpro"]) {
  describe(`stack ${stack} on the real engine`, function () {
    this.timeout(600_000);
    let workspace: Workspace;
    const given = JSON.parse(stackConfig(stack)["amplify-logs:apps"]!) as App[];
    let created = 0;
    // Log group, role, its policy, function, two schedules, four views, a filter for errors.
    const perApp = 11;

    before(async function () {
      const cli = await needPulumi(this);
      expect(cli.version).to.match(/^3\.\d+\.\d+/);
      workspace = await openWorkspace({ stack });
    });
    after(() => workspace?.close());

    it("previews what was reviewed", async () => {
      const { changes } = await workspace.preview();
      created = changes.filter(({ op }) => op === "create").length;
      expect(created).to.equal(changes.length).and.above(80);
      expect(workspace.cloud.history()).to.have.length(0);
      matchSnapshot(stack, previewText(changes));
    });

    it("deploys all of it, and then has nothing to do", async () => {
      const { changes } = await workspace.up();
      expect(changes.filter(({ op }) => op === "create")).to.have.length(created);
      expect(await workspace.resources()).to.have.length.at.least(created);
      const again = await workspace.up();
      expect(brief(again.changes)).to.deep.equal([]);
      expect(again.changes).to.deep.equal([]);
    });

    it("adds an app, and touches of the others only what lists all apps", async () => {
      await workspace.setConfig("amplify-logs:apps", JSON.stringify([DOCS, ...given]));
      const { changes } = await workspace.up();
      const others = brief(changes).filter((line) => !/docs/.test(line));
      expect(brief(changes).length - others.length).to.equal(perApp);
      const lists = [
        "update BucketObjectv2 logs-apps",
        "update CatalogTable logs-access_logs_compactions",
        "update CatalogTable logs-access_logs_hourly",
        "update CatalogTable logs-access_logs_raw",
        "update CatalogTable logs-access_logs_rejected",
        "update CatalogTable logs-fetch_coverage",
        "update Function logs-compact",
        "update Function logs-partitions",
      ];
      expect(others.filter((line) => !POLICY_SET.test(line))).to.deep.equal(lists);
      // The rights on the new function are in one of the scheduler's policies and in one of the backfill's.
      for (const owner of ["scheduler", "backfill"]) {
        const rights = others.filter((line) => new RegExp(` Policy logs-${owner}-\\d$`).test(line));
        expect(rights, owner).to.have.length(1);
        expect(rights[0]).to.match(/^(create|update) /);
      }
    });

    it("renames the table and what is named after it; data and functions stay", async () => {
      await workspace.setConfig("amplify-logs:tableName", "requests");
      const { changes } = await workspace.up();
      const tables = workspace.cloud
        .below("glue:")
        .filter(([, { type }]) => type === TABLE)
        .map(([, { inputs }]) => String(inputs["name"]));
      expect(tables.filter((name) => name.startsWith("access_logs"))).to.deep.equal([]);
      expect(tables).to.include.members([
        "requests",
        "requests_raw",
        "requests_rejected",
        "requests_today",
        "requests_month",
      ]);
      const moved = changes.filter(({ op, type }) => op !== "update" && type.startsWith("aws:"));
      expect([...new Set(moved.map(({ type }) => type))].sort()).to.deep.equal([
        "aws:athena/namedQuery:NamedQuery",
        TABLE,
      ]);
      expect(brief((await workspace.up()).changes)).to.deep.equal([]);
    });

    it("changes a retention in place", async () => {
      await workspace.setConfig("amplify-logs:retentionTableDays", "90");
      const { changes } = await workspace.up();
      expect(brief(changes)).to.deep.equal([
        "update BucketLifecycleConfiguration logs-data",
        // They drop what is older, and leave it alone.
        "update Function logs-compact",
        "update Function logs-partitions",
      ]);
      const rules = workspace.cloud.below(`s3::setting/${bucketOf(workspace)}/PutBucketLifecycle`)[0]![1].inputs[
        "rules"
      ];
      const days = (rules as { id: string; expiration?: { days?: number } }[])
        .filter(({ id }) => id.startsWith("table"))
        .map(({ expiration }) => expiration?.days);
      expect(days).to.deep.equal([90, 90]);
    });

    it("finds with a refresh what somebody else changed, and mends it", async () => {
      const [ruleKey, rule] = workspace.cloud.below(`s3::setting/${bucketOf(workspace)}/PutBucketLifecycle`)[0]!;
      const rules = (rule.inputs["rules"] as { id: string }[]).map((one) =>
        one.id === "raw" ? { ...one, expiration: { days: 1 } } : one,
      );
      workspace.cloud.put(ruleKey, { ...rule, inputs: { ...rule.inputs, rules } });
      const [viewKey] = workspace.cloud.below("glue:").find(([key]) => key.endsWith("/shop_today"))!;
      workspace.cloud.remove(viewKey);
      const found = await workspace.refresh();
      expect(brief(found.changes)).to.deep.equal([
        "delete CatalogTable logs-shop_today",
        "update BucketLifecycleConfiguration logs-data",
      ]);
      const mended = await workspace.up();
      expect(brief(mended.changes)).to.deep.equal([
        "create CatalogTable logs-shop_today",
        "update BucketLifecycleConfiguration logs-data",
      ]);
      expect(workspace.cloud.get(viewKey)?.inputs["tableType"]).to.equal("VIRTUAL_VIEW");
      expect(workspace.cloud.get(ruleKey)?.inputs).to.deep.equal(rule.inputs);
    });

    it("removes an app and keeps its data", async () => {
      const kept = [
        "raw/app=docs/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
        "access_logs/app=docs/date=2026-11-20/hour-13.parquet",
      ];
      for (const key of kept) putObject(workspace, key);
      await workspace.setConfig("amplify-logs:apps", JSON.stringify(given));
      await workspace.setConfig("amplify-logs:retiredApps", '["docs"]');
      const { changes } = await workspace.up();
      const deleted = brief(changes).filter((line) => !line.startsWith("update"));
      expect(deleted.filter((line) => !/docs/.test(line) && !POLICY_SET.test(line))).to.deep.equal([]);
      expect(deleted.filter((line) => line.includes("docs"))).to.have.length(perApp);
      expect(
        changes.filter(({ op, type }) => REPLACING.includes(op) || (op === "delete" && type === BUCKET)),
      ).to.deep.equal([]);
      expect(objectsOf(workspace)).to.deep.equal(kept.sort());
      // Its rows stay readable: the projection still names it.
      const raw = workspace.cloud.below("glue:").find(([key]) => key.endsWith("/requests_raw"))![1];
      expect((raw.inputs["parameters"] as Record<string, string>)["projection.app.values"]!.split(",")).to.include(
        "docs",
      );
    });

    if (stack === "infdev") {
      it("comes back whole from a copy of its state", async () => {
        const file = path.join(workspace.folder, "stack-copy.json");
        const must = async (...words: string[]): Promise<void> => {
          const { code, stderr } = await workspace.pulumi(...words);
          expect(code, `pulumi ${words.join(" ")}: ${stderr}`).to.equal(0);
        };
        const before = (await workspace.resources()).map(({ urn }) => urn).sort();
        const history = workspace.cloud.history().length;
        await must("stack", "export", "--stack", stack, "--file", file);
        await must("stack", "rm", stack, "--force", "--preserve-config", "--yes");
        expect((await workspace.pulumi("stack", "export", "--stack", stack)).code).to.not.equal(0);
        await must("stack", "init", stack);
        await must("stack", "import", "--stack", stack, "--file", file);
        expect((await workspace.resources()).map(({ urn }) => urn).sort()).to.deep.equal(before);
        expect((await workspace.preview()).changes).to.deep.equal([]);
        expect(workspace.cloud.history()).to.have.length(history);
      });
    }

    if (stack === "infpro") {
      it("refuses to destroy the data, and says what to do", async () => {
        const { stdout, stderr } = await workspace.destroy({ fails: true });
        expect(stdout + stderr)
          .to.match(/logs-data/)
          .and.match(/protected/);
        expect(objectsOf(workspace)).to.have.length(2);
      });

      it("keeps a bucket with data even where the protection was taken off", async () => {
        const { urn } = (await workspace.resources()).find(
          ({ type, urn: one }) => type === BUCKET && one.endsWith("::logs-data"),
        )!;
        expect((await workspace.pulumi("state", "unprotect", urn, "--yes", "--stack", stack)).code).to.equal(0);
        const { stdout, stderr } = await workspace.destroy({ fails: true });
        expect(stdout + stderr).to.match(/BucketNotEmpty: The bucket you tried to delete is not empty/);
        expect(objectsOf(workspace)).to.have.length(2);
      });

      it("is destroyed with its data in the documented way: protectData false, up, destroy", async () => {
        await workspace.setConfig("amplify-logs:protectData", "false");
        await workspace.up();
        expect(objectsOf(workspace)).to.have.length(2);
        await workspace.destroy();
        expect(workspace.cloud.below("").map(([key]) => key)).to.deep.equal([]);
      });
    } else {
      it("is destroyed with its data, as its stack's file says", async () => {
        await workspace.destroy();
        expect(workspace.cloud.below("").map(([key]) => key)).to.deep.equal([]);
      });
    }
  });
}
