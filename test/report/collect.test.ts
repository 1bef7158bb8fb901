import { expect } from "chai";
import { InputError } from "../../src/errors";
import { collectReport, type CollectOptions } from "../../src/report/collect";
import { REPORT_QUERIES, reportQueries } from "../../src/report/queries";
import type { ReportData } from "../../src/report/types";
import { bot, openTestLake, pageView, TABLES, type TestLake, type Values } from "./lake";

const OPTIONS: CollectOptions = {
  database: "amplify_logs",
  table: "access_logs",
  generatedAt: "2026-11-20T15:00:00.000Z",
};
const DAY = { from: "2026-11-20", to: "2026-11-20" };

const ROWS: readonly Values[] = [
  pageView({ uri: "/" }),
  pageView({ uri: "/", time: "13:06:00", referrer: "https://www.google.de/search", time_taken: 0.3 }),
  pageView({ uri: "/", request_ip: "203.0.113.2", result_type: "Miss", referrer: "https://www.shop.example/a" }),
  pageView({ uri: "/about", status: 304, sc_content_type: "-", referrer: "https://shop.example/" }),
  pageView({ uri: "/logo.png", status: 304, sc_content_type: "-" }),
  pageView({ uri: "/app.js", sc_content_type: "text/javascript", bytes: 9000, result_type: "RefreshHit" }),
  pageView({ uri: "/gone", status: 404, referrer: "https://blog.example/post?utm=1", result_type: "Error" }),
  pageView({ uri: "/broken", status: 502, result_type: "Error", time: "14:00:00" }),
  pageView({ uri: "/post", referrer: "https://blog.example/post?utm=1", request_ip: "-", edge_country: null }),
  bot({ uri: "/", request_ip: "198.51.100.7" }),
  bot({ uri: "/wp-login.php", status: 404, bot_reason: "probe", result_type: "Error", request_ip: "198.51.100.7" }),
  pageView({ app: "docs", uri: "/", host_header: "docs.shop.example" }),
];

