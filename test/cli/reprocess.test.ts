import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { LambdaStandIn } from "./lambdaStandIn";
import { runCommand, type Ended } from "./runCommand";
import { S3StandIn } from "./s3StandIn";

const FUNCTION = "process_cloudfront_logs";
const keyOf = (number: number): string => `XXXX.2020-07-16-${String(number).padStart(5, "0")}.abcd.gz`;

describe("amplify-logs reprocess", function () {
  this.timeout(60_000);
  let folder: string;
  let s3: S3StandIn;
  let lambda: LambdaStandIn;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-reprocess-"));
    [s3, lambda] = [new S3StandIn("cloudfront-logs"), new LambdaStandIn()];
    await Promise.all([s3.start(), lambda.start()]);
  });
  afterEach(async () => {
    await Promise.all([s3.stop(), lambda.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const fill = (count: number): string[] => {
    const keys = Array.from({ length: count }, (_, number) => keyOf(number));
    for (const key of [...keys, "XXXX.2020-07-15-99.abcd.gz", "YYYY.2020-07-16-01.abcd.gz"])
      s3.objects.set(key, Buffer.from("x"));
    return keys;
  };
  const run = (...args: string[]): Promise<Ended> =>
    runCommand(folder, ["reprocess", ...args], {
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    });
  const index = (...args: string[]): Promise<Ended> =>
    run(
      ...["--bucket", "cloudfront-logs", "--action", "index", "--prefix", "XXXX.2020-07-16"],
      ...["--function-name", FUNCTION, ...args],
    );
  const sizes = (): number[] => lambda.accepted.map(({ payload }) => payload.keys.length);
  const sent = (): string[] => lambda.accepted.flatMap(({ payload }) => payload.keys);

  it("prints every key, a line each and nothing else, as the source's own script is called", async () => {
    const keys = fill(45);
    const { status, stdout, stderr } = await run(
      "--bucket=cloudfront-logs",
      "--action=print",
      "--prefix=XXXX.2020-07-16",
      `--function-name=${FUNCTION}`,
    );
    expect(stdout).to.equal(keys.map((key) => `${key}\n`).join(""));
    expect([status, stderr]).to.deep.equal([0, "45 keys\n"]);
    expect(lambda.accepted).to.deep.equal([]);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("starts the function asynchronously with 20, 20 and 5 of 45 keys", async () => {
    const keys = fill(45);
    const { status, stdout } = await index();
    expect(status).to.equal(0);
    expect(sizes()).to.deep.equal([20, 20, 5]);
    expect(sent()).to.deep.equal(keys);
    expect(new Set(lambda.accepted.map(({ type, functionName }) => `${type} ${functionName}`))).to.deep.equal(
      new Set([`Event ${FUNCTION}`]),
    );
    expect(lambda.accepted.map(({ payload }) => payload.bucket)).to.deep.equal(Array(3).fill("cloudfront-logs"));
    expect(stdout).to.match(/^45 keys in 3 invocations of process_cloudfront_logs\n/);
    expect(readdirSync(folder), "a state that is done with is gone").to.deep.equal([]);
  });

  it("reads listings of more than one page", async () => {
    const keys = fill(2345);
    expect((await index("--batch-size", "500", "--rate", "100")).status).to.equal(0);
    expect(sizes()).to.deep.equal([500, 500, 500, 500, 345]);
    expect(sent()).to.deep.equal(keys);
    const { stdout } = await run("--bucket", "cloudfront-logs", "--action", "print");
    expect(stdout.trimEnd().split("\n")).to.have.length(2347);
  });

  it("splits a batch that would be longer than an asynchronous invocation may be", async () => {
    const keys = Array.from({ length: 900 }, (_, number) => `${keyOf(number)}${"\u00e4".repeat(400)}`);
    for (const key of keys) s3.objects.set(key, Buffer.from("x"));
    expect((await index("--batch-size", "1000", "--rate", "100")).status).to.equal(0);
    expect(sent()).to.deep.equal(keys);
    expect(lambda.accepted.length).to.equal(3);
    expect(Math.max(...lambda.accepted.map(({ bytes }) => bytes)))
      .to.be.lessThan(262_144)
      .and.greaterThan(250_000);
  });

  it("hands over keys as they are, whatever is in them", async () => {
    const keys = ["a b+c%20d.gz", "caf\u00e9/\u65e5\u672c.gz", "line\nbreak.gz", 'quote".gz'].map(
      (name) => `XXXX.2020-07-16/${name}`,
    );
    for (const key of keys) s3.objects.set(key, Buffer.from("x"));
    expect((await index()).status).to.equal(0);
    expect(sent()).to.have.members(keys);
    const { stdout } = await run("--bucket", "cloudfront-logs", "--action", "print");
    expect(stdout.trimEnd().split("\n")).to.have.length(4).and.to.include("XXXX.2020-07-16/line\\nbreak.gz");
  });

  it("tries again when Lambda is throttled", async () => {
    const keys = fill(45);
    lambda.answers.push(202, 429, 429, 500, 202);
    const { status } = await index();
    expect(status).to.equal(0);
    expect(sent()).to.deep.equal(keys);
  });

  it("goes on where it stopped, and sends nothing twice", async () => {
    const keys = fill(45);
    lambda.answers.push(202, 202, 403);
    const stopped = await index();
    expect(stopped.status).to.equal(1);
    expect(stopped.stderr).to.match(
      /^error: AWS cannot be asked \(AccessDeniedException\).*Fix: mend the cause and run the same again/,
    );
    const [state] = readdirSync(folder);
    expect(state).to.match(/^reprocess-cloudfront-logs-XXXX\.2020-07-16-process_cloudfront_logs-[0-9a-f]{8}\.json$/);
    expect(JSON.parse(readFileSync(path.join(folder, state!), "utf8"))).to.deep.include({
      lastKey: keys[39],
      keys: 40,
    });

    const { status, stdout, stderr } = await index();
    expect(status).to.equal(0);
    expect(stderr).to.equal(`goes on after ${keys[39]}: 40 keys before; --restart begins anew\n`);
    expect(stdout).to.match(/^45 keys in 3 invocations /);
    expect(sizes()).to.deep.equal([20, 20, 5]);
    expect(sent()).to.deep.equal(keys);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("begins anew with --restart, and keeps its state where --state says", async () => {
    const keys = fill(45);
    const file = path.join(folder, "mine.json");
    lambda.answers.push(202, 404);
    expect((await index("--state", file)).status).to.equal(1);
    expect(existsSync(file)).to.equal(true);
    expect((await index("--state", file, "--restart")).status).to.equal(0);
    expect(sent()).to.deep.equal([...keys.slice(0, 20), ...keys]);
    expect(existsSync(file)).to.equal(false);
  });

  it("does not take another job's state, or what is none", async () => {
    fill(45);
    const file = path.join(folder, "mine.json");
    lambda.answers.push(202, 404);
    await index("--state", file);
    const other = await index("--state", file, "--prefix", "YYYY");
    expect(other.stderr).to.match(/^error: --state: is of bucket cloudfront-logs, prefix "XXXX\.2020-07-16"/);
    writeFileSync(file, "{");
    const broken = await index("--state", file);
    expect(broken.stderr).to.match(/^error: --state: cannot be read as a state .*--restart/);
    expect([other.status, broken.status]).to.deep.equal([1, 1]);
    expect(sizes()).to.deep.equal([20]);
  });

  it("starts no more a second than --rate allows", async () => {
    fill(45);
    expect((await index("--rate", "5", "--batch-size", "10")).status).to.equal(0);
    const times = lambda.accepted.map(({ atMs }) => atMs);
    expect(times).to.have.length(5);
    // Four pauses of 200 ms; a request may come a little late, and the next one then not.
    expect(times[4]! - times[0]!).to.be.greaterThan(700);
  });

  it("has nothing to do where nothing lies", async () => {
    const { status, stdout } = await index();
    expect([status, stdout]).to.deep.equal([0, `0 keys in 0 invocations of ${FUNCTION}\n`]);
    expect(lambda.accepted).to.deep.equal([]);
  });

  it("says that there is no such bucket", async () => {
    const { status, stderr } = await run("--bucket", "another", "--action", "print");
    expect(stderr).to.match(/^error: AWS cannot be asked \(NoSuchBucket\)/);
    expect(status).to.equal(1);
  });

  for (const [what, args, message] of [
    [
      "an action that is none",
      ["--bucket", "b-b", "--action", "list"],
      /--action: no such action \(got "list"\)\. Fix: use print or index/,
    ],
    [
      "an address for a bucket",
      ["--bucket", "s3://b", "--action", "print"],
      /--bucket: not a bucket's name .*without s3:/,
    ],
    [
      "no function to start",
      ["--bucket", "bucket", "--action", "index"],
      /--function-name: is wanted for --action index/,
    ],
    [
      "a function's name that is none",
      ["--bucket", "bucket", "--action", "index", "--function-name", "a b"],
      /--function-name: not a function's name \(got "a b"\)/,
    ],
    [
      "a batch of nothing",
      ["--bucket", "bucket", "--action", "index", "--function-name", "f", "--batch-size", "0"],
      /--batch-size: not a number of keys \(got "0"\)\. Fix: write a whole number from 1 to 1000/,
    ],
    [
      "a rate that is none",
      ["--bucket", "bucket", "--action", "index", "--function-name", "f", "--rate", "fast"],
      /--rate: not a number of invocations a second \(got "fast"\)/,
    ],
    ["a missing bucket", ["--action", "print"], /required option '--bucket <name>' not specified/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, stdout, stderr } = await run(...args);
      expect(stderr).to.match(message);
      expect([status, stdout]).to.deep.equal([1, ""]);
      expect(s3.calls).to.deep.equal([]);
    });
  }
});
