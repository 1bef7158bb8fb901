import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import type { CoverageRow, CoverageState } from "../../src/model/coverage";
import { declareApps } from "../../src/local/localCatalog";
import { putObject, temporaryLake } from "../local/lake/fixture";

const MAIN = path.join(__dirname, "../../src/cli/main.js");

const row = (hour: number, state: CoverageState, rows = 0): CoverageRow => ({
  hour: new Date(Date.parse("2024-03-01T00:00:00Z") + hour * 3_600_000).toISOString(),
  state,
  rows,
  bytes: rows * 10,
  sha256: null,
  attempts: 1,
  first_fetch: "2024-03-02T00:00:00.000Z",
  last_fetch: "2024-03-02T00:00:00.000Z",
  late_rows: 0,
  requests: null,
  lacking_rows: 0,
  refusals: 0,
  error: state === "failed" ? "\u001b[2J down" : null,
});

describe("amplify-logs coverage", () => {
  let lake: string;
  let remove: () => void;
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [MAIN, "coverage", "--lake", lake, ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
  before(() => {
    ({ lake, remove } = temporaryLake());
    declareApps(lake, ["shop", "blog"]);
    const states: [CoverageState, number?][] = [
      ["fetched", 1],
      ["fetched", 40],
      ["fetched", 60],
      ["fetched", 100],
      ["quiet"],
      ["blank"],
      ["no-url"],
      ["refused"],
      ["failed"],
      ["provisional", 5],
    ];
    const lines = states.map(([state, rows], hour) => `${JSON.stringify(row(hour, state, rows))}\n`);
    putObject(lake, "coverage/app=shop/date=2024-03-01/hours.json", lines.join(""));
    // One of an older version, without the count of requests.
    const older = Object.fromEntries(Object.entries(row(22, "quiet")).filter(([name]) => name !== "requests"));
    const blog = [older, { ...row(23, "fetched", 1999), requests: 2000 }];
    putObject(
      lake,
      "coverage/app=blog/date=2024-03-01/hours.json",
      blog.map((each) => `${JSON.stringify(each)}\n`).join(""),
    );
  });
  after(() => remove());

  it("draws a sign for each hour, by its state and its rows", () => {
    const { status, stdout, stderr } = run("--from", "2024-03-01", "--to", "2024-03-01");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    const lines = stdout.split("\n");
    // Hours from the first on that nobody asked for are missing: it is long past them.
    expect(lines).to.include("2024-03-01  ░▒▓█·??!!/!!!!!!!!!!!!!!          206  19 not complete");
    expect(lines).to.include("2024-03-01                        ·█        1,999       99.9 %");
    expect(lines).to.include("shop  5 hours complete, 19 not");
    expect(lines).to.include("blog  2 hours complete, 0 not, rows for 99.9 % of 2,000 requests that Amplify counted");
  });

  it("lists what is not complete, oldest first, and why", () => {
    const { stdout } = run("--from", "2024-03-01", "--to", "2024-03-01", "--app", "shop");
    const lines = stdout.split("\n");
    const from = lines.indexOf("  Not complete, oldest first:");
    expect(lines.slice(from + 1, from + 7)).to.deep.equal([
      "  2024-03-01 05:00 to 06:00  blank: an empty file proves nothing",
      "  2024-03-01 06:00 to 07:00  no address in the answer",
      "  2024-03-01 07:00 to 08:00  refused",
      "  2024-03-01 08:00 to 09:00  failed: \\x1b[2J down",
      "  2024-03-01 09:00 to 10:00  provisional: only a part was asked for",
      "  2024-03-01 10:00 to 2024-03-02 00:00  missing: never asked for",
    ]);
    expect(stdout).to.not.contain("\u001b");
  });

  it("shows one app, and the rows behind the calendar, without obeying them", () => {
    const { stdout } = run("--from", "2024-03-01", "--to", "2024-03-02", "--app", "shop", "--format", "json");
    const rows = JSON.parse(stdout) as { app: string; state: string; error: string | null }[];
    expect(rows).to.have.length(10);
    expect(rows[8]).to.include({ app: "shop", state: "failed", error: "\u001b[2J down" });
    expect(stdout).to.not.contain("\u001b");
  });

  for (const [title, args, message] of [
    [
      "a range without hours",
      ["--from", "2023-01-01", "--to", "2023-01-02"],
      'no hour was asked for in this range (got "2023-01-01 to 2023-01-02")',
    ],
    ["an app that is none", ["--from", "2024-03-01", "--app", "x' or '1'='1"], "--app: no hour was asked for"],
    ["a date that is none", ["--from", "2024-02-30"], "not a date"],
  ] as const) {
    it(`says so of ${title}`, () => {
      const { status, stderr } = run(...args);
      expect(stderr).to.contain(message);
      expect(status).to.equal(1);
    });
  }
});
