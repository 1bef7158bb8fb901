import { expect } from "chai";
import fc from "fast-check";
import type { CoverageRow, CoverageState } from "../../src/model/coverage";
import {
  askAgainMs,
  chooseRanges,
  completenessOf,
  findGaps,
  gapDaysOf,
  rangesOf,
  type AppGaps,
  type GapSettings,
} from "../../src/model/gaps";
import { DAY_MS, HOUR_MS } from "../../src/model/windows";

const SETTINGS: GapSettings = { delayMinutes: 60, lookbackHours: 6, settlingHours: 48, gapDays: 14 };
/** Of the hours that are over for an hour, the lookback's oldest is 06:00. */
const NOW = Date.parse("2026-11-20T13:50:00Z");
const at = (text: string): number => Date.parse(`2026-11-${text}:00:00Z`);
const hour = (ms: number): string => new Date(ms).toISOString().slice(8, 13);

const row = (hourMs: number, state: CoverageState, more: Partial<CoverageRow> = {}): CoverageRow => ({
  hour: new Date(hourMs).toISOString(),
  state,
  rows: 1,
  bytes: 0,
  sha256: null,
  attempts: 1,
  first_fetch: new Date(hourMs).toISOString(),
  last_fetch: new Date(hourMs + 2 * HOUR_MS).toISOString(),
  late_rows: 0,
  lacking_rows: 0,
  refusals: 0,
  error: null,
  requests: null,
  ...more,
});

/** All hours of a range proven but those that are given; null: never asked for. */
const known = (
  from: string,
  odd: Readonly<Record<string, CoverageState | CoverageRow | null>> = {},
): Map<number, CoverageRow> => {
  const rows = new Map<number, CoverageRow>();
  for (let ms = at(from); ms < NOW - 2 * HOUR_MS; ms += HOUR_MS) rows.set(ms, row(ms, "fetched"));
  for (const [text, state] of Object.entries(odd)) {
    if (state === null) rows.delete(at(text));
    else rows.set(at(text), typeof state === "string" ? row(at(text), state) : state);
  }
  return rows;
};
const gapsOf = (rows: Map<number, CoverageRow>, settings = SETTINGS, firstMs = Math.min(...rows.keys())): AppGaps =>
  findGaps({ rows, firstMs }, NOW, settings);
const due = (gaps: AppGaps): string[] => gaps.due.map(({ startMs, endMs }) => `${hour(startMs)}-${hour(endMs)}`);

