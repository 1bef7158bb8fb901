import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { evaluateProgram } from "../../src/local/programGraph";
import { codeBlocks } from "./markdown";

const ROOT = process.cwd();
const EXAMPLE = path.join(ROOT, "examples", "two-apps", "index.ts");

describe("the README's program", function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    // A project beside this one, which finds the package as it would find an installed one.
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "alp-example-"));
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(ROOT, path.join(folder, "node_modules", "amplify-log-pipeline"), "junction");
    symlinkSync(path.join(ROOT, "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"), "junction");
    copyFileSync(EXAMPLE, path.join(folder, "index.ts"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is the example's file", () => {
    expect(codeBlocks(path.join(ROOT, "README.md"), "ts")).to.deep.equal([readFileSync(EXAMPLE, "utf8")]);
  });

  it("compiles against the package's types, and declares what it says", async () => {
    const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const flags = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
    const compiled = spawnSync(process.execPath, [compiler, ...flags, "index.ts"], { cwd: folder, encoding: "utf8" });
    expect([compiled.status, compiled.stdout]).to.deep.equal([0, ""]);

    const { resources, outputs } = await evaluateProgram({
      programPath: path.join(folder, "index.js"),
      project: "web-logs",
      stack: "infdev",
      config: { "aws:region": "eu-central-1" },
    });
    const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
    expect(functions.map(({ name }) => name)).to.have.members([
      "logs-shop-fetch",
      "logs-blog-fetch",
      "logs-convert",
      "logs-partitions",
      "logs-compact",
      "logs-plan",
      "logs-gaps",
    ]);
    expect(outputs["bucketName"]).to.equal("amplifylogs-logging-intite-ss1-infdev-123456789012");
    expect(outputs["workgroupName"]).to.equal("amplifylogs-analysis-intite-wg1-infdev");
    expect(outputs["viewNames"]).to.include.members(["access_logs_today", "shop_week", "logs"]);
  });
});
