import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { temporaryLake } from "../local/lake/fixture";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

describe("amplify-logs crawl", () => {
  let lake: string;
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ lake, remove } = temporaryLake());
    folder = path.dirname(lake);
  });
  afterEach(() => remove());

  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } => {
    const env = { ...process.env, DEBUG: "", NO_COLOR: "1" };
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    return { status, stdout, stderr };
  };
  const put = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };

  it("makes tables that can be asked at once, with the command that it names", () => {
    put(
      "logs/api-gateway/year=2025/month=04/day=03/logs_api-gateway_20250403.json",
      '{"service":"api-gateway","level":"INFO"}\n',
    );
    put("logs/api-gateway/readme.log", "one line\nand another\n");
    const crawled = run("crawl", "--lake", "lake", "./logs");
    expect(crawled).to.deep.equal({
      status: 0,
      stdout:
        "app_logs_db.api_gateway: 1 file of json, 2 columns, 1 partition by year, month, day\n" +
        `Ask it: amplify-logs query --lake lake --sql 'SELECT * FROM "app_logs_db"."api_gateway" LIMIT 10'\n`,
      stderr:
        "logs/api-gateway/readme.log: is text of which no format is known: neither JSON by the line nor two columns\n",
    });
    const sql = 'SELECT service, level, COUNT(*) as count FROM "app_logs_db"."api_gateway" GROUP BY service, level';
    const asked = run("query", "--lake", "lake", "--format", "json", "--sql", sql);
    expect(asked).to.include({ status: 0, stderr: "" });
    expect(JSON.parse(asked.stdout)).to.deep.equal([{ service: "api-gateway", level: "INFO", count: 1 }]);
  });

  it("takes a database and a level", () => {
    put("logs/a/x.json", '{"n":1}\n');
    const { status, stdout } = run("crawl", "--lake", "lake", "--database", "mine", "--table-level", "1", "logs");
    expect({ status, first: stdout.split("\n")[0] }).to.deep.equal({
      status: 0,
      first: "mine.logs: 1 file of json, 1 column, 1 partition by partition_0",
    });
  });

  const refusals: readonly [what: string, args: readonly string[], said: RegExp][] = [
    ["a folder that is none", ["nowhere"], /not a folder here: PATH "nowhere"|PATH.*nowhere/],
    ["a folder without files", ["lake"], /the crawler found no table/],
    ["a level that is none", ["--table-level", "x", "logs"], /--table-level/],
    ["a database that is none", ["--database", "a-b", "logs"], /--database/],
    ["no folder", [], /missing required argument/],
  ];
  for (const [what, args, said] of refusals) {
    it(`refuses ${what} with a message and no stack`, () => {
      put("logs/a/x.json", '{"n":1}\n');
      mkdirSync(lake, { recursive: true });
      const { status, stdout, stderr } = run("crawl", "--lake", "lake", ...args);
      expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
      expect(stderr)
        .to.match(said)
        .and.not.to.match(/^ {4}at /m);
    });
  }

  it("does not let a file's name drive the terminal", () => {
    put("logs/a/x.json", '{"n":1}\n');
    put("logs/a/\u001b[2J.log", "words\n");
    const { status, stderr } = run("crawl", "--lake", "lake", "logs");
    expect(status).to.equal(0);
    expect(stderr).to.include(".log").and.not.to.include("\u001b");
  });
});
