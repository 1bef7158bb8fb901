import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import { openLake } from "../../../src/local/duckdbLake";
import { declareApps } from "../../../src/local/localCatalog";
import { DAY_MS, isoDate } from "../../../src/model/windows";
import { QUERIES, renderNamedQuery } from "../../../src/model/queries";
import { PERIODS, type Period } from "../../../src/model/catalog";
import { SOURCE_TOP_REFERRERS, SOURCE_VIEWS } from "../../helpers/sourceStatements";
import { fillDays, putParquet, putRaw, temporaryLake, type Fields } from "./fixture";

const back = (today: string, days: number): string => isoDate(Date.parse(today) - days * DAY_MS);

/** What each view must hold: the first day, by the calendar and not by the engine. */
const CASES: readonly { today: string; why: string; monthFrom: string }[] = [
  { today: "2026-01-01", why: "1 January", monthFrom: "2025-12-01" },
  { today: "2024-03-01", why: "1 March of a leap year", monthFrom: "2024-02-01" },
  { today: "2026-11-01", why: "1 November", monthFrom: "2026-10-01" },
  { today: "2026-03-31", why: "a day that the month before lacks", monthFrom: "2026-02-28" },
];

describe("the views, their SQL as it is deployed", () => {
  let lake: string;
  let remove: () => void;
  beforeEach(() => ({ lake, remove } = temporaryLake()));
  afterEach(() => remove());

  for (const { today, why, monthFrom } of CASES) {
    it(`are right on ${why} (${today}), and so are the source's on the raw table`, async () => {
      const days = [0, 1, 6, 7, 8, 27, 28, 30, 31, 32, 33].map((count) => back(today, count));
      await fillDays(lake, "shop", days);
      await fillDays(lake, "blog", [today]);
      const since = (first: string): string[] => days.filter((day) => day >= first).sort();
      const expected: Record<Period, string[]> = {
        today: [today],
        yesterday: [back(today, 1)],
        week: since(back(today, 7)),
        month: since(monthFrom),
      };
      const session = await openLake(lake, { today });
      for (const period of PERIODS) {
        const own = await session.query(
          `SELECT uri, CAST("date" AS varchar) AS d, year, month, day FROM shop_${period} ORDER BY 1`,
        );
        expect(
          own.rows.map(({ d }) => d),
          period,
        ).to.deep.equal(expected[period]);
        for (const { uri, d, year, month, day } of own.rows as { d: string; [column: string]: unknown }[]) {
          expect(uri).to.equal(`/${d}`);
          expect([year, month, day]).to.deep.equal(d.split("-").map(Number));
        }
        const all = await session.query(`SELECT count(*) AS n FROM access_logs_${period}`);
        expect(all.rows, period).to.deep.equal([{ n: expected[period].length + (period === "yesterday" ? 0 : 1) }]);
        await session.query(
          SOURCE_VIEWS[period].replace("default.loshadki_access_logs", "amplify_logs.access_logs_raw"),
        );
        const source = await session.query(
          `SELECT uri FROM loshadki_access_logs_${period} WHERE app = 'shop' ORDER BY 1`,
        );
        expect(source.rows, `source's ${period}`).to.deep.equal(own.rows.map(({ uri }) => ({ uri })));
      }
      session.close();
    });
  }

  it("mean UTC in every zone", async () => {
    await fillDays(lake, "shop", ["2024-02-29", "2024-03-01", "2024-03-02"]);
    const script = `require(${JSON.stringify(path.join(__dirname, "../../../src/local/duckdbLake.js"))})
      .openLake(process.argv[1], process.argv[2] === "" ? {} : { today: process.argv[2] }).then(async (session) => {
        const { rows } = await session.query("SELECT (SELECT min(uri) FROM shop_today) AS today, (SELECT min(uri) FROM shop_yesterday) AS yesterday, CAST(TIMESTAMP '2024-03-01 00:30:00' AS varchar) AS t, (SELECT max(\\"timestamp\\") FROM logs) AS m, current_date AS d");
        console.log(JSON.stringify(rows)); session.close(); });`;
    const run = (TZ: string, today: string): unknown =>
      JSON.parse(
        execFileSync(process.execPath, ["-e", script, lake, today], { env: { ...process.env, TZ }, encoding: "utf8" }),
      );
    const expected = {
      today: "/2024-03-01",
      yesterday: "/2024-02-29",
      t: "2024-03-01 00:30:00",
      m: "2024-03-02 13:00:00.000",
      d: "2024-03-01",
    };
    for (const zone of ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"]) {
      expect(run(zone, "2024-03-01"), zone).to.deep.equal([expected]);
    }
    // Without a fake, the zones that are now on other dates agree on UTC's; asked twice where midnight may pass.
    const [before, kiritimati, pago, after] = [
      isoDate(Date.now()),
      run("Pacific/Kiritimati", ""),
      run("Pacific/Pago_Pago", ""),
      isoDate(Date.now()),
    ];
    for (const rows of [kiritimati, pago]) expect([before, after]).to.include((rows as { d: string }[])[0]!.d);
  });

  it("give the source's top referrers, on raw and on ours, with an agent - among them", async () => {
    declareApps(lake, ["shop"]);
    const rows: Fields[] = [
      { user_agent: "-" },
      { user_agent: "-" },
      { referrer: "-" },
      { referrer: "https://shop.example/inside" },
      { user_agent: "Googlebot/2.1" },
      { user_agent: "baiduspider" },
      { status: "404" },
      { method: "HEAD" },
      { sc_content_type: "image/png" },
      { uri: "/other", user_agent: "-" },
    ];
    putRaw(lake, "shop", "2024-02-29", rows);
    await putParquet(lake, "shop", "2024-02-29", rows);
    const session = await openLake(lake, { today: "2024-03-01" });
    await session.query(SOURCE_VIEWS.yesterday.replace("default.loshadki_access_logs", "amplify_logs.access_logs_raw"));
    const onRaw = await session.query(SOURCE_TOP_REFERRERS.replace("default.", ""));
    const onOurs = await session.query(
      SOURCE_TOP_REFERRERS.replace("default.loshadki_access_logs_yesterday", "amplify_logs.access_logs_yesterday"),
    );
    session.close();
    expect(onRaw.rows.map((row) => Object.values(row))).to.deep.equal([
      ["https://news.example/", "/", 2],
      ["https://news.example/", "/other", 1],
    ]);
    expect(onOurs.rows).to.deep.equal(onRaw.rows);
  });

  it("answer the first system's query on date_export", async () => {
    await fillDays(lake, "shop", ["2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01"]);
    const session = await openLake(lake);
    const { rows } = await session.query(
      `SELECT * FROM "amplify_logs"."logs" WHERE date_export >= '2024-01-01' AND date_export <= '2024-01-31'`,
    );
    session.close();
    expect(rows.map(({ uri, date_export: day, date }) => [uri, day, date]).sort()).to.deep.equal([
      ["/2024-01-01", "2024-01-01", "2024-01-01"],
      ["/2024-01-31", "2024-01-31", "2024-01-31"],
    ]);
  });

  it("take every named query, without rows and with some", async () => {
    declareApps(lake, ["shop"]);
    for (const filled of [false, true]) {
      if (filled) await fillDays(lake, "shop", ["2024-02-29"]);
      const session = await openLake(lake, { today: "2024-03-01" });
      for (const query of QUERIES) {
        const { columns } = await session.query(
          renderNamedQuery(query, { database: "amplify_logs", table: "access_logs" }),
        );
        expect(columns, query.name).to.not.be.empty;
      }
      session.close();
    }
  });
});
