import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { runCommand, type Ended } from "./runCommand";
import { S3StandIn } from "./s3StandIn";

const DAY = "year=2026/month=11/day=20";
const FILES = {
  [`api-gateway/${DAY}/logs_api-gateway_20261120.json`]: '{"level":"INFO"}\n',
  [`payment/${DAY}/logs_payment_20261120.json`]: '{"level":"ERROR"}\n',
  "README.txt": "notes\n",
  "a b+c%20.json": "{}\n",
  "empty.json": "",
};

describe("amplify-logs upload", function () {
  this.timeout(60_000);
  let folder: string;
  let logs: string;
  let s3: S3StandIn;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-upload-"));
    logs = path.join(folder, "logs");
    for (const [name, content] of Object.entries(FILES)) put(name, content);
    s3 = new S3StandIn("hack-with-harsha-logs");
    await s3.start();
  });
  afterEach(async () => {
    await s3.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (name: string, content: string): void => {
    mkdirSync(path.dirname(path.join(logs, name)), { recursive: true });
    writeFileSync(path.join(logs, name), content);
  };
  const run = (...args: string[]): Promise<Ended> =>
    runCommand(folder, ["upload", ...args], { AWS_ENDPOINT_URL_S3: s3.url, AWS_MAX_ATTEMPTS: "1" });
  const sync = (...args: string[]): Promise<Ended> => run("./logs", "s3://hack-with-harsha-logs/logs/", ...args);
  const puts = (): string[] => s3.calls.filter((call) => call.startsWith("PUT ")).map((call) => call.slice(4));
  const stored = (): Record<string, string> =>
    Object.fromEntries([...s3.objects].map(([key, body]) => [key, body.toString()]));

  it("sends what aws s3 sync with the same options sends", async () => {
    const { status, stdout } = await sync("--exclude", "*", "--include", "*.json");
    expect(status).to.equal(0);
    const wanted = Object.entries(FILES).filter(([name]) => name.endsWith(".json"));
    expect(stored()).to.deep.equal(Object.fromEntries(wanted.map(([name, content]) => [`logs/${name}`, content])));
    expect(stdout).to.match(/^4 files uploaded, 0\.0 MB; 0 unchanged: s3:\/\/hack-with-harsha-logs\/logs\/$/m);
  });

  it("lets the last option that matches decide", async () => {
    await sync("--include", "*.json", "--exclude", "*");
    expect(stored()).to.deep.equal({});
    await sync("--exclude", "*.json", "--include", "payment/*", "--exclude", "*.txt");
    expect(Object.keys(stored())).to.deep.equal([`logs/payment/${DAY}/logs_payment_20261120.json`]);
  });

  it("tells files in the order of their paths, however many at a time", async () => {
    const told = (await sync("--concurrency", "8")).stdout.split("\n").filter((line) => line.startsWith("upload: "));
    expect(told.map((line) => /^upload: (.*) to s3:/.exec(line)![1])).to.deep.equal(Object.keys(FILES).sort());
  });

  it("leaves alone what is there, and sends what was changed", async () => {
    await sync();
    const before = puts().length;
    put("README.txt", "NOTES\n");
    put("new.json", "1\n");
    const { stdout } = await sync();
    expect(puts().slice(before)).to.have.members(["logs/README.txt", "logs/new.json"]);
    expect(stdout).to.match(/2 files uploaded.*4 unchanged/);
    expect(stored()["logs/README.txt"]).to.equal("NOTES\n");
  });

  it("knows its files also where ETags are no MD5", async () => {
    s3.encrypts = true;
    await sync();
    const before = puts().length;
    put("README.txt", "NOTES\n");
    expect((await sync()).stdout).to.match(/1 file uploaded.*4 unchanged/);
    expect(puts().slice(before)).to.deep.equal(["logs/README.txt"]);
  });

  it("says what it would send, and sends nothing, with --dry-run", async () => {
    const { status, stdout } = await sync("--dry-run");
    expect(status).to.equal(0);
    expect(stdout).to.match(/^would upload: README\.txt to s3:\/\/hack-with-harsha-logs\/logs\/README\.txt$/m);
    expect(stdout).to.match(/5 files to upload/);
    expect(puts()).to.deep.equal([]);
  });

  it("names a file that fails, ends with 1, and takes up the rest the next time", async () => {
    s3.forbidden.add("logs/README.txt");
    const failed = await sync();
    expect(failed.status).to.equal(1);
    expect(failed.stderr).to.match(/^error: README\.txt: AccessDenied: AccessDenied$/m);
    expect(failed.stderr).to.match(/^error: 1 of 5 files could not be uploaded\. Fix: .*run the same again/m);
    expect([...s3.objects.keys()]).to.have.length(4);
    s3.forbidden.clear();
    const { status, stdout } = await sync();
    expect(status).to.equal(0);
    expect(stdout).to.match(/^1 file uploaded.*4 unchanged/m);
  });

  it("sends no file of another folder, and nothing that is no file", async () => {
    writeFileSync(path.join(folder, "secret.json"), "secret");
    symlinkSync("../secret.json", path.join(logs, "out.json"));
    symlinkSync("gone.json", path.join(logs, "nowhere.json"));
    symlinkSync("payment", path.join(logs, "folder.json"));
    symlinkSync("README.txt", path.join(logs, "inside.json"));
    expect(spawnSync("mkfifo", [path.join(logs, "pipe.json")]).status).to.equal(0);
    const { status, stderr } = await sync();
    expect(status).to.equal(1);
    expect(stderr.split("\n").filter((line) => line.includes(".json:"))).to.deep.equal([
      "error: folder.json: a link to a folder",
      "error: nowhere.json: a link that leads nowhere",
      "error: out.json: a link that leads out of the folder",
      "error: pipe.json: a pipe",
    ]);
    expect(stored()["logs/inside.json"]).to.equal("notes\n");
    expect(Object.values(stored())).not.to.include("secret");
    expect(
      (await sync("--exclude", "*", "--include", "README.txt")).status,
      "what is not wanted is not looked at",
    ).to.equal(0);
  });

  it("puts files at the bucket's top where no prefix is given", async () => {
    expect(
      (await run("logs", "s3://hack-with-harsha-logs", "--exclude", "*", "--include", "README.txt")).status,
    ).to.equal(0);
    expect(stored()).to.deep.equal({ "README.txt": "notes\n" });
  });

  it("streams large files", async () => {
    const report = "process.on('exit',()=>process.stderr.write('PEAK_KB='+process.resourceUsage().maxRSS+'\\n'))";
    const peakBytes = async (file: string): Promise<number> => {
      const args = ["upload", "logs", "s3://hack-with-harsha-logs/x", "--exclude", "*", "--include", file];
      const { status, stderr } = await runCommand(folder, args, {
        AWS_ENDPOINT_URL_S3: s3.url,
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(report)}`,
      });
      expect(status).to.equal(0);
      return Number(/PEAK_KB=(\d+)/.exec(stderr)![1]) * 1024;
    };
    const bytes = 96 * 1024 ** 2;
    writeFileSync(path.join(logs, "large.bin"), Buffer.alloc(bytes, "0123456789abcdef\n"));
    const small = await peakBytes("README.txt");
    expect((await peakBytes("large.bin")) - small).to.be.lessThan(bytes / 2);
    expect(s3.objects.get("x/large.bin")!.length).to.equal(bytes);
  });

  for (const [what, args, message] of [
    [
      "a destination that is none",
      ["logs", "hack-with-harsha-logs"],
      /DESTINATION: not a place in S3 .* Fix: write s3:\/\/BUCKET/,
    ],
    ["a folder that is not there", ["nowhere", "s3://hack-with-harsha-logs"], /DIR: no such folder \(got "nowhere"\)/],
    ["a file for a folder", ["logs/README.txt", "s3://hack-with-harsha-logs"], /DIR: a file, not a folder/],
    [
      "too many at a time",
      ["logs", "s3://hack-with-harsha-logs", "--concurrency", "100"],
      /--concurrency: .*\(got "100"\)\. Fix: write a whole number from 1 to 64/,
    ],
    [
      "a pattern that is none",
      ["logs", "s3://hack-with-harsha-logs", "--exclude", "[z-a]"],
      /--exclude: not a pattern \(got "\[z-a\]"\)/,
    ],
    ["a bucket that is not there", ["logs", "s3://another"], /AWS cannot be asked \(NoSuchBucket\)/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, stderr } = await run(...args);
      expect(stderr).to.match(message);
      expect(status).to.equal(1);
      expect(puts()).to.deep.equal([]);
    });
  }
});
