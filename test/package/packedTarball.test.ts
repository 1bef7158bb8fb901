import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";

const root = packageRoot();

/** What the second project's program does: declares the component under mocks and writes each function's archive to a folder. */
const PROGRAM = `
const fs = require("node:fs"), path = require("node:path");
const pulumi = require("@pulumi/pulumi");
const seen = [];
pulumi.runtime.setMocks({
  newResource: (args) => { seen.push(args); return { id: args.name + "-id", state: { arn: "arn:aws:mock:::" + args.name, ...args.inputs } }; },
  call: ({ inputs }) => inputs,
}, "second", "infdev", false);
const { AmplifyLogPipeline } = require("amplify-log-pipeline");
pulumi.runtime.runInPulumiStack(async () => {
  new AmplifyLogPipeline("logs", { apps: [
    { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "shop.example" },
    { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "blog.example" },
  ] });
}).then(() => require("@pulumi/pulumi/runtime/settings").waitForRPCs()).then(async () => {
  for (const { name, type, inputs } of seen) {
    if (type !== "aws:lambda/function:Function") continue;
    const folder = path.join("archives", name);
    fs.mkdirSync(folder, { recursive: true });
    const assets = await inputs.code.assets;
    for (const [file, asset] of Object.entries(assets)) {
      const found = await asset;
      if (found.path !== undefined) fs.copyFileSync(await found.path, path.join(folder, file));
      else fs.writeFileSync(path.join(folder, file), await found.text);
    }
    fs.writeFileSync(path.join(folder, "environment.json"), JSON.stringify(inputs.environment?.variables ?? {}));
    fs.writeFileSync(path.join(folder, "handler.txt"), inputs.handler);
  }
  console.log(JSON.stringify({ resources: seen.length }));
});
`;

/** Calls a function's handler as Lambda does: its module by name, its environment, nothing else of this machine. */
const NO_TIME = "not a date or an ISO instant in UTC";
/** A wrong time is refused before any call to AWS; a batch without records has nothing to do. */
const EVENTS: Readonly<Record<string, { readonly event: object; readonly answer: string }>> = {
  fetch: { event: { time: "yesterday" }, answer: `ERROR event.time: ${NO_TIME}` },
  convert: { event: {}, answer: 'ANSWER {"batchItemFailures":[]}' },
  partitions: { event: { time: "yesterday" }, answer: `ERROR event.time: ${NO_TIME}` },
  gaps: { event: { time: "yesterday" }, answer: `ERROR event.time: ${NO_TIME}` },
  compact: { event: { step: "plan", time: "yesterday" }, answer: `ERROR event.time: ${NO_TIME}` },
  plan: { event: {}, answer: "ERROR event.step: unknown step" },
};

const INVOKE = `
const [file, name] = require("node:fs").readFileSync("handler.txt", "utf8").split(".");
const environment = JSON.parse(require("node:fs").readFileSync("environment.json", "utf8"));
Object.assign(process.env, environment);
const handler = require("./" + file + ".js")[name];
const event = JSON.parse(process.argv[2]);
Promise.resolve(handler(event, { awsRequestId: "1", getRemainingTimeInMillis: () => 1000 })).then(
  (answer) => console.log("ANSWER " + JSON.stringify(answer)),
  (error) => { console.log("ERROR " + error.message); process.exitCode = 1; });
`;

