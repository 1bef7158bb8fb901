import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { parsePullConfig } from "../../src/local/pullConfig";
import { AmplifyStandIn, ROWS } from "./amplifyStandIn";
import { S3StandIn } from "./s3StandIn";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

describe("amplify-logs pull", () => {
  let folder: string;
  let amplify: AmplifyStandIn;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-pull-"));
    amplify = new AmplifyStandIn();
    await amplify.start();
  });
  afterEach(() => {
    amplify.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const runWith = async (
    environment: Record<string, string>,
    ...args: string[]
  ): Promise<{ status: number; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        NO_COLOR: "1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        ...amplify.environment(),
        ...environment,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += String(text)));
    child.stderr.on("data", (text) => (stderr += String(text)));
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  };
  const run = (...args: string[]): ReturnType<typeof runWith> => runWith({}, ...args);
  const ids = async (lake = "lake"): Promise<string[]> => {
    const sql = "select app || ' ' || request_id as id from access_logs order by 1";
    const { stdout, stderr } = await run("query", "--lake", lake, "--format", "json", "--sql", sql);
    expect(stderr).to.equal("");
    return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
  };
  const expected = (app: string, from: string, to: string): string[] =>
    ROWS.filter((ms) => ms >= Date.parse(from) && ms < Date.parse(to)).map((ms) => `${app} id-${ms}`);
  const config = (changes: object = {}): void =>
    writeFileSync(
      path.join(folder, "config.json"),
      JSON.stringify({
        applications: [
          {
            profile: undefined,
            region: "eu-central-1",
            appId: "d1a2b3c4d5e6f7",
            domainName: "example.com",
            appName: "My-Shop",
          },
          { region: "eu-west-1", appId: "d7f6e5d4c3b2a1", domainName: "example.org", appName: "blog" },
        ],
        s3: { bucket: "XXXXXXXXXXXXXXXX", prefix: "amplify_logs" },
        timeChunkSize: 1,
        logRetention: 30,
        ...changes,
      }),
    );
  const ONE = ["--app", "shop", "--app-id", "d1a2b3c4d5e6f7", "--domain", "example.com", "--lake", "lake"];

  it("takes a half-open range of dates, from the file's apps, in its windows", async () => {
    config();
    const { status, stdout, stderr } = await run(
      "pull",
      "--from",
      "2024-11-01",
      "--to",
      "2024-11-03",
      "--lake",
      "lake",
    );
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain("576 rows, 576 new: lake");
    expect(stderr).to.contain("my_shop, 2024-11-01 00:00 to 2024-11-02 00:00: 144 rows, 144 new");
    expect(stderr).to.contain("note: My-Shop is my_shop in the lake").and.to.contain("note: logRetention (30 days)");
    expect(amplify.asked).to.deep.equal([
      { appId: "d1a2b3c4d5e6f7", domainName: "example.com", from: "11-01T00:00", to: "11-02T00:00" },
      { appId: "d1a2b3c4d5e6f7", domainName: "example.com", from: "11-02T00:00", to: "11-03T00:00" },
      { appId: "d7f6e5d4c3b2a1", domainName: "example.org", from: "11-01T00:00", to: "11-02T00:00" },
      { appId: "d7f6e5d4c3b2a1", domainName: "example.org", from: "11-02T00:00", to: "11-03T00:00" },
    ]);
    const all = [...expected("blog", "2024-11-01", "2024-11-03"), ...expected("my_shop", "2024-11-01", "2024-11-03")];
    expect(await ids()).to.deep.equal(all);
  });

  it("doubles nothing when ranges are pulled again and overlap, and takes instants to the second", async () => {
    const pull = async (from: string, to: string): Promise<string> => {
      const { status, stdout, stderr } = await run("pull", "--from", from, "--to", to, ...ONE);
      expect(status, stderr).to.equal(0);
      return stdout.split("\n")[0]!;
    };
    expect(await pull("2024-11-01T10:20:00Z", "2024-11-01T12:30:00Z")).to.equal("13 rows, 13 new: lake");
    expect(await ids()).to.deep.equal(expected("shop", "2024-11-01T10:20:00Z", "2024-11-01T12:30:00Z"));
    expect(await pull("2024-11-01T12:00:00Z", "2024-11-01T13:00:00Z")).to.equal("6 rows, 3 new: lake");
    expect(await pull("2024-11-01T10:00:00Z", "2024-11-01T13:00:00Z")).to.equal("18 rows, 2 new: lake");
    expect(await pull("2024-11-01T10:00:00Z", "2024-11-01T13:00:00Z")).to.equal("18 rows, 0 new: lake");
    expect(await ids()).to.deep.equal(expected("shop", "2024-11-01T10:00:00Z", "2024-11-01T13:00:00Z"));
  });

  it("ends with 1 and names the hours that were not answered; again completes them", async () => {
    amplify.broken = Date.parse("2024-11-02T12:00:00Z");
    config();
    const args = ["pull", "--from", "2024-11-01", "--to", "2024-11-04", "--app", "My-Shop", "--lake", "lake"];
    const first = await run(...args);
    expect(first.status).to.equal(1);
    expect(first.stderr).to.contain("not answered: my_shop, 2024-11-02 00:00 to 2024-11-03 00:00: no-url");
    expect(first.stderr).to.contain(
      "error: some hours were not answered; what came is kept. Fix: pull the same range again",
    );
    expect(await ids()).to.have.length(288);
    amplify.broken = undefined;
    const again = await run(...args);
    expect(again.status, again.stderr).to.equal(0);
    expect(again.stdout).to.contain("432 rows, 144 new");
    expect(await ids()).to.deep.equal(expected("my_shop", "2024-11-01", "2024-11-04"));
  });

  it("converts what a pull that was cut off had only fetched", async () => {
    await run("pull", "--from", "2024-11-01", "--to", "2024-11-01T03:00:00Z", ...ONE);
    rmSync(path.join(folder, "lake/bucket/access_logs"), { recursive: true });
    const again = await run("pull", "--from", "2024-11-01", "--to", "2024-11-01T03:00:00Z", ...ONE);
    expect(again.stdout).to.contain("18 rows, 0 new");
    expect(await ids()).to.have.length(18);
  });

  it("does not call a range answered that is not over yet", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { status, stderr } = await run("pull", "--from", today, "--to", tomorrow, ...ONE);
    expect(status).to.equal(1);
    expect(stderr).to.match(/not answered: shop, .* to .* 00:00: not over yet/);
  });

  it("puts files into the file's bucket below its prefix where no lake is named, and again adds nothing", async () => {
    const s3 = new S3StandIn("my-logs");
    await s3.start();
    try {
      config({ s3: { bucket: "my-logs", prefix: "amplify_logs" } });
      const range = ["--from", "2024-11-01", "--to", "2024-11-02T02:00:00Z", "--app", "My-Shop"];
      const pull = (): Promise<{ status: number; stdout: string; stderr: string }> =>
        runWith({ AWS_ENDPOINT_URL_S3: s3.url }, "pull", ...range);
      const first = await pull();
      expect(first.status, first.stderr).to.equal(0);
      expect(first.stdout).to.equal("156 rows, 156 new: s3://my-logs/amplify_logs/\n");
      const hours = (day: string, count: number): string[] =>
        Array.from({ length: count }, (_, hour) => {
          const [from, to] = [hour, (hour + 1) % 24].map((at) => String(at).padStart(2, "0"));
          return `amplify_logs/app=my_shop/year=2024/month=11/day=${day}/access_logs-${from}-${to}.csv.gz`;
        });
      const raw = [...s3.objects.keys()].filter((key) => key.startsWith("amplify_logs/"));
      expect(raw).to.have.members([...hours("01", 24), ...hours("02", 2)]);
      const lines = raw.flatMap((key) => gunzipSync(s3.objects.get(key)!).toString().trimEnd().split("\n").slice(1));
      const found = lines.map((line) => line.split(",")[14]).sort();
      const wanted = ROWS.filter((ms) => ms < Date.parse("2024-11-02T02:00:00Z")).map((ms) => `id-${ms}`);
      expect(found).to.deep.equal(wanted);
      // What is known of the hours lies where a deployed lake has it.
      const beside = [...s3.objects.keys()].filter((key) => !key.startsWith("amplify_logs/"));
      expect(beside.sort()).to.deep.equal(
        ["01", "02"].map((day) => `coverage/app=my_shop/date=2024-11-${day}/hours.json`),
      );
      const before = new Map(raw.map((key) => [key, s3.objects.get(key)!]));
      const again = await pull();
      expect(again.stdout).to.equal("156 rows, 0 new: s3://my-logs/amplify_logs/\n");
      for (const [key, body] of before) expect(s3.objects.get(key)).to.equal(body);
    } finally {
      await s3.stop();
    }
  });

  it("ends with 1 when the bucket cannot be written to, and says why", async () => {
    const s3 = new S3StandIn("another-bucket");
    await s3.start();
    try {
      config({ s3: { bucket: "my-logs", prefix: "amplify_logs" } });
      const range = ["--from", "2024-11-01", "--to", "2024-11-02", "--app", "My-Shop"];
      const { status, stderr } = await runWith({ AWS_ENDPOINT_URL_S3: s3.url }, "pull", ...range);
      expect(status).to.equal(1);
      expect(stderr).to.match(/not answered: my_shop, 2024-11-01 00:00 to 2024-11-02 00:00: failed: NoSuchBucket/);
      expect(stderr).not.to.contain("Warning");
    } finally {
      await s3.stop();
    }
  });

  const bad: readonly [string, object | undefined, string[], string][] = [
    ["no app", undefined, [], "--config: which app?. Fix: write a config.json"],
    ["a file that is not there", undefined, ["--config", "other.json"], '--config: no such file (got "other.json")'],
    ["an unknown field", { bucket: "x" }, [], "config.json: bucket: is not a setting of this file"],
    [
      "an id that is none",
      { applications: [{ appId: "YOUR_APP_ID", domainName: "example.com", appName: "a" }] },
      [],
      'config.json: applications[0].appId: is not the id of an Amplify app (got "YOUR_APP_ID")',
    ],
    [
      "a www domain",
      { applications: [{ appId: "d1", domainName: "www.example.com", appName: "a" }] },
      [],
      "applications[0].domainName: is a subdomain",
    ],
    ["no apps", { applications: [] }, [], "config.json: applications: "],
    ["windows that Amplify does not serve", { timeChunkSize: 15 }, [], "config.json: timeChunkSize: "],
    [
      "a placeholder for the bucket, where it is used",
      {},
      [],
      'config.json: s3.bucket: is not a bucket\'s name (got "XXXXXXXXXXXXXXXX")',
    ],
    [
      "an app that the file has not",
      {},
      ["--app", "other", "--lake", "lake"],
      '--app: no such app in the file (got "other"). Fix: choose one of my_shop, blog',
    ],
  ];
  for (const [title, changes, args, message] of bad) {
    it(`refuses ${title}`, async () => {
      if (changes !== undefined) config(changes);
      const { status, stderr } = await run("pull", "--from", "2024-11-01", "--to", "2024-11-02", ...args);
      expect(stderr).to.contain(`error: ${message.startsWith("applications") ? `config.json: ${message}` : message}`);
      expect(status).to.equal(1);
      expect(amplify.asked).to.deep.equal([]);
    });
  }

  it("refuses two apps of one name, and ranges that hold nothing", async () => {
    const app = { appId: "d1", domainName: "example.com" };
    expect(() =>
      parsePullConfig(
        {
          applications: [
            { ...app, appName: "a-b" },
            { ...app, appName: "A b" },
          ],
        },
        "f",
      ),
    ).to.throw("two apps have this name");
    for (const [from, to, message] of [
      ["2024-11-02", "2024-11-02", "--to: nothing lies between"],
      ["yesterday", "2024-11-02", "--from: not a date"],
      ["2124-11-01", "2124-11-02", "--from: lies in the future"],
    ]) {
      const { status, stderr } = await run("pull", "--from", from!, "--to", to!, ...ONE);
      expect(stderr).to.contain(message);
      expect(status).to.equal(1);
    }
  });
});
