import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { arnOf, QueuesStandIn } from "./queues";
import { StepFunctions } from "./stepFunctions";

const MAIN = path.join(__dirname, "../../src/cli/main.js");
const OUTPUTS = {
  bucketName: "logs",
  convertQueueArn: arnOf("convert"),
  convertDeadLettersArn: arnOf("convert-dead"),
  failedRunsArn: arnOf("failed-runs"),
  stateMachineArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:backfill",
};
const created = (key: string): string =>
  JSON.stringify({ "detail-type": "Object Created", detail: { object: { key, size: 7 } } });
const KEYS = [0, 1, 2].map((hour) => `raw/app=shop/year=2026/month=11/day=20/access_logs-0${hour}-0${hour + 1}.csv.gz`);
const fetchOf = (app: string, time: string, mode = "lookback", hours = "6"): string =>
  JSON.stringify({ time, mode, app, hours });

describe("amplify-logs redrive", () => {
  let folder: string;
  let queues: QueuesStandIn;
  let machine: StepFunctions;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-redrive-"));
    writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(OUTPUTS));
    [queues, machine] = [new QueuesStandIn(), new StepFunctions()];
    await Promise.all([queues.start(), machine.start()]);
  });
  afterEach(async () => {
    await queues.stop();
    machine.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, [MAIN, "redrive", "--outputs", "outputs.json", ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_ENDPOINT_URL_SQS: queues.url,
        AWS_ENDPOINT_URL_SFN: machine.url,
        AWS_MAX_ATTEMPTS: "1",
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += String(text)));
    child.stderr.on("data", (text) => (stderr += String(text)));
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  };
  const ranges = (): unknown[] =>
    machine.executions.flatMap(({ input }) => (JSON.parse(input) as { ranges: unknown[] }).ranges);

  it("sends objects back to the converter, wherever they came from", async () => {
    queues.fill("convert-dead", KEYS.map(created));
    const { status, stdout, stderr } = await run("--queue", "convert");
    expect(stderr).to.equal("0 of 3 sent back\n");
    expect(stdout).to.match(/^3 objects in convert-dead\n3 sent back to the converter/);
    expect(status).to.equal(0);
    expect(queues.visible("convert")).to.deep.equal(KEYS.map(created));
    expect(queues.size("convert-dead")).to.equal(0);
    expect(machine.calls).to.deep.equal([]);
  });

  it("sends objects back to the readers of further sources, where the stack has them", async () => {
    const sources = {
      ...OUTPUTS,
      cloudFrontQueueArn: arnOf("cdn"),
      cloudFrontDeadLettersArn: arnOf("cdn-dead"),
      applicationLogsQueueArn: "",
      applicationLogsDeadLettersArn: "",
    };
    writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(sources));
    const given = ["cdn/E1ABCDEF234567.2026-11-20-13.aaaa.gz", "cdn/E1ABCDEF234567.2026-11-20-13.bbbb.gz"].map(created);
    queues.fill("cdn-dead", given);
    const { status, stdout } = await run();
    expect(stdout).to.match(/2 objects in cdn-dead\n2 sent back to the reader of CloudFront's logs/);
    expect(status, stdout).to.equal(0);
    expect(queues.visible("cdn")).to.deep.equal(given);
    const absent = await run("--queue", "applogs");
    expect([absent.status, absent.stderr]).to.deep.equal([
      1,
      'error: --queue: the stack has no reader of application logs (got "applogs"). Fix: leave it out\n',
    ]);
  });

  it("says why SQS did not move them all", async () => {
    queues.fill("convert-dead", KEYS.map(created));
    queues.failure = "AccessDenied";
    const { status, stderr } = await run("--queue", "convert");
    expect(stderr).to.match(
      /^error: convert-dead: the messages were not all sent back: AccessDenied\. Fix: mend the cause/,
    );
    expect(status).to.equal(1);
  });

  it("has the backfill ask for what failed fetches lack, once for each app's hours that touch", async () => {
    queues.fill("failed-runs", [
      fetchOf("shop", "2026-11-20T14:02:11Z"),
      fetchOf("shop", "2026-11-20T15:00:00Z"),
      fetchOf("blog", "2026-11-20T02:15:00Z", "settle", "48"),
      fetchOf("shop", "2026-11-12T00:00:00Z"),
    ]);
    const { status, stdout } = await run("--queue", "runs");
    expect(status, stdout).to.equal(0);
    // Begun so many hours before the run as it asked for, and thirteen more, for the longest delay; to the hour of the run.
    expect(ranges()).to.have.deep.members([
      { app: "shop", from: "2026-11-11T05:00:00.000Z", to: "2026-11-12T00:00:00.000Z" },
      { app: "shop", from: "2026-11-19T19:00:00.000Z", to: "2026-11-20T15:00:00.000Z" },
      { app: "blog", from: "2026-11-17T13:00:00.000Z", to: "2026-11-20T02:00:00.000Z" },
    ]);
    expect(machine.executions.map(({ input }) => (JSON.parse(input) as { missing: boolean }).missing)).to.deep.equal([
      true,
    ]);
    expect(queues.size("failed-runs")).to.equal(0);
    expect(stdout)
      .to.include("4 runs in failed-runs\n")
      .and.to.match(/backfill redrive-[0-9a-f]{16} asks for them/);
  });

  it("starts the same runs only once, also when it was cut off before it had removed them", async () => {
    const body = fetchOf("shop", "2026-11-20T14:00:00Z");
    queues.fill("failed-runs", [body]);
    await run("--queue", "runs");
    machine.executions[0]!.status = "SUCCEEDED";
    queues.fill("failed-runs", [body]);
    const { status } = await run("--queue", "runs");
    expect([status, machine.executions.length, queues.size("failed-runs")]).to.deep.equal([0, 1, 0]);
  });

  it("lets go of runs that the next one makes good, and leaves what it does not know", async () => {
    const strange = ["no JSON", '{"from":"2026-11-01","to":"2026-11-02"}', '{"time":"2026-11-20T03:30:00Z","app":7}'];
    queues.fill("failed-runs", ['{"time":"2026-11-20T03:30:00Z"}', ...strange]);
    const { status, stdout } = await run("--queue", "runs");
    expect(status).to.equal(0);
    expect(queues.visible("failed-runs")).to.deep.equal(strange);
    expect(machine.executions).to.deep.equal([]);
    expect(stdout).to.include("1 run of other functions: their next one does the same\n");
    expect(stdout).to.include("3 messages of another kind: left in the queue\n  no JSON\n");
  });

  it("gives everything back when the backfill cannot be started", async () => {
    queues.fill("failed-runs", [fetchOf("shop", "2026-11-20T14:00:00Z"), '{"time":"2026-11-20T03:30:00Z"}']);
    machine.stop();
    const { status, stderr } = await run("--queue", "runs");
    expect(status).to.equal(1);
    expect(stderr).to.match(/^error: AWS cannot be asked/);
    expect(queues.visible("failed-runs")).to.have.length(2);
  });

  it("shows both queues without a change, with --dry-run", async () => {
    queues.fill("convert-dead", KEYS.map(created));
    queues.fill("failed-runs", [fetchOf("shop", "2026-11-20T14:00:00Z"), '{"time":"2026-11-20T03:30:00Z"}']);
    const { status, stdout } = await run("--dry-run");
    expect(status).to.equal(0);
    expect(stdout).to.equal(
      [
        "3 objects in convert-dead",
        ...KEYS.map((key) => `  ${key}`),
        "2 runs in failed-runs",
        "  shop: 2026-11-19T19:00:00.000Z to 2026-11-20T14:00:00.000Z, what is missing of it",
        "1 run of other functions: their next one does the same",
        "",
      ].join("\n"),
    );
    expect(queues.visible("convert-dead")).to.have.length(3);
    expect(queues.visible("failed-runs")).to.have.length(2);
    expect(queues.calls).not.to.include.members(["StartMessageMoveTask"]).and.not.to.include("DeleteMessageBatch");
    expect(machine.calls).to.deep.equal([]);
  });

  it("has nothing to do where nothing was given up", async () => {
    const { status, stdout } = await run();
    expect([status, stdout]).to.deep.equal([0, "0 objects in convert-dead\n0 runs in failed-runs\n"]);
  });

  it("escapes what a message would do to a terminal", async () => {
    queues.fill("failed-runs", ["\u001b]0;owned\u0007"]);
    const { stdout } = await run("--queue", "runs");
    expect(stdout)
      .to.include("owned")
      .and.not.to.match(/[^\P{Cc}\n]/u);
  });

  for (const [what, args, message] of [
    [
      "a queue that is none",
      ["--queue", "both"],
      /^error: --queue: no such queue \(got "both"\)\. Fix: use convert, cloudfront, applogs, runs/,
    ],
    [
      "outputs of another stack",
      ["--outputs", "other.json"],
      /--outputs: has no convertQueueArn \(got "other\.json"\)\. Fix: write it with pulumi stack output/,
    ],
    ["outputs that are not there", ["--outputs", "nowhere.json"], /--outputs: cannot be read: ENOENT/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      writeFileSync(path.join(folder, "other.json"), "{}");
      const { status, stderr } = await run(...args);
      expect(stderr).to.match(message);
      expect(status).to.equal(1);
    });
  }
});
