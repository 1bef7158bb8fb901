import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Command } from "commander";
import { registerReport, writeReport, type ReportOptions } from "../../src/cli/reportCommand";
import { InputError } from "../../src/errors";
import { addPartitions, bucketPath, declareApps } from "../../src/local/localCatalog";
import { HOUR_MS } from "../../src/model/windows";
import { parquetKey } from "../../src/model/keys";
import { openTestLake, pageView, TABLES } from "./lake";

const clock = { now: () => Date.parse("2026-11-20T15:00:00Z") };

/** A lake on disk with one hour of one app. */
const writeLake = async (lake: string): Promise<void> => {
  declareApps(lake, ["shop"]);
  const key = parquetKey({ app: "shop", hourMs: Date.parse("2026-11-20T00:00:00Z") + 13 * HOUR_MS });
  const file = join(bucketPath(lake), key);
  mkdirSync(dirname(file), { recursive: true });
  const rows = await openTestLake();
  await rows.insert(TABLES.logs, [pageView({ uri: "/a-page" }), pageView({ uri: "/a-page" })]);
  await rows.query(
    `COPY (SELECT * EXCLUDE ("app", "date") FROM amplify_logs.access_logs) TO '${file}' (FORMAT parquet)`,
  );
  rows.close();
  addPartitions(lake, "access_logs", [{ values: { app: "shop", date: "2026-11-20" }, location: `${dirname(key)}/` }]);
};

const failureOf = async (options: ReportOptions): Promise<Error> =>
  writeReport(options).then(
    () => expect.fail("the report was written"),
    (error: unknown) => error as Error,
  );

describe("report: the command", () => {
  let directory: string;
  let lake: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "report-"));
    lake = join(directory, "lake");
    await writeLake(lake);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("writes report.html into the lake", async () => {
    const { file, bytes } = await writeReport({ lake, clock });
    const page = readFileSync(file);
    expect(file).to.equal(join(lake, "report.html"));
    expect(page.length).to.equal(bytes);
    expect(page.toString()).to.contain("/a-page").and.to.contain("Made by amplify-logs on 2026-11-20 15:00 UTC");
  });

  it("writes elsewhere when told to, and leaves no other file there", async () => {
    const out = join(directory, "new", "page.html");
    await writeReport({ lake, out, clock });
    await writeReport({ lake, out, clock });
    expect(readdirSync(dirname(out))).to.deep.equal(["page.html"]);
  });

  it("reports on both days that are named", async () => {
    const { file } = await writeReport({
      lake,
      clock,
      from: "2026-11-20",
      to: "2026-11-20",
      out: join(directory, "day.html"),
    });
    expect(readFileSync(file, "utf8")).to.contain("/a-page");
    await writeReport({ lake, clock, from: "2026-11-18", to: "2026-11-19", out: file });
    expect(readFileSync(file, "utf8")).to.contain("No requests in these days");
  });

  for (const [what, options, message] of [
    [
      "an impossible date",
      { from: "2026-02-30" },
      /^from: not a date \(got "2026-02-30"\)\. Fix: write it as YYYY-MM-DD/,
    ],
    [
      "a range that ends before it begins",
      { from: "2026-11-20", to: "2026-11-01" },
      /^from: the first day is after the last one/,
    ],
    ["a directory that is no lake", { lake: "no-such-lake" }, /no-such-lake: the lake is empty or does not exist/],
    ["a directory as the file", { out: tmpdir() }, /^out: is a directory/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const failure = await failureOf({ lake, clock, ...options });
      expect(failure).to.be.instanceOf(InputError);
      expect(failure.message).to.match(message);
    });
  }

  it("says in its help that both days are included", () => {
    const program = new Command();
    registerReport(program);
    const help = program.commands[0]?.helpInformation() ?? "";
    expect(help).to.match(/--from <YYYY-MM-DD>\s+first day, UTC, included/);
    expect(help).to.match(/--to <YYYY-MM-DD>\s+last day, UTC, included/);
  });
});
