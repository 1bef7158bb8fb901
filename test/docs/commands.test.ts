import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { CSV_HEADER } from "../../src/model/columns";
import { codeBlocks } from "./markdown";

const ROOT = process.cwd();
const README = path.join(ROOT, "README.md");
const COMMAND = path.join(__dirname, "..", "..", "src", "cli", "main.js");

const row = (time: string, status: number, path: string, id: string): string =>
  [
    ...["2026-11-20", time, "FRA56-P1", "6110", "203.0.113.40", "GET", "d1a2b3c4d5e6f7.cloudfront.net", path, status],
    ...["-", "Mozilla/5.0%20\\(X11;%20Linux)", "-", "-", "Hit", id, "example.com", "https", "827", "0.093", "-"],
    ...["TLSv1.3", "TLS_AES_128_GCM_SHA256", "Hit", "HTTP/3.0", "-", "-", "60221", "0.093", "Hit", "text/html"],
    ...["-", "-", "-"],
  ].join(",");

const CSV = [
  CSV_HEADER,
  row("10:00:00", 200, "/", "a=="),
  row("10:59:59", 200, "/caf%C3%A9", "b=="),
  row("11:00:00", 404, "/gone", "c=="),
  row("11:00:01", 200, "/", "d==").replace(/,[^,]*$/, ""),
  "",
].join("\n");

/** The words of a shell's line: quotes hold words together, nothing else is special in the docs' examples. */
const words = (line: string): string[] =>
  [...line.matchAll(/(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare!,
  );

const documentedCommands = (file: string): string[] =>
  codeBlocks(file, "sh").flatMap((block) => block.split("\n").filter((line) => line.startsWith("amplify-logs ")));

/** The commands in README's table. */
const tableCommands = (): string[] =>
  [...readFileSync(README, "utf8").matchAll(/^\| `(amplify-logs [^`]+)`/gm)].map(([, command]) => command!);

describe("the documented commands", function () {
  this.timeout(60_000);
  let folder: string;

  const run = (line: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [COMMAND, ...words(line).slice(1)], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
    });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-docs-"));
    writeFileSync(path.join(folder, "logs.csv"), CSV);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("take a console's file to an answer and a report, as README has it", () => {
    const commands = documentedCommands(README);
    expect(commands).to.have.length(4);
    const results = commands.map(run);
    expect(results.map(({ status, stderr }) => [status, stderr])).to.deep.equal([
      [0, "logs.csv:5: rejected: 32 fields where 33 are wanted\n"],
      [0, "status-codes over logs\n"],
      [0, ""],
      [0, ""],
    ]);
    expect(results[0]!.stdout).to.match(/^logs\.csv: 3 new rows, 1 rejected\n/);
    expect(JSON.parse(results[2]!.stdout)).to.deep.equal([
      { status: 200, n: 2 },
      { status: 404, n: 1 },
    ]);
    expect(results[3]!.stdout).to.match(/^Report: .*my-lake.report\.html \(\d+ kB\)\n$/);
  });

  it("change nothing when the file is imported again", () => {
    expect(run("amplify-logs import --app shop --lake my-lake logs.csv").stdout).to.match(/^logs\.csv: 0 new rows/);
    const { stdout } = run('amplify-logs query --sql "select count(*) as n from logs" --format json --lake my-lake');
    expect(JSON.parse(stdout)).to.deep.equal([{ n: 3 }]);
  });

  it("exist, with the options that README's table gives them", () => {
    const table = tableCommands();
    expect(table.length).to.be.greaterThan(4);
    for (const line of table) {
      const [, command, ...rest] = words(line);
      const help = run(`amplify-logs ${command} --help`).stdout;
      for (const option of rest.filter((word) => word.startsWith("--"))) expect(help, line).to.include(`${option} `);
    }
  });

  it("run for every example in SQL of the documents", () => {
    const statements = [README, ...["queries", "operations"].map((name) => path.join(ROOT, `docs/${name}.md`))]
      .flatMap((file) => codeBlocks(file, "sql"))
      .flatMap((block) => block.split(/;\s*\n/))
      .filter((sql) => sql.trim() !== "");
    expect(statements.length).to.be.greaterThan(8);
    // One call: a session costs more than its queries. Each fails by itself, and says which word.
    const { status, stderr } = spawnSync(
      process.execPath,
      [COMMAND, "query", "--sql", statements.join(";\n"), "--format", "json", "--lake", path.join(folder, "my-lake")],
      { encoding: "utf8", env: { ...process.env, NODE_NO_WARNINGS: "1" } },
    );
    expect([status, stderr]).to.deep.equal([0, ""]);
  });

  it("name a file that is no access log, and end with 1, while the others go on", () => {
    writeFileSync(path.join(folder, "other.csv"), "name,price\nshoe,1\n");
    copyFileSync(path.join(folder, "logs.csv"), path.join(folder, "again.csv"));
    const { status, stdout, stderr } = run("amplify-logs import --app shop --lake other other.csv again.csv");
    expect(status).to.equal(1);
    expect(stdout).to.match(/^again\.csv: 3 new rows/m);
    expect(stderr)
      .to.match(/error: other\.csv: .*not an Amplify access log: column 1 of the header is "name"/)
      .and.match(/error: 1 of 2 files could not be taken in whole/);
  });
});