describe("report: collectReport on DuckDB", () => {
  let lake: TestLake;
  let data: ReportData;

  before(async () => {
    lake = await openTestLake();
    await lake.insert(TABLES.logs, ROWS);
    await lake.insert(TABLES.coverage, [
      { app: "shop", date: "2026-11-20", hour: "2026-11-20T13:00:00.000Z", state: "fetched", rows: 11 },
      {
        app: "shop",
        date: "2026-11-20",
        hour: "2026-11-20T14:00:00.000Z",
        state: "failed",
        rows: 0,
        error: "AccessDenied",
      },
    ]);
    await lake.insert(TABLES.rejected, [
      { app: "shop", date: "2026-11-20", line_number: 2, rule: "columns", reason: "32 fields" },
      { app: "shop", date: "2026-11-20", line_number: 3, rule: "columns", reason: "32 fields" },
      { app: "shop", date: "2026-11-20", line_number: 4, rule: "type", reason: "status is no number" },
    ]);
    data = await collectReport(lake.query, { ...OPTIONS, ...DAY });
  });
  after(() => lake.close());

  it("counts requests, people, pages, bytes, errors and cache hits", () => {
    expect(data.totals).to.deep.equal({
      requests: 12,
      bots: 2,
      visitors: 2,
      pageViews: 6,
      bytes: 20_000,
      clientErrors: 2,
      serverErrors: 1,
      peopleErrors: 2,
      cacheHits: 8,
    });
  });

  it("gives each app's own figures, most requests first", () => {
    expect(data.apps.map(({ app, current }) => [app, current.requests, current.pageViews])).to.deep.equal([
      ["shop", 11, 5],
      ["docs", 1, 1],
    ]);
  });

  it("counts people and bots by hour, over all apps", () => {
    expect(data.bucket).to.equal("hour");
    expect(data.buckets).to.deep.equal([
      { day: "2026-11-20", hour: "13", people: 9, bots: 2, clientErrors: 2, serverErrors: 0 },
      { day: "2026-11-20", hour: "14", people: 1, bots: 0, clientErrors: 0, serverErrors: 1 },
    ]);
    expect(data.days.map(({ day, requests, visitors }) => [day, requests, visitors])).to.deep.equal([
      ["2026-11-20", 12, 2],
    ]);
  });

  it("keeps files out of the pages and bots out of both", () => {
    expect(data.pages.map(({ app, uri, requests, visitors }) => [app, uri, requests, visitors])).to.deep.equal([
      ["shop", "/", 3, 2],
      ["docs", "/", 1, 1],
      ["shop", "/about", 1, 1],
      ["shop", "/post", 1, 0],
    ]);
    expect(data.assets.map(({ uri, bytes }) => [uri, bytes])).to.deep.equal([
      ["/app.js", 9000],
      ["/logo.png", 1000],
    ]);
  });

  it("leaves the site's own host out of the referrers, with and without www", () => {
    const hosts = data.referrers.filter(({ url }) => url === undefined).map(({ host, pageViews }) => [host, pageViews]);
    expect(hosts).to.deep.equal([
      ["-", 2],
      ["blog.example", 1],
      ["google.de", 1],
    ]);
    expect(data.referrers.map(({ url }) => url)).to.include("https://blog.example/post");
  });

  it("keeps errors of people and bots apart, with a page that led there", () => {
    expect(data.peopleErrors.map(({ status, uri, people, referrer }) => [status, uri, people, referrer])).to.deep.equal(
      [
        [404, "/gone", 1, "https://blog.example/post?utm=1"],
        [502, "/broken", 1, undefined],
      ],
    );
    expect(data.botErrors.map(({ uri, bots }) => [uri, bots])).to.deep.equal([["/wp-login.php", 1]]);
  });

  it("counts every dimension in one scan, unknown countries too", () => {
    const counts = (name: keyof ReportData["dimensions"]): unknown[] =>
      data.dimensions[name].map(({ value, requests, people }) => [value, requests, people]);
    expect(counts("status")).to.deep.equal([
      ["200", 7, 6],
      ["304", 2, 2],
      ["404", 2, 1],
      ["502", 1, 1],
    ]);
    expect(counts("edge_country")).to.deep.equal([
      ["DE", 11, 9],
      [null, 1, 1],
    ]);
    expect(counts("bot_reason")).to.deep.equal([
      [null, 10, 10],
      ["agent", 1, 0],
      ["probe", 1, 0],
    ]);
    expect(counts("host_header")).to.deep.equal([
      ["www.shop.example", 11, 9],
      ["docs.shop.example", 1, 1],
    ]);
  });

  it("gives percentiles by cache result, in seconds", () => {
    const overall = data.latency.find(({ resultType }) => resultType === undefined);
    expect(overall?.requests).to.equal(12);
    expect(overall?.total.p50).to.equal(0.1);
    expect(overall?.total.p99).to.be.within(0.1, 0.3);
    expect(data.latency.find(({ resultType }) => resultType === "Hit")?.requests).to.equal(7);
  });

  it("reads coverage and rejected rows", () => {
    expect(data.coverage?.map(({ hour, state, error }) => [hour, state, error])).to.deep.equal([
      [13, "fetched", undefined],
      [14, "failed", "AccessDenied"],
    ]);
    expect(data.rejected).to.deep.equal({
      rows: 3,
      reasons: [
        { app: "shop", rule: "columns", reason: "32 fields", rows: 2 },
        { app: "shop", rule: "type", reason: "status is no number", rows: 1 },
      ],
    });
  });

  it("takes a 304 for a page by its path: files, interfaces and what a framework loads are none", async () => {
    const own = await openTestLake();
    const cached = { status: 304, sc_content_type: "-" };
    const paths = ["/", "/guides/linen", "/guides/", "/old.html", "/apiary", "/next/image"];
    const files = [
      "/_next/image",
      "/_next/data/x/index",
      "/_nuxt/entry",
      "/_app/version",
      "/api/cart",
      "/docs/v1.2/logo.svg",
    ];
    await own.insert(
      TABLES.logs,
      [...paths, ...files].map((uri) => pageView({ ...cached, uri })),
    );
    await own.insert(TABLES.logs, [
      pageView({ ...cached, uri: "/prefetched", query_string: "_rsc=1ab2c" }),
      pageView({ ...cached, uri: "/found", query_string: "q=_rsc" }),
      pageView({ ...cached, uri: "/asked", method: "HEAD" }),
    ]);
    const { pages, assets, totals } = await collectReport(own.query, { ...OPTIONS, ...DAY });
    own.close();
    expect(pages.map(({ uri }) => uri)).to.have.members([...paths, "/found"]);
    expect(assets.map(({ uri }) => uri)).to.have.members([...files, "/prefetched", "/asked"]);
    expect(totals.pageViews).to.equal(7);
  });

  it("can be limited to some apps", async () => {
    const docs = await collectReport(lake.query, { ...OPTIONS, ...DAY, apps: ["docs"] });
    expect(docs.totals.requests).to.equal(1);
    expect(docs.pages.map(({ app }) => app)).to.deep.equal(["docs"]);
  });

  it("understands Athena's answers, where every value is text", async () => {
    const asText = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await lake.query(sql)).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === "object" ? value : String(value as string | number | bigint | boolean),
          ]),
        ),
      );
    expect(await collectReport(asText, { ...OPTIONS, ...DAY })).to.deep.equal(data);
  });

  it("does without coverage and rejected tables", async () => {
    const bare = await openTestLake({ without: [TABLES.coverage, TABLES.rejected] });
    await bare.insert(TABLES.logs, [pageView({})]);
    const without = await collectReport(bare.query, OPTIONS);
    bare.close();
    expect(without.totals.requests).to.equal(1);
    expect([without.coverage, without.rejected]).to.deep.equal([undefined, undefined]);
  });

  it("has only queries that filter on the partition key", () => {
    const scope = { ...OPTIONS, range: DAY, bucket: "hour" as const };
    for (const sql of Object.values(reportQueries(scope))) expect(sql).to.match(/WHERE t\."date" >= '2026-11-20' AND/);
    expect(Object.keys(reportQueries(scope))).to.deep.equal(Object.keys(REPORT_QUERIES));
  });
});

