import { expect } from "chai";
import { botName, classifyAgent } from "../../src/report/agents";
import { niceMaximum } from "../../src/report/charts";
import { coverageCalendar, countHours } from "../../src/report/coverageHours";
import { findStandouts } from "../../src/report/findings";
import {
  formatBytes,
  formatCount,
  formatRange,
  formatSeconds,
  formatShare,
  formatShort,
} from "../../src/report/format";
import { formatChange } from "../../src/report/sections/overview";
import { renderQuality } from "../../src/report/sections/quality";
import { nameSources, ownHostsOf, referringPages } from "../../src/report/sources";
import type { Bucket, CoverageHour, ReferrerRow, ReportData } from "../../src/report/types";

describe("report: figures", () => {
  const rows: readonly (readonly [string, string])[] = [
    [formatCount(1234567), "1\u202f234\u202f567"],
    [formatCount(999), "999"],
    [formatShort(1234), "1.2k"],
    [formatShort(40), "40"],
    [formatBytes(0), "0\u202fB"],
    [formatBytes(1_500_000), "1.50\u202fMB"],
    [formatBytes(999), "999\u202fB"],
    [formatShare(0), "0\u202f%"],
    [formatShare(0.0001), "<\u202f0.1\u202f%"],
    [formatShare(0.99999), ">\u202f99.9\u202f%"],
    [formatShare(1), "100\u202f%"],
    [formatShare(0.054), "5.4\u202f%"],
    [formatSeconds(0.0421), "42\u202fms"],
    [formatSeconds(1.5), "1.50\u202fs"],
    [formatSeconds(undefined), "\u2013"],
    [formatRange({ from: "2025-12-30", to: "2026-01-02" }), "30\u00a0Dec 2025 \u2013 2\u00a0Jan 2026"],
    [formatRange({ from: "2026-01-02", to: "2026-01-02" }), "2\u00a0Jan 2026"],
    [formatChange(120, 100), "+20\u202f%"],
    [formatChange(50, 100), "\u221250\u202f%"],
    [formatChange(100, 100), "unchanged"],
    [formatChange(1, 0), "new"],
    [formatChange(0.05, 0.021, true), "+2.9 points"],
  ];
  for (const [found, expected] of rows) it(`writes ${expected}`, () => expect(found).to.equal(expected));

  it("ends the axis of a chart at a round figure above the values", () => {
    expect([0, 3, 7, 216, 1000, 1201].map(niceMaximum)).to.deep.equal([4, 4, 8, 240, 1000, 1600]);
  });
});

describe("report: agents", () => {
  for (const [agent, browser, system, device] of [
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
      "Edge",
      "Windows",
      "Desktop",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML like Gecko) Version/18.1 Safari/605.1.15",
      "Safari",
      "macOS",
      "Desktop",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1",
      "Chrome",
      "iOS",
      "Mobile",
    ],
    [
      "Mozilla/5.0 (Linux; Android 14; SM-X700) AppleWebKit/537.36 (KHTML like Gecko) SamsungBrowser/27.0 Chrome/125.0 Safari/537.36",
      "Samsung Internet",
      "Android",
      "Tablet",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox", "Linux", "Desktop"],
    ["-", "Other", "Other", "Other"],
  ] as const) {
    it(`takes ${browser} on ${system} for what it is`, () =>
      expect(classifyAgent(agent)).to.deep.equal({ browser, system, device }));
  }

  it("names bots as they name themselves", () => {
    expect(botName("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")).to.equal(
      "Googlebot/2.1",
    );
    expect(botName("curl/8.5.0")).to.equal("curl/8.5.0");
    expect(botName("-")).to.equal("(no agent)");
  });
});

describe("report: sources", () => {
  const host = (name: string, pageViews: number): ReferrerRow => ({
    host: name,
    url: undefined,
    pageViews,
    visitors: 1,
  });
  const rows = [
    host("google.com", 3),
    host("google.co.uk", 2),
    host("notgoogle.com", 1),
    host("docs.example", 9),
    host("-", 4),
    { host: "blog.example", url: "https://blog.example/post", pageViews: 1, visitors: 1 },
    { host: "google.com", url: "https://google.com/", pageViews: 3, visitors: 1 },
  ];
  const own = ownHostsOf(["WWW.docs.example", null]);

  it("adds the hosts of one search engine and leaves the own hosts out", () => {
    expect(nameSources(rows, own).map(({ name, kind, pageViews }) => [name, kind, pageViews])).to.deep.equal([
      ["Google", "search", 5],
      ["Direct or unknown", "direct", 4],
      ["notgoogle.com", "site", 1],
    ]);
  });

  it("lists referring pages without search engines", () => {
    expect(referringPages(rows, own).map(({ url }) => url)).to.deep.equal(["https://blog.example/post"]);
  });
});

