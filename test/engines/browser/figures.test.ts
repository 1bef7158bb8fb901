import { expect } from "chai";
import type { Chromium } from "../tools/chromium";
import { readTable, readTiles } from "./inPage";
import { openBrowser, openPage, theReports } from "./open";
import { ask, type Report } from "./reports";

/** A figure as the page writes it, with thin spaces between thousands. */
const figure = (text: string): number => Number(text.replace(/[\u202f\u00a0%]/g, ""));
const percent = (part: number, whole: number): string => {
  const value = (100 * part) / whole;
  return `${value.toFixed(value < 10 && value > 0 ? 1 : 0)}\u202f%`;
};

interface Count {
  readonly date: string;
  readonly hour: string;
  readonly app: string;
  readonly status: number;
  readonly bot: boolean;
  readonly requests: number;
  readonly bytes: number;
}

const sum = (rows: readonly Count[], of: (row: Count) => number = ({ requests }) => requests): number =>
  rows.reduce((total, row) => total + of(row), 0);
const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** The rows of the eight days that end with the newest, counted by the command line's SQL. */
const countRows = async ({ lake }: Report): Promise<Count[]> => {
  const rows = await ask(
    lake,
    `SELECT "date", substr("time", 1, 2) AS "hour", "app", "status", "is_bot", count(*) AS "requests", sum("bytes") AS "bytes"
     FROM access_logs
     WHERE "date" > (SELECT CAST(CAST(max(CAST("date" AS date)) - INTERVAL '8' DAY AS date) AS varchar) FROM access_logs)
     GROUP BY 1, 2, 3, 4, 5`,
  );
  return rows.map((row) => ({
    date: String(row["date"]),
    hour: String(row["hour"]),
    app: String(row["app"]),
    status: Number(row["status"]),
    bot: String(row["is_bot"]) === "true",
    requests: Number(row["requests"]),
    bytes: Number(row["bytes"]),
  }));
};

describe("the report's figures", function () {
  this.timeout(180_000);
  let chromium: Chromium;
  let demo: Report;
  let oneApp: Report;
  let counts: Count[];

  before(async function () {
    chromium = await openBrowser(this);
    ({ demo, oneApp } = await theReports());
    counts = await countRows(demo);
    expect(counts.length).to.be.greaterThan(500);
  });

  const read = async <T>(
    report: Report,
    body: (page: Awaited<ReturnType<typeof openPage>>["page"]) => Promise<T>,
  ): Promise<T> => {
    const opened = await openPage(chromium, report.url);
    try {
      return await body(opened.page);
    } finally {
      await opened.close();
    }
  };

  it("are those of SQL on the same lake: requests, people, bots, errors", async () => {
    const tiles = await read(demo, (page) => page.evaluate(readTiles));
    const all = sum(counts);
    const bots = counts.filter(({ bot }) => bot);
    const failed = counts.filter(({ status }) => status >= 400);
    expect(figure(tiles["Requests"]!.value)).to.equal(all);
    expect(tiles["Requests"]!.note.replace(/\u202f/g, "")).to.equal(`${all - sum(bots)} by people`);
    expect(tiles["Bots"]!.note.replace(/\u202f/g, "")).to.equal(`${sum(bots)} requests`);
    expect(tiles["Bots"]!.value).to.equal(percent(sum(bots), all));
    expect(tiles["Error share"]!.value).to.equal(percent(sum(failed), all));
    const [, digits = "", , decimals = "", unit = ""] =
      /^(\d+(\.(\d+))?)\s([kMGT]?B)$/.exec(tiles["Data sent"]!.value) ?? [];
    const unitBytes = 1000 ** ["B", "kB", "MB", "GB", "TB"].indexOf(unit);
    // As rounded as it is shown.
    expect(Number(digits) * unitBytes).to.be.closeTo(
      sum(counts, ({ bytes }) => bytes),
      (0.51 * unitBytes) / 10 ** decimals.length,
    );
  });

  it("are those of SQL for each app", async () => {
    const rows = await read(demo, (page) => page.evaluate(readTable, "Figures by app"));
    const apps = distinct(counts.map(({ app }) => app));
    expect(rows.map(([app]) => app))
      .to.have.members(apps)
      .and.to.have.length(3);
    for (const [app, requests, , , , errors] of rows) {
      const own = counts.filter((row) => row.app === app);
      expect(figure(requests!), app).to.equal(sum(own));
      expect(errors, app).to.equal(percent(sum(own.filter(({ status }) => status >= 400)), sum(own)));
    }
  });

  it("are those of SQL for each status, people and bots apart", async () => {
    const rows = await read(demo, (page) => page.evaluate(readTable, "Requests by status"));
    expect(rows.length).to.equal(distinct(counts.map(({ status }) => status)).length);
    for (const [status, people, bots] of rows) {
      const own = counts.filter((row) => row.status === Number(status!.slice(0, 3)));
      const byBots = sum(own.filter(({ bot }) => bot));
      expect([figure(people!), figure(bots!)], status).to.deep.equal([sum(own) - byBots, byBots]);
    }
  });

  it("are those of SQL for each hour of the chart", async () => {
    const rows = await read(demo, (page) => page.evaluate(readTable, "Requests of people and bots by hour"));
    const hours = new Map(distinct(counts.map(({ date, hour }) => `${date} ${hour}`)).map((hour) => [hour, 0]));
    for (const { date, hour, requests } of counts)
      hours.set(`${date} ${hour}`, hours.get(`${date} ${hour}`)! + requests);
    const drawn = rows.map(([, people, bots]) => figure(people!) + figure(bots!));
    expect(drawn.filter((requests) => requests > 0)).to.deep.equal(
      [...hours].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, requests]) => requests),
    );
  });

  it("are those of SQL for each service", async () => {
    const levels = await ask(
      demo.lake,
      `SELECT service, count(*) AS lines, count(*) FILTER (WHERE level LIKE 'WARN%') AS warnings, count(*) FILTER (WHERE level = 'ERROR') AS errors
       FROM log_analytics_db.processed_logs
       WHERE year || '-' || month || '-' || day > (SELECT CAST(CAST(max(CAST("date" AS date)) - INTERVAL '8' DAY AS date) AS varchar) FROM access_logs)
       GROUP BY service`,
    );
    const rows = await read(demo, (page) => page.evaluate(readTable, "Lines by service and level"));
    expect(
      rows.map(([service, lines, , warnings, errors]) => [
        service,
        ...[lines, warnings, errors].map((text) => figure(text!)),
      ]),
    )
      .to.have.deep.members(levels.map(({ service, lines, warnings, errors }) => [service, lines, warnings, errors]))
      .and.to.have.length(3);
  });

  it("are those that were put in", async () => {
    const tiles = await read(oneApp, (page) => page.evaluate(readTiles));
    // Three days of 24 requests, two of each day answered with an error, from one network of the documentation's range.
    expect(["Requests", "Page views", "Visitors"].map((label) => figure(tiles[label]!.value))).to.deep.equal([
      72, 66, 1,
    ]);
    expect(tiles["Error share"]).to.deep.equal({
      value: percent(6, 72),
      note: `people ${percent(6, 72)}; 5xx ${percent(3, 72)}`,
    });
  });
});