describe("report: the range", () => {
  const dated = (days: readonly string[]): Values[] => days.map((date) => pageView({ date }));
  const collect = async (days: readonly Values[], options: Partial<CollectOptions> = {}): Promise<ReportData> => {
    const lake = await openTestLake();
    await lake.insert(TABLES.logs, days);
    const data = await collectReport(lake.query, { ...OPTIONS, ...options });
    lake.close();
    return data;
  };
  const november = (first: number, last: number): string[] =>
    Array.from({ length: last - first + 1 }, (_, index) => `2026-11-${String(first + index).padStart(2, "0")}`);

  it("is by default the eight days that end with the newest row", async () => {
    const data = await collect(dated(november(1, 19)));
    expect(data.range).to.deep.equal({ from: "2026-11-12", to: "2026-11-19" });
    expect(data.totals.requests).to.equal(8);
  });

  it("begins with the first row where there are fewer days", async () => {
    expect((await collect(dated(["2026-11-17", "2026-11-19"]))).range).to.deep.equal({
      from: "2026-11-17",
      to: "2026-11-19",
    });
  });

  it("finds rows that are years old", async () => {
    expect((await collect(dated(["2024-02-29"]))).range).to.deep.equal({ from: "2024-02-29", to: "2024-02-29" });
  });

  it("includes both days that are named, and groups more than ten days by day", async () => {
    const data = await collect(dated(november(1, 20)), { from: "2026-11-02", to: "2026-11-14" });
    expect(data.totals.requests).to.equal(13);
    expect(data.bucket).to.equal("day");
    expect(data.buckets).to.have.length(13);
    expect(data.buckets[0]?.hour).to.equal(undefined);
  });

  it("compares with the period before, up to the same time of its last day", async () => {
    const rows = [...dated(november(5, 19)), pageView({ date: "2026-11-12", time: "13:05:01" })];
    rows.push(pageView({ date: "2026-11-20", time: "09:00:00" }), pageView({ date: "2026-11-12", time: "08:59:00" }));
    const data = await collect(rows);
    expect(data.range).to.deep.equal({ from: "2026-11-13", to: "2026-11-20" });
    expect(data.previousRange).to.include({ from: "2026-11-05", to: "2026-11-12", untilTime: "09:00:00" });
    expect([data.totals.requests, data.previous?.requests]).to.deep.equal([8, 8]);
  });

  it("compares with nothing where the period before has fewer days", async () => {
    const data = await collect(dated(november(6, 20)));
    expect([data.previousRange, data.previous]).to.deep.equal([undefined, undefined]);
  });

  for (const [options, message] of [
    [{ from: "2026-02-30" }, /from: .*2026-02-30/],
    [{ to: "20.11.2026" }, /to: not a date .*YYYY-MM-DD/],
    [{ from: "2026-11-20T13:00:00Z" }, /from: not a date/],
    [{ from: "2026-11-20", to: "2026-11-19" }, /from: the first day is after the last one, 2026-11-19/],
    [{ apps: ["shop", "x' OR 1=1"] }, /apps\[1\]: not the name of an app/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)} before any query runs`, async () => {
      const failure = await collectReport(() => Promise.reject(new Error("a query ran")), {
        ...OPTIONS,
        ...options,
      }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(InputError);
      expect((failure as Error).message).to.match(message);
    });
  }
});