describe("the packed tarball in a second project", function () {
  this.timeout(120_000);
  let project = "";
  before(() => {
    project = mkdtempSync(path.join(tmpdir(), "alp-second-"));
    const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", project], {
      cwd: root,
      encoding: "utf8",
    });
    expect(packed.status, packed.stderr).to.equal(0);
    const installed = path.join(project, "node_modules", "amplify-log-pipeline");
    mkdirSync(installed, { recursive: true });
    const tarball = readdirSync(project).find((name) => name.endsWith(".tgz"))!;
    expect(
      spawnSync("tar", ["xzf", path.join(project, tarball), "--strip-components=1", "-C", installed]).status,
    ).to.equal(0);
    // Its dependencies as they are here, but no AWS SDK: what the functions need of it is in their bundles.
    const modules = path.join(root, "node_modules");
    for (const name of readdirSync(modules)) {
      if (name === "@aws-sdk" || name === "@smithy" || name.startsWith(".")) continue;
      symlinkSync(path.join(modules, name), path.join(project, "node_modules", name), "junction");
    }
    writeFileSync(
      path.join(project, "package.json"),
      JSON.stringify({ name: "second", version: "1.0.0", dependencies: { "amplify-log-pipeline": "*" } }),
    );
    writeFileSync(path.join(project, "program.js"), PROGRAM);
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("holds what it says it needs and nothing else", () => {
    const installed = path.join(project, "node_modules", "amplify-log-pipeline");
    const own = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8")) as {
      main: string;
      types: string;
      bin: Record<string, string>;
    };
    for (const file of [own.main, own.types, ...Object.values(own.bin)])
      expect(existsSync(path.join(installed, file)), file).to.equal(true);
    expect(readdirSync(path.join(installed, "dist"))).to.not.include.members(["test", "bench"]);
    expect(existsSync(path.join(installed, "src"))).to.equal(false);
  });

  for (const pack of ["encryption", "naming", "guardrails"]) {
    it(`holds the policy pack ${pack}, as --policy-pack takes it`, () => {
      const folder = path.join(project, "node_modules", "amplify-log-pipeline", "policy", pack);
      expect(readFileSync(path.join(folder, "PulumiPolicy.yaml"), "utf8")).to.match(/^ {2}name: nodejs$/m);
      const { main } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as { main: string };
      expect(existsSync(path.join(folder, main)), main).to.equal(true);
    });
  }

  it("evaluates under mocks, and each function's archive runs in a bare process", () => {
    const run = spawnSync(process.execPath, ["program.js"], { cwd: project, encoding: "utf8" });
    expect(run.status, run.stderr + run.stdout).to.equal(0);
    const { resources } = JSON.parse(run.stdout.trim().split("\n").at(-1)!) as { resources: number };
    expect(resources).to.be.greaterThan(50);
    const archives = path.join(project, "archives");
    const functions = readdirSync(archives);
    expect(functions).to.have.length(7);

    const contents = new Map<string, string[]>();
    for (const name of functions) {
      const bare = mkdtempSync(path.join(tmpdir(), "alp-bare-"));
      try {
        cpSync(path.join(archives, name), bare, { recursive: true });
        const code = readdirSync(bare).filter((file) => file.endsWith(".js"));
        const bytes = code.reduce((sum, file) => sum + statSync(path.join(bare, file)).size, 0);
        expect(bytes, `${name} is under 1 MB`).to.be.lessThan(1_000_000);
        // Named after what it does, and the fetchers after their app too.
        const kind = name.split("-").at(-1)!;
        expect(EVENTS, name).to.include.keys(kind);
        contents.set(kind, [
          ...(contents.get(kind) ?? []),
          code.map((file) => readFileSync(path.join(bare, file), "utf8")).join(""),
        ]);
        writeFileSync(path.join(bare, "invoke.js"), INVOKE);
        const { event, answer } = EVENTS[kind]!;
        const env = {
          PATH: process.env["PATH"],
          AWS_REGION: "eu-central-1",
          AWS_ACCESS_KEY_ID: "x",
          AWS_SECRET_ACCESS_KEY: "x",
        };
        const { stdout, stderr } = spawnSync(process.execPath, ["invoke.js", JSON.stringify(event)], {
          cwd: bare,
          env,
          encoding: "utf8",
        });
        expect(stdout, stderr).to.contain(answer);
      } finally {
        rmSync(bare, { recursive: true, force: true });
      }
    }
    expect([...contents.keys()]).to.have.members(Object.keys(EVENTS));
    expect(new Set(contents.get("fetch")).size, "the same content for every app").to.equal(1);
  });
});
