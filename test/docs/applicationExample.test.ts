import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";
import { evaluateProgram, type ProgramGraph } from "../../src/local/programGraph";
import { codeBlocks } from "./markdown";

const ROOT = process.cwd();
const TABLE = "aws:glue/catalogTable:CatalogTable";
const EXAMPLE = path.join(ROOT, "examples", "application-logs", "index.ts");

describe("the example with application logs", function () {
  this.timeout(120_000);
  let folder: string;
  let graph: ProgramGraph;

  before(async () => {
    // A project beside this one, which finds the package as it would find an installed one.
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), "alp-example-"));
    mkdirSync(path.join(folder, "node_modules"));
    symlinkSync(packageRoot(), path.join(folder, "node_modules", "amplify-log-pipeline"), "junction");
    symlinkSync(path.join(ROOT, "node_modules", "@pulumi"), path.join(folder, "node_modules", "@pulumi"), "junction");
    copyFileSync(EXAMPLE, path.join(folder, "index.ts"));
    const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const flags = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
    const compiled = spawnSync(process.execPath, [compiler, ...flags, "index.ts"], { cwd: folder, encoding: "utf8" });
    if (compiled.status !== 0) throw new Error(compiled.stdout);
    graph = await evaluateProgram({
      programPath: path.join(folder, "index.js"),
      project: "app-logs",
      stack: "infdev",
      config: { "aws:region": "eu-central-1" },
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const inputsOf = (type: string): Record<string, unknown>[] =>
    graph.resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);

  it("is what the document shows", () => {
    expect(codeBlocks(path.join(ROOT, "docs/application-logs.md"), "ts")).to.include(readFileSync(EXAMPLE, "utf8"));
  });

  it("makes tables for declared services in one source, and in the other a crawler that finds them", () => {
    const tables = inputsOf(TABLE).map(({ databaseName, name }) => `${String(databaseName)}.${String(name)}`);
    expect(tables).to.include.members([
      "log_analytics_db.processed_logs",
      "log_analytics_db.errors_logs",
      "app_logs_db.api_gateway",
      "app_logs_db.authentication",
      "app_logs_db.payment",
      "partner_logs.processed_logs",
    ]);
    expect(tables.filter((table) => table.startsWith("partner_logs_found."))).to.deep.equal([]);
    const [crawler, ...others] = inputsOf("aws:glue/crawler:Crawler");
    expect(others).to.deep.equal([]);
    expect(crawler).to.include({ databaseName: "partner_logs_found", schedule: "cron(0 */6 * * ? *)" });
    expect(graph.outputs["partnersCrawlerName"]).to.equal(crawler!["name"]);
  });

  it("makes no two resources of one name: two sources on one lake differ in their project", () => {
    const named = graph.resources.flatMap(({ type, inputs }) => {
      const name = inputs["bucket"] ?? inputs["name"];
      // These names are of their database, role or log group, and parts of a bucket are named after it.
      const own = [TABLE, "aws:iam/rolePolicy:RolePolicy", "aws:cloudwatch/logMetricFilter:LogMetricFilter"];
      return typeof name !== "string" || own.includes(type) || (type.startsWith("aws:s3/") && !type.endsWith(":Bucket"))
        ? []
        : [`${type} ${name}`];
    });
    expect(named.length).to.be.greaterThan(60);
    expect(named.filter((name, i) => named.indexOf(name) !== i)).to.deep.equal([]);
  });

  it("writes each source's settings to a key of its own", () => {
    const keys = inputsOf("aws:s3/bucketObjectv2:BucketObjectv2").map(({ key }) => key);
    expect(keys).to.include.members([
      "state/application-logs/amplifylogs-infdev.json",
      "state/application-logs/partnerlogs-infdev.json",
    ]);
  });
});
