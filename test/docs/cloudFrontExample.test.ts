import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { evaluateProgram, type ProgramGraph } from "../../src/local/programGraph";
import { packageRoot } from "../../src/local/bundles";
import { loadStackConfig } from "../../src/local/stackConfig";
import { codeBlocks } from "./markdown";

const ROOT = process.cwd();
const EXAMPLE = path.join(ROOT, "examples", "cloudfront-logs");

describe("the example with CloudFront's logs", function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    // A project beside this one, which finds the package as it would find an installed one.
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "alp-example-"));
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(packageRoot(), path.join(folder, "node_modules", "amplify-log-pipeline"), "junction");
    symlinkSync(path.join(ROOT, "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"), "junction");
    for (const name of readdirSync(EXAMPLE)) copyFileSync(path.join(EXAMPLE, name), path.join(folder, name));
    const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const flags = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
    const words = [compiler, ...flags, "index.ts"];
    const compiled = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
    if (compiled.status !== 0) throw new Error(compiled.stdout);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const deploy = (stack: string): Promise<ProgramGraph> =>
    evaluateProgram({ ...loadStackConfig(folder, stack), programPath: path.join(folder, "index.js") });
  const namesOf = ({ resources }: ProgramGraph, type: string): string[] =>
    resources.filter((resource) => resource.type === type).map(({ name }) => name);

  it("is what the document shows", () => {
    expect(codeBlocks(path.join(ROOT, "docs/cloudfront.md"), "ts")).to.include(
      readFileSync(path.join(EXAMPLE, "index.ts"), "utf8"),
    );
  });

  it("makes a bucket in staging, and takes the one that is there in production", async () => {
    const staging = await deploy("staging");
    expect(namesOf(staging, "aws:s3/bucket:Bucket")).to.deep.equal(["logs-data", "logs-results", "cdn-source"]);
    expect(staging.outputs["sourceBucketName"]).to.equal("amplifylogs-logging-intite-ss3-staging-123456789012");
    expect(staging.outputs["functionName"]).to.equal("amplifylogs-logging-intite-lm7-staging");
    expect(staging.outputs["viewNames"]).to.include.members(["docs_today", "logs"]);
    const production = await deploy("production");
    expect(namesOf(production, "aws:s3/bucket:Bucket")).to.deep.equal(["logs-data", "logs-results"]);
    expect(production.outputs["sourceBucketName"]).to.equal("example-cloudfront-logs");
    expect(production.outputs["viewNames"]).to.include.members(["docs_week", "wiki_week"]);
    expect(namesOf(production, "aws:glue/crawler:Crawler")).to.deep.equal(["cdn-crawler"]);
  });

  it("deploys staging where nothing is said, and production by ENV", function () {
    const make = (...words: readonly string[]) =>
      spawnSync("make", ["--dry-run", ...words], {
        cwd: EXAMPLE,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
      });
    const plain = make("deploy");
    if (plain.error !== undefined) this.skip();
    expect(plain.stdout).to.equal("pulumi up --stack staging\n");
    expect(make("ENV=production", "deploy").stdout).to.equal("pulumi up --stack production\n");
  });
});
