import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { renderCsv, renderJson, renderTable, visibleText } from "../../src/cli/output";
import type { QueryResult } from "../../src/local/duckdbLake";
import { declareApps } from "../../src/local/localCatalog";
import { fillDays, putParquet, temporaryLake } from "../local/lake/fixture";

const MAIN = path.join(__dirname, "../../src/cli/main.js");
const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", env: { ...process.env, DEBUG: "", NO_COLOR: "1" } });

/** Any control character but a line's end, and any that turns the direction of writing. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}]/u;

describe("amplify-logs query", () => {
  let lake: string;
  let empty: string;
  const removals: (() => void)[] = [];
  before(async () => {
    const [full, bare] = [temporaryLake(), temporaryLake()];
    removals.push(full.remove, bare.remove);
    [lake, empty] = [full.lake, bare.lake];
    await fillDays(lake, "shop", ["2024-02-29", "2024-03-01"]);
    await putParquet(lake, "blog", "2024-03-01", [
      { uri: "=cmd|'/C calc'!A0" },
      { uri: "/\u001b[2J\u202e", status: "404" },
    ]);
    declareApps(lake, ["blog"]);
    declareApps(empty, ["shop"]);
  });
  after(() => removals.forEach((remove) => remove()));

  it("prints an array of row objects as JSON, and nothing else", () => {
    const { status, stdout, stderr } = run(
      "query",
      "--lake",
      lake,
      "--format",
      "json",
      "--sql",
      "select status, count(*) as n from access_logs group by 1 order by 1",
    );
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).to.deep.equal([
      { status: 200, n: 3 },
      { status: 404, n: 1 },
    ]);
  });

  it("asks a named query over the week unless told otherwise", () => {
    const ask = (...args: string[]): unknown =>
      JSON.parse(
        run("query", "status-codes", "--lake", lake, "--format", "json", "--today", "2024-03-01", ...args).stdout,
      );
    const week = [
      { app: "blog", status: 200, requests: 1 },
      { app: "blog", status: 404, requests: 1 },
      { app: "shop", status: 200, requests: 2 },
    ];
    expect(ask()).to.deep.equal(week);
    expect(ask("--view", "yesterday")).to.deep.equal([{ app: "shop", status: 200, requests: 1 }]);
    expect(ask("--view", "blog_today")).to.deep.equal(week.slice(0, 2));
    expect(ask("--view", "access_logs")).to.deep.equal(week);
  });

  it("lists the queries", () => {
    const { status, stdout } = run("query", "--list");
    expect(status).to.equal(0);
    expect(stdout).to.contain("top-referrers").and.contain("slow-pages");
  });

  it("shows hostile values without obeying them", () => {
    const sql = "select uri from logs where app = 'blog' order by status";
    const { stdout } = run("query", "--lake", lake, "--sql", sql);
    expect(stdout).to.contain("/\\x1b[2J\\u{202e}").and.contain("2 rows");
    expect(stdout).to.not.match(OBEYED);
    expect(run("query", "--lake", lake, "--sql", sql, "--format", "json").stdout).to.not.match(OBEYED);
    expect(run("query", "--lake", lake, "--sql", sql, "--format", "csv").stdout).to.contain(
      "\r\n'=cmd|'/C calc'!A0\r\n",
    );
  });

  describe("with bad input ends with 1, a message and no stack", () => {
    const CASES: readonly (readonly [label: string, args: () => string[], message: RegExp])[] = [
      ["an unknown query", () => ["query", "nope", "--lake", lake], /no such query \(got "nope"\).*top-referrers, /],
      [
        "an unknown view",
        () => ["query", "bots", "--view", "nope", "--lake", lake],
        /no such view or table.*today, yesterday, .*blog_month/,
      ],
      [
        "an unknown format",
        () => ["query", "bots", "--format", "xml", "--lake", lake],
        /no such format.*table, json, csv/,
      ],
      ["neither name nor SQL", () => ["query", "--lake", lake], /name a query or give SQL/],
      ["both name and SQL", () => ["query", "bots", "--sql", "select 1", "--lake", lake], /one of them/],
      [
        "an absent lake",
        () => ["query", "bots", "--lake", path.join(lake, "nowhere")],
        /empty or does not exist.*amplify-logs demo.*amplify-logs import --app NAME FILE/,
      ],
      [
        "an empty lake",
        () => ["query", "--sql", "select 1", "--lake", empty],
        /empty or does not exist.*amplify-logs demo/,
      ],
      ["SQL that is none", () => ["query", "--sql", "selec 1", "--lake", lake], /the query failed: Parser Error/],
      [
        "a table that is none",
        () => ["query", "--sql", "select * from nothing", "--lake", lake],
        /nothing does not exist/,
      ],
      [
        "a file elsewhere",
        () => ["query", "--sql", "select * from read_text('/etc/hostname')", "--lake", lake],
        /disabled by configuration/,
      ],
      ["a day that is none", () => ["query", "bots", "--today", "2024-02-30", "--lake", lake], /not a date/],
      ["Athena without a workgroup", () => ["query", "bots", "--athena"], /--workgroup: .*usersWorkgroupName/],
      [
        "Athena's options for the local lake",
        () => ["query", "bots", "--lake", lake, "--workgroup", "users"],
        /--workgroup: this is for Athena only.*add --athena/,
      ],
      [
        "the local lake's options for Athena",
        () => ["query", "bots", "--athena", "--workgroup", "users", "--today", "2024-03-01"],
        /--today: this is for the local lake only/,
      ],
      [
        "a database that is none",
        () => ["query", "bots", "--athena", "--workgroup", "users", "--database", 'a"b'],
        /--database: not the name of a database/,
      ],
      [
        "a view that cannot be one",
        () => ["query", "bots", "--athena", "--workgroup", "users", "--view", 'x"; drop'],
        /--view: not the name of a view or table.*today, yesterday/,
      ],
      ["an unknown option", () => ["query", "--nope"], /unknown option '--nope'/],
      ["an unknown command", () => ["nope"], /unknown command 'nope'/],
    ];
    for (const [label, args, message] of CASES) {
      it(label, () => {
        const { status, stdout, stderr } = run(...args());
        expect(status, stderr).to.equal(1);
        expect(stdout).to.equal("");
        expect(stderr).to.match(/^error: /);
        expect(stderr).to.match(message);
        expect(stderr).to.not.match(/\n\s+at /);
      });
    }
  });

  it("is silent when nobody reads on", async () => {
    const child = spawn(process.execPath, [
      MAIN,
      "query",
      "--lake",
      lake,
      "--format",
      "json",
      "--sql",
      "select range as n, repeat('x', 100) as x from range(20000)",
    ]);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
  });
});

describe("the output of a query", () => {
  const result = (type: string, ...values: QueryResult["rows"][number][string][]): QueryResult => ({
    columns: [{ name: "v", type }],
    rows: values.map((v) => ({ v })),
  });

  for (const [value, cell] of [
    ["plain", "plain"],
    ['a,"b"\r\nc', '"a,""b""\r\nc"'],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["@x", "'@x"],
    ["-1+1", "'-1+1"],
    ["\tx", "'\tx"],
    ["-", "-"],
    [-5, "-5"],
    [null, ""],
    [" x", '" x"'],
  ] as const) {
    it(`writes ${JSON.stringify(value)} to CSV as ${JSON.stringify(cell)}`, () => {
      expect(renderCsv(result("varchar", value))).to.equal(`v\r\n${cell}\r\n`);
    });
  }

  it("is the same JSON after the escapes of what a terminal obeys", () => {
    const rows = [{ v: "\u001b[31m\u009b\u202e\u{e0001}é😀" }, { v: null }, { v: [1, "\u2028"] }];
    const text = renderJson({ columns: [{ name: "v", type: "varchar" }], rows });
    expect(JSON.parse(text)).to.deep.equal(rows);
    expect(text).to.match(/^[\n\x20-\x7eé😀]*$/u);
    expect(renderJson(result("varchar"))).to.equal("[]\n");
  });

  it("makes control characters visible and leaves letters of any script", () => {
    expect(visibleText("a\tb\r\nc\u0007\u009b\u200fñ漢😀")).to.equal("a\\tb\\r\\nc\\x07\\x9b\\u{200f}ñ漢😀");
  });

  it("keeps to the terminal's width, cuts the widest column first and puts numbers to the right", () => {
    const columns = [
      { name: "uri", type: "varchar" },
      { name: "agent", type: "varchar" },
      { name: "n", type: "bigint" },
    ];
    const rows = [
      { uri: "/short", agent: "A".repeat(500), n: 7 },
      { uri: "/", agent: "-", n: 12345 },
    ];
    // Colours, which picocolors gives in CI too, take no room on a terminal.
    const lines = stripVTControlCharacters(renderTable({ columns, rows }, 60)).trimEnd().split("\n");
    for (const line of lines) expect(line.length, line).to.be.at.most(60);
    expect(lines.join("\n"))
      .to.contain("│ /short │")
      .and.contain("…")
      .and.match(/│ +7 │/);
    expect(lines.at(-1)).to.equal("2 rows");
  });
});
