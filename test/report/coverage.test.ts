import { expect } from "chai";
import { countedIn, coverageCalendar, gapsIn, type CalendarDay } from "../../src/report/coverageHours";
import { renderCoverage } from "../../src/report/sections/coverage";
import type { CoverageHour, ReportData } from "../../src/report/types";

const GENERATED = "2026-11-21T12:30:00Z";

const hour = (day: string, at: number, state: string, more: Partial<CoverageHour> = {}): CoverageHour => ({
  app: "shop",
  day,
  hour: at,
  state,
  rows: 10,
  error: undefined,
  requests: undefined,
  ...more,
});

/** Two days of hours that are fetched, but for some; null: never asked for. */
const days = (odd: Readonly<Record<string, Partial<CoverageHour> | null>> = {}): CoverageHour[] =>
  ["2026-11-19", "2026-11-20"].flatMap((day) =>
    Array.from({ length: 24 }, (_, at) => odd[`${day.slice(8)}T${String(at).padStart(2, "0")}`]).flatMap((other, at) =>
      other === null ? [] : [hour(day, at, "fetched", other)],
    ),
  );

const dataOf = (coverage: readonly CoverageHour[]) => ({
  coverage,
  generatedAt: GENERATED,
  range: { from: "2026-11-19", to: "2026-11-20" },
});
const calendarOf = (coverage: readonly CoverageHour[]): CalendarDay[] => coverageCalendar(dataOf(coverage))!;
const page = (coverage: readonly CoverageHour[]): string =>
  renderCoverage(dataOf(coverage) as unknown as ReportData).text;
const shown = (coverage: readonly CoverageHour[]): string[] =>
  gapsIn(calendarOf(coverage)).map(
    ({ app, startMs, endMs, state }) =>
      `${app} ${new Date(startMs).toISOString().slice(8, 13)} ${(endMs - startMs) / 3_600_000} ${state}`,
  );

describe("report: gaps", () => {
  it("are hours that follow each other and lack the same, over midnight too", () => {
    const coverage = days({
      "19T05": { state: "blank", rows: 0 },
      "19T06": { state: "blank", rows: 0 },
      "19T07": { state: "failed", error: "down" },
      "19T08": { state: "failed", error: "other" },
      "19T23": null,
      "20T00": null,
      "20T05": { state: "provisional" },
    });
    expect(shown(coverage)).to.deep.equal([
      "shop 19T05 2 blank",
      "shop 19T07 1 failed",
      "shop 19T08 1 failed",
      "shop 19T23 2 missing",
      "shop 20T05 1 provisional",
    ]);
  });

  it("of one app do not go on in the next", () => {
    const blog = hour("2026-11-19", 0, "blank", { app: "blog" });
    const last = days({ "20T23": { state: "blank" } });
    expect(shown([...last, blog]).slice(0, 2)).to.deep.equal(["blog 19T00 1 blank", "blog 19T01 47 missing"]);
    expect(shown([...last, blog]).at(-1)).to.equal("shop 20T23 1 blank");
  });

  it("are listed newest first, at most a dozen, and told apart in words for those who do not see the drawing", () => {
    const odd = Object.fromEntries(
      Array.from({ length: 14 }, (_, i) => [`20T${String(i * 1).padStart(2, "0")}`, i % 2 === 0 ? null : {}]),
    );
    const text = page(days({ ...odd, "19T22": { state: "failed", error: "<img src=x onerror=alert(1)>" } }));
    expect(text).to.contain("Hours that are not complete, newest first");
    expect(text.indexOf("20\u00a0Nov\u00a012:00")).to.be.below(text.indexOf("20\u00a0Nov\u00a000:00"));
    expect(text.indexOf("20\u00a0Nov\u00a000:00")).to.be.above(0);
    expect(text).to.contain('<span class="hidden">00:00 to 01:00 missing: never asked for; 02:00 to 03:00 missing');
    expect(text).to.contain('<span class="hidden">22:00 to 23:00 failed</span>');
    expect(text).to.contain("&lt;img src=x").and.not.contain("<img");
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`20T${String(i * 2).padStart(2, "0")}`, null]),
    );
    expect(page(days({ ...many, "19T01": null }))).to.contain("And 1 older; ask fetch_coverage.");
  });

  it("are not spoken of where there are none", () => {
    expect(page(days())).to.not.contain("not complete").and.not.contain('class="hidden">0');
  });
});

describe("report: completeness", () => {
  it("counts what Amplify counted, day by day, and forgives an hour what the next one has", () => {
    const calendar = calendarOf(
      days({
        "19T05": { requests: 20, rows: 18 },
        "19T06": { requests: 20, rows: 21 },
        "20T05": { requests: 10, rows: 30 },
        "20T06": { requests: undefined, rows: 500 },
      }),
    );
    expect(countedIn(calendar)).to.deep.equal({ requests: 50, shown: 49 });
    expect(countedIn(calendar.slice(1))).to.deep.equal({ requests: 10, shown: 10 });
    expect(countedIn(calendarOf(days()))).to.equal(undefined);
  });

  it("says 100 % only of what lacks nothing, and nothing where nobody counted", () => {
    const text = page(days({ "19T05": { requests: 100_000, rows: 99_999 }, "20T05": { requests: 10, rows: 10 } }));
    expect(text).to.contain("Of requests").and.contain("99.9\u202f%").and.contain("100\u202f%");
    expect(text).to.match(/Rows show 99\.9\u202f% of the 100\u202f010 requests that Amplify\u2019s own metric counted/);
    expect(page(days())).to.not.contain("Of requests").and.not.contain("Rows show");
  });
});