describe("report: findings", () => {
  const bucket = (hour: string, serverErrors: number): Bucket => ({
    day: "2026-11-20",
    hour,
    people: 5,
    bots: 0,
    clientErrors: 0,
    serverErrors,
  });
  const standouts = (buckets: readonly Bucket[]): string[] =>
    findStandouts({
      buckets,
      bucket: "hour",
      range: { from: "2026-11-20", to: "2026-11-20" },
      totals: { serverErrors: buckets.reduce((sum, { serverErrors }) => sum + serverErrors, 0), bots: 0, requests: 50 },
      peopleErrors: [],
    } as unknown as ReportData);

  it("name the worst hour of server errors where one stands out", () => {
    expect(standouts([bucket("03", 1), bucket("04", 7)])).to.include(
      "8 server errors (5xx); the worst hour was Fri\u00a020\u00a0Nov, 04:00 UTC, with 7.",
    );
    expect(standouts([bucket("03", 1), bucket("04", 1)])).to.include("2 server errors (5xx).");
    expect(standouts([bucket("03", 0)]).join()).to.not.contain("server error");
  });
});

describe("report: coverage", () => {
  const hour = (app: string, day: string, at: number, state: string): CoverageHour => ({
    app,
    day,
    hour: at,
    state,
    rows: 1,
    error: undefined,
    requests: undefined,
  });
  const calendar = (coverage: readonly CoverageHour[] | undefined, generatedAt = "2026-11-20T06:30:00Z") => ({
    coverage,
    generatedAt,
    range: { from: "2026-11-20", to: "2026-11-20" },
  });

  it("calls an hour missing that is over and without a trace, and open what is not due", () => {
    const day = coverageCalendar(
      calendar([hour("shop", "2026-11-20", 1, "fetched"), hour("shop", "2026-11-20", 3, "refused")]),
    )?.[0];
    expect(day?.hours.slice(0, 7).map(({ state }) => state)).to.deep.equal([
      "open",
      "fetched",
      "missing",
      "refused",
      "missing",
      "open",
      "open",
    ]);
  });

  it("takes a provisional hour for one that fills while it is young, and for incomplete when it is not", () => {
    const coverage = calendar([
      hour("shop", "2026-11-20", 3, "provisional"),
      hour("shop", "2026-11-20", 6, "provisional"),
    ]);
    expect(
      coverageCalendar(coverage)?.[0]
        ?.hours.map(({ state }) => state)
        .slice(2, 8),
    ).to.deep.equal(["open", "provisional", "missing", "open", "filling", "open"]);
    expect(countHours(coverage)).to.deep.equal({ complete: 0, incomplete: 2 });
    const page = renderQuality({ ...coverage, rejected: undefined } as unknown as ReportData).text;
    expect(page).to.contain("provisional: only a part of it was asked for").and.contain("filling: not over");
    expect(page).to.contain("<strong>0</strong> of 2");
  });

  it("takes an unknown state for a failure", () => {
    expect(countHours(calendar([hour("shop", "2026-11-20", 4, "brand-new")]))).to.deep.equal({
      complete: 0,
      incomplete: 1,
    });
  });

  it("is unknown without rows", () => {
    expect([coverageCalendar(calendar([])), countHours(calendar(undefined))]).to.deep.equal([undefined, undefined]);
  });

  it("draws no more than fits, however restless the hours are", () => {
    const states = ["fetched", "failed"];
    const coverage = Array.from({ length: 12 }, (_, app) =>
      Array.from({ length: 30 * 24 }, (_unused, at) =>
        hour(`app${app}`, `2026-11-${String(1 + Math.floor(at / 24)).padStart(2, "0")}`, at % 24, states[at % 2]!),
      ),
    ).flat();
    const data = {
      coverage,
      generatedAt: "2026-12-02T00:00:00Z",
      range: { from: "2026-11-01", to: "2026-11-30" },
      rejected: { rows: 0, reasons: [] },
    };
    const text = renderQuality(data as unknown as ReportData).text;
    expect(text.length).to.be.lessThan(250_000);
    expect(text).to.contain("11 more apps are not drawn");
  });
});
