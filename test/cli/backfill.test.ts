import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { AmplifyStandIn, TEN_MINUTES } from "./amplifyStandIn";
import { StepFunctions } from "./stepFunctions";

const MAIN = path.join(__dirname, "../../src/cli/main.js");
const ARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:amplifylogs-orchestration-intite-sf1-inftes";
const SUMMARY = { apps: 7, hours: 168, proven: 12, rows: 1234, added: 1000, failedHours: 0, failures: [] };

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("amplify-logs backfill", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "alp-backfill-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const runWith = async (environment: Record<string, string>, args: readonly string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        NO_COLOR: "1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        ...environment,
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += String(text)));
    child.stderr.on("data", (text) => (stderr += String(text)));
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  };

  describe("of a deployed pipeline", () => {
    let aws: StepFunctions;
    beforeEach(async () => {
      aws = new StepFunctions();
      await aws.start();
    });
    afterEach(() => aws.stop());

    const run = (...args: string[]): Promise<Ended> =>
      runWith({ AWS_ENDPOINT_URL_SFN: aws.url }, ["backfill", "--state-machine", ARN, ...args]);
    const WEEK = ["--from", "2026-11-01", "--to", "2026-11-08"];
    const succeed = (): void => {
      aws.script = (_, looks) => (looks < 2 ? {} : { status: "SUCCEEDED", output: JSON.stringify(SUMMARY) });
    };

    it("starts one execution for what is missing, follows it and tells what came", async () => {
      succeed();
      const { status, stdout, stderr } = await run(...WEEK, "--app", "shop", "--app", "blog");
      expect(status, stderr).to.equal(0);
      expect(aws.executions.map(({ input }) => JSON.parse(input) as unknown)).to.deep.equal([
        { from: "2026-11-01", to: "2026-11-08", apps: ["shop", "blog"], missing: true },
      ]);
      expect(stderr).to.contain("4 of 7 apps done, 1 running");
      expect(stdout).to.equal("7 apps, 168 hours asked for, 12 were complete: 1,234 rows, 1,000 new\n");
    });

    it("follows the one that runs when it is called again, in whatever order the apps are named", async () => {
      aws.script = () => ({ status: "RUNNING" });
      const child = spawn(
        process.execPath,
        [MAIN, "backfill", "--state-machine", ARN, ...WEEK, "--app", "shop", "blog"],
        {
          cwd: folder,
          env: { ...process.env, AWS_ENDPOINT_URL_SFN: aws.url, AWS_ACCESS_KEY_ID: "t", AWS_SECRET_ACCESS_KEY: "t" },
        },
      );
      let stderr = "";
      await new Promise<void>((resolve) =>
        child.stderr.on("data", (text) => {
          stderr += String(text);
          if (stderr.includes("apps done")) resolve();
        }),
      );
      child.kill("SIGINT");
      await once(child, "close");
      succeed();
      expect((await run(...WEEK, "--app", "blog", "shop")).status).to.equal(0);
      expect(aws.executions).to.have.length(1);
    });

    it("does nothing again that has succeeded, unless all of it is wanted", async () => {
      succeed();
      await run(...WEEK);
      const again = await run(...WEEK);
      expect(again.status).to.equal(0);
      expect(again.stdout).to.match(
        /^this backfill has run and succeeded before; --all asks for all of it again\n7 apps, /,
      );
      expect(aws.executions).to.have.length(1);
      await run(...WEEK, "--all");
      await run(...WEEK, "--all");
      expect(aws.executions.map(({ input }) => (JSON.parse(input) as { missing: boolean }).missing)).to.deep.equal([
        true,
        false,
        false,
      ]);
    });

    it("ends with 1 and what failed, and begins anew when it is called again", async () => {
      const cause = "2 hours were not fetched: shop, 2026-11-03 04:00 to 2026-11-03 06:00 UTC: no-url\u001b[2J";
      aws.script = () => ({ status: "FAILED", error: "BackfillIncomplete", cause });
      const { status, stderr } = await run(...WEEK);
      expect(status).to.equal(1);
      expect(stderr).to.contain(
        "failed: 2 hours were not fetched: shop, 2026-11-03 04:00 to 2026-11-03 06:00 UTC: no-url",
      );
      expect(stderr).not.to.contain("\u001b[2J");
      expect(stderr).to.contain("Fix: run the same command again");
      succeed();
      expect((await run(...WEEK)).status).to.equal(0);
      const [first, second] = aws.executions.map(({ name }) => name);
      expect(second).to.equal(`${first}-2`);
    });

    it("does not take another machine's answer for a backfill's", async () => {
      aws.script = () => ({ status: "SUCCEEDED", output: '{"days":3}' });
      const { status, stderr } = await run(...WEEK);
      expect(status).to.equal(1);
      expect(stderr).to.contain("succeeded, but says something else than a backfill");
    });

    it("only tells what it would do", async () => {
      const { status, stdout } = await run(...WEEK, "--dry-run");
      expect(status).to.equal(0);
      expect(stdout).to.contain('with {"from":"2026-11-01","to":"2026-11-08","missing":true}');
      expect(stdout).to.contain("168 hours (7.0 days) of each enabled app, without those that are complete");
      expect(aws.calls).to.deep.equal([]);
      succeed();
      await run(...WEEK);
      expect(stdout).to.contain(`would start ${aws.executions[0]!.name} of ${ARN}`);
    });

    it("takes the state machine from the stack's outputs", async () => {
      succeed();
      writeFileSync(path.join(folder, "outputs.json"), JSON.stringify({ stateMachineArn: ARN, bucketName: "b" }));
      const environment = { AWS_ENDPOINT_URL_SFN: aws.url };
      const { status, stderr } = await runWith(environment, ["backfill", "--outputs", "outputs.json", ...WEEK]);
      expect(status, stderr).to.equal(0);
      expect(aws.executions).to.have.length(1);
    });

    it("fixes an open end for the day, so that the same command finds its execution", async () => {
      succeed();
      await run("--from", "2026-11-01");
      const today = new Date().toISOString().slice(0, 10);
      expect(JSON.parse(aws.executions[0]!.input)).to.include({ to: today });
    });

    const bad: readonly [title: string, args: string[], message: string][] = [
      ["a lake besides", [...WEEK, "--lake", "x"], "--lake: this is for the local lake only"],
      ["a configuration besides", [...WEEK, "--config", "x"], "--config: this is for the local lake only"],
      ["two state machines", [...WEEK, "--outputs", "x"], "--outputs: says the same as --state-machine"],
      ["a range backwards", ["--from", "2026-11-08", "--to", "2026-11-01"], "--from: not a range"],
      ["the future", ["--from", "2126-11-08", "--to", "2126-11-09"], "--from: lies in the future"],
      ["no instant", ["--from", "soon"], "--from: not a date"],
    ];
    for (const [title, args, message] of bad) {
      it(`refuses ${title}`, async () => {
        const { status, stderr } = await run(...args);
        expect(status).to.equal(1);
        expect(stderr).to.contain(message);
        expect(aws.calls).to.deep.equal([]);
      });
    }

    it("refuses what is no state machine, and outputs that name none", async () => {
      const wrong = await runWith({}, ["backfill", "--state-machine", "sf1", ...WEEK]);
      expect(wrong.stderr).to.contain('--state-machine: not the ARN of a state machine (got "sf1")');
      writeFileSync(path.join(folder, "outputs.json"), "{}");
      const empty = await runWith({}, ["backfill", "--outputs", "outputs.json", ...WEEK]);
      expect(empty.stderr).to.contain("--outputs: has no stateMachineArn");
      const none = await runWith({}, ["backfill", "--outputs", "other.json", ...WEEK]);
      expect(none.stderr).to.contain("--outputs: cannot be read");
    });
  });

  describe("of the local lake", () => {
    let amplify: AmplifyStandIn;
    beforeEach(async () => {
      amplify = new AmplifyStandIn();
      await amplify.start();
      const app = { appId: "d1a2b3c4d5e6f7", domainName: "example.com", region: "eu-central-1" };
      const applications = [
        { ...app, appName: "shop" },
        { ...app, appName: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" },
      ];
      writeFileSync(path.join(folder, "config.json"), JSON.stringify({ applications, timeChunkSize: 1 }));
    });
    afterEach(() => amplify.stop());

    const run = (...args: string[]): Promise<Ended> => runWith(amplify.environment(), args);
    const RANGE = ["--from", "2024-11-01", "--to", "2024-11-04", "--lake", "lake"];
    const rowsOf = async (): Promise<unknown> => {
      const sql =
        "select app, count(*) as requests, count(distinct request_id) as ids from access_logs group by 1 order by 1";
      const { stdout, stderr } = await run("query", "--lake", "lake", "--format", "json", "--sql", sql);
      expect(stderr).to.equal("");
      return JSON.parse(stdout);
    };
    const rows = 3 * TEN_MINUTES;

    it("asks for what is missing only, so that again it goes on where it stopped", async () => {
      amplify.broken = Date.parse("2024-11-02T12:00:00Z");
      const first = await run("backfill", ...RANGE);
      expect(first.status).to.equal(1);
      expect(first.stderr).to.contain(
        "48 hours were not fetched: shop, 2024-11-02 00:00 to 2024-11-03 00:00 UTC: no-url",
      );
      expect(first.stdout).to.contain("2 apps, 144 hours asked for, 0 were complete: 576 rows, 576 new: lake");
      amplify.broken = undefined;
      const dry = await run("backfill", ...RANGE, "--dry-run");
      expect(dry.stdout).to.equal(
        "shop: 72 hours (3.0 days), 48 complete, 24 to ask for\nblog: 72 hours (3.0 days), 48 complete, 24 to ask for\n",
      );
      const asked = amplify.asked.length;
      const again = await run("backfill", ...RANGE);
      expect(again.status, again.stderr).to.equal(0);
      expect(again.stdout).to.contain("48 hours asked for, 96 were complete: 288 rows, 288 new");
      expect(amplify.asked.slice(asked).map(({ from, to }) => `${from} ${to}`)).to.deep.equal([
        "11-02T00:00 11-03T00:00",
        "11-02T00:00 11-03T00:00",
      ]);
      expect(await rowsOf()).to.deep.equal([
        { app: "blog", requests: rows, ids: rows },
        { app: "shop", requests: rows, ids: rows },
      ]);
    });

    it("asks for everything with --all, for one app with --app, and doubles nothing", async () => {
      await run("backfill", ...RANGE, "--app", "shop");
      const again = await run("backfill", ...RANGE, "--app", "shop", "--all");
      expect(again.stdout).to.contain("1 app, 72 hours asked for, 0 were complete: 432 rows, 0 new");
      expect(await rowsOf()).to.deep.equal([{ app: "shop", requests: rows, ids: rows }]);
    });

    it("converts what an earlier run had only fetched", async () => {
      await run("backfill", ...RANGE, "--app", "shop");
      rmSync(path.join(folder, "lake/bucket/access_logs"), { recursive: true });
      const again = await run("backfill", ...RANGE, "--app", "shop");
      expect(again.stdout).to.contain("0 hours asked for, 72 were complete");
      expect(await rowsOf()).to.deep.equal([{ app: "shop", requests: rows, ids: rows }]);
    });

    it("refuses an app that the file has not, and a folder without a file", async () => {
      const other = await run("backfill", ...RANGE, "--app", "docs");
      expect(other.stderr).to.contain('--app: no such app (got "docs"). Fix: choose of shop, blog');
      rmSync(path.join(folder, "config.json"));
      const none = await run("backfill", ...RANGE);
      expect(none.stderr).to.contain("--config: which apps?");
      expect(amplify.asked).to.deep.equal([]);
    });
  });
});
