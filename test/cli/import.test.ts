import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { Command } from "commander";
import { registerImport } from "../../src/cli/importCommand";
import { bucketPath } from "../../src/local/localCatalog";
import { DirectoryStore } from "../../src/local/directoryStore";
import { importFiles, type ImportedFile } from "../../src/local/importFiles";
import { readParquet } from "../../src/rows/parquetFile";
import { logFile, logLine } from "../rows/logLines";

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

const [a, b, c] = ["a", "b", "c"].map((id) => logLine({ request_id: id })) as [string, string, string];

describe("amplify-logs import", () => {
  let root: string;
  let lake: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "alp-import-"));
    lake = path.join(root, "lake");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const put = (name: string, content: string | Uint8Array): string => {
    const file = path.join(root, name);
    writeFileSync(file, content);
    return file;
  };
  const take = async (...files: string[]): Promise<ImportedFile[]> => {
    const done: ImportedFile[] = [];
    await importFiles({ lake, app: "shop", files }, (file) => done.push(file));
    return done;
  };
  const ids = async (): Promise<string[]> => {
    const store = new DirectoryStore(bucketPath(lake));
    const found: string[] = [];
    for (const { key } of await store.list("access_logs/")) {
      const rows = await readParquet((await store.get(key))!.body, ["request_id"]);
      found.push(...rows.map((row) => `${key.slice(key.indexOf("date=") + 5, -8)} ${String(row["request_id"])}`));
    }
    return found;
  };

  /** The command as main.ts runs it: an error is printed, and the exit code is then 1. */
  const run = async (app: string, ...files: string[]): Promise<Run> => {
    const out: string[] = [];
    const err: string[] = [];
    const { log, error } = console;
    console.log = (line: string) => out.push(line);
    console.error = (line: string) => err.push(line);
    const program = new Command("amplify-logs");
    registerImport(program);
    let exitCode = 0;
    try {
      await program.parseAsync(["import", "--app", app, "--lake", lake, ...files], { from: "user" });
    } catch (caught) {
      err.push(`error: ${(caught as Error).message}`);
      exitCode = 1;
    } finally {
      console.log = log;
      console.error = error;
    }
    return { exitCode, out: out.join("\n"), err: err.join("\n") };
  };

  const whole = logFile([a]);
  const table: readonly [string, { name: string; content: string | Uint8Array | null }, RegExp, number][] = [
    [
      "an unknown header",
      { name: "x.csv", content: "a,b\n1,2\n" },
      /x\.csv: .*column 1 of the header is "a".*kept at quarantine\/app=shop/,
      1,
    ],
    [
      "an added column",
      { name: "x.csv", content: whole.replace("date,", "date,asn,") },
      /column 2 of the header is "asn"/,
      1,
    ],
    ["HTML", { name: "x.html", content: "<html></html>" }, /not an Amplify access log/, 1],
    [
      "no date in any row",
      { name: "x.csv", content: logFile(["garbage"]) },
      /no row of the file has a date and a time/,
      1,
    ],
    ["a missing file", { name: "none.csv", content: null }, /no such file \(got ".*none\.csv.*Fix: check the path/, 1],
    ["an empty file", { name: "x.csv", content: "" }, /x\.csv: the file is empty/, 1],
    ["an empty gzip file", { name: "x.csv.gz", content: gzipSync("") }, /x\.csv\.gz: the file is empty/, 1],
    [
      "a broken gzip file",
      { name: "x.csv.gz", content: gzipSync(whole).subarray(0, 60) },
      /the gzip data is broken/,
      1,
    ],
    [
      "32 fields",
      { name: "x.csv", content: logFile([a, c.slice(0, -2)]) },
      /x\.csv:3: rejected: 32 fields where 33 are wanted/,
      0,
    ],
    [
      "34 fields",
      { name: "x.csv", content: logFile([`${a},x`, c]) },
      /x\.csv:2: rejected: 34 fields where 33 are wanted/,
      0,
    ],
    ["a header only", { name: "x.csv", content: logFile([]) }, /^$/, 0],
  ];
  for (const [title, { name, content }, message, exitCode] of table) {
    it(`${title}: exit code ${exitCode}, named, and the other file goes on`, async () => {
      const file = content === null ? path.join(root, name) : put(name, content);
      const result = await run("shop", file, put("good.csv", logFile([b])));
      expect(result.err).to.match(message);
      expect(result.exitCode).to.equal(exitCode);
      if (exitCode === 1) expect(result.err).to.contain("1 of 2 files could not be taken in whole");
      expect(result.out).to.contain("good.csv: 1 new row");
      expect(await ids()).to.include("2026-11-20/hour-13 b");
    });
  }

  it("a folder: exit code 1, named", async () => {
    mkdirSync(path.join(root, "folder"));
    const { exitCode, err } = await run("shop", path.join(root, "folder"));
    expect(err).to.contain("a folder, not a file");
    expect(exitCode).to.equal(1);
  });

  it("a wrong app name: exit code 1, with the name", async () => {
    const { exitCode, err } = await run("My Shop", put("x.csv", whole));
    expect(err).to.contain('"My Shop"');
    expect(exitCode).to.equal(1);
  });

  it("the same file twice adds nothing", async () => {
    const file = put("x.csv.gz", gzipSync(logFile([a, b, a])));
    expect(await take(file)).to.deep.equal([{ file, rows: 3, added: 2, rejected: [] }]);
    expect(await take(file)).to.deep.equal([{ file, rows: 3, added: 0, rejected: [] }]);
    expect(await ids()).to.have.length(2);
  });

  it("two files that overlap add each row once, whatever was rejected before", async () => {
    const first = put("1.csv", logFile([a, b, "2026-11-20,13:00:00,short"]));
    const second = put("2.csv", logFile([b, c]));
    const done = await take(first, second);
    expect(done.map(({ rows, added, rejected }) => [rows, added, rejected.length])).to.deep.equal([
      [3, 2, 1],
      [2, 1, 0],
    ]);
    expect(await ids()).to.have.length(3);
  });

  it("CRLF and a byte order mark make no difference", async () => {
    await take(put("plain.csv", logFile([a, b])));
    const [done] = await take(put("windows.csv", `\ufeff${logFile([a, b, c]).replaceAll("\n", "\r\n")}`));
    expect(done).to.include({ rows: 3, added: 1 });
  });

  it("a file across two days, out of order, goes into its hours, and its line numbers are the file's", async () => {
    const at = (date: string, time: string): string =>
      logLine({ date, time, request_id: `${date.slice(8)}-${time.slice(0, 2)}` });
    const lines = [
      at("2026-11-21", "00:10:00"),
      at("2026-11-20", "23:50:00"),
      "2026-11-20,23:51:00,bad",
      at("2026-11-21", "00:00:00").replace("21-00", "21-00b"),
    ];
    const [done] = await take(put("x.csv", logFile(lines)));
    expect(done).to.deep.include({
      rows: 4,
      added: 3,
      rejected: [{ line: 4, reason: "3 fields where 33 are wanted" }],
    });
    expect((await ids()).map((id) => id.split(" ")[1])).to.deep.equal(["20-23", "21-00b", "21-00"]);
  });

  it("does not let a reason from the file drive the terminal", async () => {
    const { err } = await run("shop", put("x.csv", "\u009b31mred,b\n"));
    expect(err).to.contain("\\x9b31mred").and.not.contain("\u009b");
  });
});
