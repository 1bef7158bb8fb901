import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { parsePullConfig } from "../../src/local/pullConfig";
import { logFile, logLine } from "../rows/logLines";

const MAIN = path.join(__dirname, "../../src/cli/main.js");
const MINUTE_MS = 60_000;

/** A row each ten minutes of November's first four days, in 2024. */
const ROWS = Array.from({ length: 4 * 144 }, (_, i) => Date.parse("2024-11-01T00:00:00Z") + i * 10 * MINUTE_MS);
const lineAt = (ms: number): string => {
  const text = new Date(ms).toISOString();
  return logLine({ date: text.slice(0, 10), time: text.slice(11, 19), request_id: `id-${ms}` });
};

interface Asked {
  readonly appId: string;
  readonly domainName: string;
  readonly from: string;
  readonly to: string;
}

/** Answers as Amplify does, both ends inclusive; `broken` windows hold the instant that it cannot serve. */
class AmplifyStandIn {
  readonly asked: Asked[] = [];
  broken: number | undefined;
  private server: Server | undefined;
  url = "";

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, this.url);
      const between = (from: number, to: number): number[] => ROWS.filter((ms) => ms >= from && ms <= to);
      if (request.method === "GET") {
        const [from, to] = [Number(searchParams.get("from")), Number(searchParams.get("to"))];
        return response.end(logFile(between(from, to).map(lineAt)));
      }
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { startTime, endTime, domainName } = JSON.parse(Buffer.concat(parts).toString()) as {
          startTime: number;
          endTime: number;
          domainName: string;
        };
        const [from, to] = [startTime * 1000, endTime * 1000];
        const iso = (ms: number): string => new Date(ms).toISOString().slice(5, 16);
        this.asked.push({ appId: pathname.split("/")[2]!, domainName, from: iso(from), to: iso(to) });
        const hit = this.broken !== undefined && from <= this.broken && this.broken < to;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(hit ? {} : { logUrl: `${this.url}/file?from=${from}&to=${to}&X-Amz-Signature=1` }));
      });
    }).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

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

  const run = async (...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        NO_COLOR: "1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL_AMPLIFY: amplify.url,
        AMPLIFY_LOGS_LOG_HOSTS: new URL(amplify.url).host,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => (stdout += String(text)));
    child.stderr.on("data", (text) => (stderr += String(text)));
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  };
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