describe("findGaps", () => {
  it("finds nothing where every hour is proven", () => {
    expect(gapsOf(known("15T03"))).to.deep.equal({
      due: [],
      open: 0,
      unrecoverable: [],
      // The newest proven hour is 11:00, which ended at 12:00.
      freshnessHours: 110 / 60,
    });
  });

  it("takes no hour before the app's first for a gap", () => {
    expect(due(gapsOf(known("19T20")))).to.deep.equal([]);
    expect(due(gapsOf(known("19T20", { "19T22": null })))).to.deep.equal(["19T22-19T23"]);
    expect(findGaps({ rows: new Map(), firstMs: undefined }, NOW, SETTINGS)).to.deep.equal({
      due: [],
      open: 0,
      unrecoverable: [],
      freshnessHours: undefined,
    });
  });

  for (const state of ["blank", "no-url", "refused", "failed", "provisional"] as const) {
    it(`asks again for an hour that is ${state}`, () => {
      const gaps = gapsOf(known("15T00", { "16T05": state, "19T05": state }));
      expect(due(gaps)).to.deep.equal(["16T05-16T06", "19T05-19T06"]);
      // The second is younger than the settling time: it may still come by itself.
      expect(gaps.open).to.equal(1);
    });
  }

  it("asks for neighbours at once, whatever they lack", () => {
    const gaps = gapsOf(known("15T00", { "16T05": "blank", "16T06": null, "16T07": "failed", "16T09": null }));
    expect(due(gaps)).to.deep.equal(["16T05-16T08", "16T09-16T10"]);
  });

  it("leaves to the fetcher what its own runs ask for", () => {
    const rows = known("20T00", { "20T05": "blank", "20T06": "blank", "20T11": "blank" });
    expect(due(gapsOf(rows))).to.deep.equal(["20T05-20T06"]);
    expect(due(gapsOf(rows, { ...SETTINGS, lookbackHours: 7 }))).to.deep.equal([]);
  });

  it("waits longer from time to time", () => {
    const asked = (text: string, hoursAgo: number): CoverageRow =>
      row(at(text), "blank", { last_fetch: new Date(NOW - hoursAgo * HOUR_MS).toISOString() });
    // Asked at the age of a day: not again before six hours.
    expect(due(gapsOf(known("12T00", { "19T07": asked("19T07", 5.9) })))).to.deep.equal([]);
    expect(due(gapsOf(known("12T00", { "19T06": asked("19T06", 6.2) })))).to.deep.equal(["19T06-19T07"]);
    // However old, once a day.
    expect(due(gapsOf(known("07T00", { "08T00": asked("08T00", 23.9) })))).to.deep.equal([]);
    expect(due(gapsOf(known("07T00", { "08T00": asked("08T00", 24) })))).to.deep.equal(["08T00-08T01"]);
    expect(due(gapsOf(known("07T00", { "08T00": row(at("08T00"), "blank", { last_fetch: "?" }) })))).to.deep.equal([
      "08T00-08T01",
    ]);
  });

  it("asks some twenty times for an hour that never comes", () => {
    let nowMs = at("01T01") + 8 * HOUR_MS;
    let asked = 0;
    for (let last = nowMs; nowMs < at("15T00"); nowMs += HOUR_MS) {
      if (nowMs < askAgainMs(at("01T00"), { last_fetch: new Date(last).toISOString() })) continue;
      last = nowMs;
      asked++;
    }
    expect(asked).to.be.within(15, 25);
  });

  it("gives up what is older than its reach, and says so for a day", () => {
    const rows = known("01T00", { "05T12": null, "05T13": null, "06T12": "blank", "06T13": "blank" });
    const gaps = gapsOf(rows, SETTINGS, at("01T00"));
    expect(gaps.unrecoverable.map(hour)).to.deep.equal(["05T13", "06T12"]);
    expect(due(gaps)).to.deep.equal(["06T13-06T14"]);
    expect(gaps.open).to.equal(1);
  });

  it("is as old as the newest proven hour, or as the first that was asked for", () => {
    const failed = new Map(
      [0, 1, 2, 3].map((i) => [at("20T06") + i * HOUR_MS, row(at("20T06") + i * HOUR_MS, "failed")]),
    );
    expect(gapsOf(failed).freshnessHours).to.equal(7 + 50 / 60);
    expect(findGaps({ rows: new Map(), firstMs: at("01T00") }, NOW, SETTINGS).freshnessHours).to.equal(
      15 * 24 + 50 / 60,
    );
  });

  it("asks for every hour that is not proven, of those within reach and due, and for no other", () => {
    const states = fc.constantFrom<CoverageState | null>("fetched", "quiet", "blank", "failed", "provisional", null);
    fc.assert(
      fc.property(fc.array(states, { minLength: 1, maxLength: 400 }), fc.integer({ min: 0, max: 400 }), (list, age) => {
        const firstMs = at("20T13") - (list.length + age) * HOUR_MS;
        const rows = new Map<number, CoverageRow>();
        list.forEach((state, i) => {
          const ms = firstMs + i * HOUR_MS;
          // Asked so long ago that each is due.
          if (state !== null) rows.set(ms, row(ms, state, { last_fetch: new Date(NOW - 2 * DAY_MS).toISOString() }));
        });
        const asked = new Set<number>();
        for (const { startMs, endMs } of findGaps({ rows, firstMs }, NOW, SETTINGS).due)
          for (let ms = startMs; ms < endMs; ms += HOUR_MS) asked.add(ms);
        for (let ms = firstMs; ms < NOW; ms += HOUR_MS) {
          const state = rows.get(ms)?.state;
          const within = ms >= at("06T13") && ms < at("20T06");
          expect(asked.has(ms), hour(ms)).to.equal(within && state !== "fetched" && state !== "quiet");
          asked.delete(ms);
        }
        expect(asked.size).to.equal(0);
      }),
    );
  });
});

describe("gapDaysOf", () => {
  it("are all days in reach, and the day that has left it", () => {
    const days = gapDaysOf(NOW, SETTINGS).map((ms) => new Date(ms).toISOString());
    expect([days[0], days.at(-1), days.length]).to.deep.equal([
      "2026-11-05T00:00:00.000Z",
      "2026-11-20T00:00:00.000Z",
      16,
    ]);
  });
});

describe("chooseRanges", () => {
  const ranges = (count: number): { startMs: number; endMs: number }[] =>
    rangesOf(Array.from({ length: count }, (_, i) => i * 2 * HOUR_MS));

  it("leaves room for every app", () => {
    const due = new Map([
      ["busy", ranges(50)],
      ["shop", ranges(2)],
      ["blog", ranges(1)],
    ]);
    expect(chooseRanges(due, 5).map(({ app, startMs }) => `${app} ${startMs / HOUR_MS}`)).to.deep.equal([
      "busy 0",
      "shop 0",
      "blog 0",
      "busy 2",
      "shop 2",
    ]);
    expect(chooseRanges(due, 1000)).to.have.length(53);
    expect(chooseRanges(new Map(), 5)).to.deep.equal([]);
  });
});

describe("completenessOf", () => {
  const counted = (text: string, requests: number | null, rows: number): [string, CoverageRow] => [
    text,
    row(at(text), "fetched", { requests, rows }),
  ];

  it("compares the day that settled last, and forgives an hour what the next one has", () => {
    const rows = known(
      "16T00",
      Object.fromEntries([
        counted("17T12", 1000, 0), // before that day
        counted("17T13", 100, 90),
        counted("17T14", 100, 105),
        counted("18T12", 300, 300),
        counted("18T13", 1000, 0), // may still come
        counted("18T11", null, 50), // not known
      ]),
    );
    expect(completenessOf(rows, NOW, SETTINGS)).to.deep.equal({ requests: 500, missing: 5 });
  });

  it("lacks nothing where there are more rows than requests, and says nothing where none was counted", () => {
    const rows = known("16T00", Object.fromEntries([counted("18T00", 10, 12)]));
    expect(completenessOf(rows, NOW, SETTINGS)).to.deep.equal({ requests: 10, missing: 0 });
    expect(completenessOf(known("16T00"), NOW, SETTINGS)).to.equal(undefined);
  });
});
