/** docs/migrate/analyzing-amplify-access-logs-part-2.md, carried out on the layout of that system. */
import { expect } from "chai";
import { load } from "js-yaml";
import { replaceDefinitions } from "../../src/local/localCatalog";
import { PERIODS } from "../../src/model/catalog";
import { codeBlocks } from "../docs/markdown";
import { localDeployment } from "../engines/athena/program";
import { SOURCE_TOP_REFERRERS } from "../helpers/sourceStatements";
import { logFile, logLine } from "../rows/logLines";
import { migrationDocument, Move, requestsIn, stepsBelow } from "./move";

const DOCUMENT = migrationDocument("analyzing-amplify-access-logs-part-2");
const TODAY = "2021-02-05";
const DAYS = ["2021-01-04", "2021-01-31", "2021-02-04", "2021-02-05"];
const TABLE = "loshadki_access_logs";

const two = (hour: number): string => String(hour).padStart(2, "0");
const line = (date: string, hour: number, minute: number): string =>
  logLine({
    date,
    time: `${two(hour)}:${two(minute)}:30`,
    request_id: `${date}-${hour}-${minute}==`,
    uri: minute % 2 === 0 ? "/even" : "/odd",
    referrer: "https://news.example/",
    sc_content_type: "text/html",
    host_header: "loshadki.app",
  });

/** An hour as its function uploads it: Amplify adds rows of the hours beside it. */
const hourFile = (date: string, hour: number): string =>
  logFile([
    ...(hour > 9 ? [line(date, hour - 1, 58)] : []),
    ...[0, 13, 58].map((minute) => line(date, hour, minute)),
    ...(hour < 12 ? [line(date, hour + 1, 0)] : []),
  ]);

describe("moving over from part 2 of the analysis of Amplify's access logs", function () {
  this.timeout(120_000);
  let move: Move;
  const files: string[] = [];

  before(async () => {
    move = new Move();
    for (const date of DAYS) {
      const [year, month, day] = date.split("-");
      const folder = `cloudfront/loshadki.app/year=${year}/month=${month}/day=${day}`;
      for (const hour of [9, 10, 11, 12]) {
        const text = hourFile(date, hour);
        files.push(text);
        move.put("app.loshadki.logs", `${folder}/access_logs-${two(hour)}-${two(hour + 1)}.csv`, text);
      }
      move.put("app.loshadki.logs", `${folder}/access_logs-13-14.csv`, "");
    }
    const settings = (load(codeBlocks(DOCUMENT, "yaml")[0]!) as { config: Record<string, string> }).config;
    const changes = Object.fromEntries(Object.entries(settings).map(([key, value]) => [key.split(":")[1]!, value]));
    // The lake's own prefix is what the page's last command writes to.
    replaceDefinitions(move.lake, await localDeployment({ ...changes, rawPrefix: "raw" }));
  });
  after(() => move.remove());

  it("brings each row of its hourly files once, by the commands of the page, rows beside the hour among them", async () => {
    const before = requestsIn(files);
    expect(before).to.equal(DAYS.length * 4 * 3);
    for (const block of stepsBelow(DOCUMENT, "Bring the old data")) move.run(block);
    await move.convert(["loshadki"]);
    expect(await move.query(`SELECT count(*) AS n FROM ${TABLE}`)).to.deep.equal([{ n: before }]);
    const february = await move.query(codeBlocks(DOCUMENT, "sql")[0]!.replace("access_logs", TABLE));
    expect(february).to.deep.equal([{ requests: before / 2 }]);
  });

  it("has its four views by their names, of the days that they had", async () => {
    const counts: Record<string, unknown> = {};
    for (const period of PERIODS) {
      const [row] = await move.query(`SELECT count(*) AS n FROM default.${TABLE}_${period}`, TODAY);
      counts[period] = row!["n"];
    }
    // A month before 5 February is 5 January.
    expect(counts).to.deep.equal({ today: 12, yesterday: 12, week: 36, month: 36 });
  });

  it("answers its question about referrers word for word", async () => {
    const rows = await move.query(SOURCE_TOP_REFERRERS, TODAY);
    expect(rows.map((row) => Object.values(row))).to.deep.equal([
      ["https://news.example/", "/even", 8],
      ["https://news.example/", "/odd", 4],
    ]);
  });

  it("has its 33 columns in the raw table, which knows the day by year, month and day", async () => {
    const sql = `SELECT count(*) AS n FROM ${TABLE}_raw WHERE year = 2021 AND month = 2 AND day = 4 AND sc_content_type = 'text/html'`;
    expect(await move.query(sql)).to.deep.equal([{ n: 12 }]);
  });
});
