import { expect } from "chai";
import { fetchRun } from "../../handlers/fetch/handler";
import { fillGaps, type GapFinderSettings, type GapsResult } from "../../handlers/gaps/handler";
import { renderAppList, type ListedApp } from "../../src/model/appList";
import { parseCoverage, type CoverageRow } from "../../src/model/coverage";
import { coverageKey } from "../../src/model/keys";
import { DAY_MS, HOUR_MS } from "../../src/model/windows";
import type { BackfillRanges, BackfillRuns, LogSource, ObjectStore } from "../../src/ports";
import { toldTelemetry, type ToldTelemetry } from "../helpers/telemetry";
import { logFile, logLine } from "../rows/logLines";
import { temporaryBucket } from "./folder";

const SETTINGS: GapFinderSettings = {
  appsKey: "state/pipelines/logs.json",
  delayMinutes: 60,
  lookbackHours: 6,
  settlingHours: 48,
  gapDays: 14,
};
const NOW = Date.parse("2026-11-20T13:50:00Z");
const EVENT = { time: "2026-11-20T13:50:00Z" };

const listed = (name: string, enabled = true): ListedApp => ({
  name,
  appId: "d1a2b3c4d5e6f7",
  domains: [`${name}.example`],
  region: "eu-central-1",
  fetcherArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
  enabled,
});

/** Keeps what was started; `busy` says that the last run still goes on. */
class Runs implements BackfillRuns {
  readonly started: { name: string; input: BackfillRanges }[] = [];
  readonly asked: string[] = [];
  busy = false;
  async running(prefix: string): Promise<boolean> {
    this.asked.push(prefix);
    return this.busy;
  }
  async start(name: string, input: BackfillRanges): Promise<void> {
    this.started.push({ name, input });
  }
}

describe("fillGaps", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  let runs: Runs;
  let telemetry: ToldTelemetry;
  beforeEach(() => {
    bucket = temporaryBucket();
    runs = new Runs();
    telemetry = toldTelemetry();
  });
  afterEach(() => bucket.remove());

  const list = (...apps: ListedApp[]): Promise<unknown> =>
    bucket.store.put(SETTINGS.appsKey, Buffer.from(renderAppList({ apps, retiredApps: ["old"] })));
  const metrics = (): Record<string, number> => Object.fromEntries(telemetry.counts);
  const fill = (store: ObjectStore = bucket.store, nowMs = NOW, event = EVENT): Promise<GapsResult> => {
    telemetry.counts.length = 0;
    return fillGaps({ store, clock: { now: () => nowMs }, backfill: runs }, SETTINGS, event, telemetry);
  };

  /** Writes the coverage of an app as the fetcher does: all hours up to the newest closed one, but for some. */
  const cover = async (app: string, from: string, odd: Readonly<Record<string, Partial<CoverageRow> | null>> = {}) => {
    const days = new Map<number, string>();
    for (let ms = Date.parse(`2026-11-${from}:00:00Z`); ms < NOW - 110 * 60_000; ms += HOUR_MS) {
      const hour = new Date(ms).toISOString();
      const other = odd[hour.slice(8, 13)];
      if (other === null) continue;
      const last = new Date(ms + 2 * HOUR_MS).toISOString();
      const row = { hour, state: "fetched", rows: 10, attempts: 6, last_fetch: last, requests: null, ...other };
      const day = Math.floor(ms / DAY_MS) * DAY_MS;
      days.set(day, `${days.get(day) ?? ""}${JSON.stringify(row)}\n`);
    }
    for (const [day, text] of days) await bucket.store.put(coverageKey({ app, hourMs: day }), Buffer.from(text));
  };

  it("states that all is well, and starts nothing", async () => {
    await list(listed("shop"), listed("blog"));
    await cover("shop", "10T00");
    await cover("blog", "19T22");
    expect(await fill()).to.deep.equal({
      apps: 2,
      gaps: 0,
      unrecoverable: 0,
      freshnessHours: 110 / 60,
      ranges: 0,
      waiting: 0,
    });
    expect(metrics()).to.deep.equal({ Gaps: 0, UnrecoverableGaps: 0, FreshnessHours: 110 / 60 });
    expect([runs.started, runs.asked, telemetry.lines]).to.deep.equal([[], [], []]);
  });

  it("has the backfill ask for what is not proven, of all apps in one run", async () => {
    await list(listed("shop"), listed("blog"), listed("paused", false));
    await cover("shop", "10T00", { "15T03": null, "15T04": { state: "blank" }, "20T01": { state: "failed" } });
    await cover("blog", "19T22", { "20T02": { state: "no-url" } });
    await cover("paused", "10T00", { "15T03": null });
    expect(await fill()).to.include({ apps: 2, gaps: 2, ranges: 3, waiting: 0, started: "gaps-20261120T1350" });
    expect(runs.started).to.deep.equal([
      {
        name: "gaps-20261120T1350",
        input: {
          missing: true,
          tolerant: true,
          ranges: [
            { app: "shop", from: "2026-11-15T03:00:00.000Z", to: "2026-11-15T05:00:00.000Z" },
            { app: "blog", from: "2026-11-20T02:00:00.000Z", to: "2026-11-20T03:00:00.000Z" },
            { app: "shop", from: "2026-11-20T01:00:00.000Z", to: "2026-11-20T02:00:00.000Z" },
          ],
        },
      },
    ]);
    expect(metrics()).to.include({ Gaps: 2, UnrecoverableGaps: 0 });
    expect(telemetry.lines.map(({ event, app, gaps }) => [event, app, gaps])).to.deep.equal([
      ["gaps.found", "shop", 2],
      ["gaps.found", "blog", 0],
    ]);
  });

  it("starts nothing while its own run goes on, and asks when that is over", async () => {
    await list(listed("shop"));
    await cover("shop", "10T00", { "15T03": null });
    runs.busy = true;
    expect(await fill()).to.deep.include({ gaps: 1, ranges: 0, waiting: 1 });
    expect(runs.asked).to.deep.equal(["gaps-"]);
    expect(runs.started).to.deep.equal([]);
    expect(metrics()).to.include({ Gaps: 1 });
    runs.busy = false;
    expect(await fill()).to.include({ ranges: 1, waiting: 0 });
    expect(runs.started).to.have.length(1);
  });

  it("asks for a bounded number of ranges, and leaves the others for the next run", async () => {
    const apps = ["a", "b", "c"];
    await list(...apps.map((app) => listed(app)));
    // Every second hour of ten days: 123 ranges an app are due.
    const odd: Record<string, null> = {};
    for (let ms = Date.parse("2026-11-10T01:00:00Z"); ms < NOW; ms += 2 * HOUR_MS)
      odd[new Date(ms).toISOString().slice(8, 13)] = null;
    for (const app of apps) await cover(app, "10T00", odd);
    const result = await fill();
    expect(result).to.include({ ranges: 300, waiting: 3 * 123 - 300 });
    const input = JSON.stringify(runs.started[0]!.input);
    expect(Buffer.byteLength(input)).to.be.below(262_144 / 4);
    for (const app of apps)
      expect(runs.started[0]!.input.ranges.filter((range) => range.app === app)).to.have.length(100);
  });

  it("goes on past an app whose coverage somebody broke, and fails in the end", async () => {
    await list(listed("shop"), listed("blog"));
    await cover("shop", "10T00");
    await cover("blog", "10T00", { "15T03": null });
    const key = "coverage/app=shop/date=2026-11-17/hours.json";
    await bucket.store.put(key, Buffer.from("<html>\n"));
    const error = (await fill().catch((caught: unknown) => caught)) as Error;
    expect(error.message).to.match(/coverage of 1 app\(s\).*date=2026-11-17\/hours\.json: line 1 is not an hour/);
    expect(error.message).to.contain("Fix: delete the object");
    expect(runs.started.map(({ input }) => input.ranges.map(({ app }) => app))).to.deep.equal([["blog"]]);
    expect(metrics()).to.include({ Gaps: 1, UnrecoverableGaps: 0 });
    // What the message advises helps: the day's hours are gaps, and are asked for again.
    await bucket.store.delete(key);
    expect(await fill()).to.include({ gaps: 25, ranges: 2 });
  });

  it("takes an app that was never fetched for as old as the list that has it", async () => {
    await list(listed("shop"));
    const store: ObjectStore = {
      get: (key) => bucket.store.get(key),
      put: (key, body) => bucket.store.put(key, body),
      delete: (key) => bucket.store.delete(key),
      list: async (prefix) =>
        (await bucket.store.list(prefix)).map((each) => ({ ...each, modifiedMs: NOW - 9 * HOUR_MS })),
    };
    expect(await fill(store)).to.include({ gaps: 0, freshnessHours: 9 });
    expect(metrics()).to.include({ FreshnessHours: 9 });
  });

  it("states how much Amplify counted that no row shows, of the app that lacks most", async () => {
    await list(listed("shop"), listed("blog"), listed("tiny"));
    await cover("shop", "10T00", { "18T03": { requests: 200, rows: 190 }, "18T04": { requests: 200, rows: 200 } });
    await cover("blog", "10T00", { "18T03": { requests: 100, rows: 99 } });
    await cover("tiny", "10T00", { "18T03": { requests: 3, rows: 0 } });
    await fill();
    expect(metrics()).to.include({ MissingShare: 2.5 });
    expect(telemetry.lines.find(({ app }) => app === "shop")).to.include({ requests: 400, missing: 10 });
    expect(telemetry.lines.find(({ app }) => app === "tiny")).to.include({ requests: 3, missing: 3 });
  });

  for (const [title, time] of [
    ["no time", undefined],
    ["words", "now"],
  ] as const) {
    it(`refuses an event with ${title}`, async () => {
      await list(listed("shop"));
      const error = (await fill(bucket.store, NOW, { time: time as string }).catch(
        (caught: unknown) => caught,
      )) as Error;
      expect(error.message).to.match(/^event\.time: not a date or an ISO instant/);
    });
  }

  it("says what is missing where there is no list of apps", async () => {
    const error = (await fill().catch((caught: unknown) => caught)) as Error;
    expect(error.message).to.match(/^state\/pipelines\/logs\.json: there is no list of apps.*Fix: run pulumi up/);
  });

  /** Two weeks and three days, hour by hour: the fetcher's schedules, the gap finder, and its runs at once. */
  describe("over two weeks", () => {
    const START = Date.parse("2026-11-01T00:50:00Z");
    const LATE = Date.parse("2026-11-01T05:00:00Z");
    const NEVER = Date.parse("2026-11-01T09:00:00Z");
    /** Amplify gives nothing for `LATE` until the fifth, and never anything for `NEVER`. */
    const answersFrom = Date.parse("2026-11-05T00:00:00Z");
    const settings = { ...SETTINGS, lookbackHours: 2 };
    const asked: number[] = [];
    const states = new Map<number, Record<string, number>>();
    let world: ReturnType<typeof temporaryBucket>;

    before(async () => {
      world = temporaryBucket();
      const { store } = world;
      await store.put(SETTINGS.appsKey, Buffer.from(renderAppList({ apps: [listed("shop")], retiredApps: [] })));
      let now = START;
      const clock = { now: () => now };
      const source: LogSource = {
        open: async ({ range }) => {
          const covers = (ms: number): boolean => range.startMs <= ms && range.endMs > ms;
          if (covers(NEVER) && now > NEVER + 5 * HOUR_MS) asked.push(now);
          if (covers(NEVER) || (covers(LATE) && now < answersFrom)) return { kind: "blank" };
          const line = logLine({ time: "05:10:00", date: "2026-11-01", request_id: "late" });
          async function* body(): AsyncGenerator<Uint8Array> {
            yield Buffer.from(logFile([line]));
          }
          return { kind: "file", body: body() };
        },
      };
      // An hour a window, so that one blank hour leaves its neighbours alone.
      const fetcher = {
        ...settings,
        app: "shop",
        appId: "d1",
        domainName: "shop.example",
        rawPrefix: "raw",
        chunkDays: 1 / 24,
      };
      const backfill: BackfillRuns = {
        running: async () => false,
        start: async (_name, { ranges }) => {
          for (const { from, to } of ranges) await fetchRun({ source, store, clock }, fetcher, { from, to });
        },
      };
      for (; now < START + 17 * DAY_MS; now += HOUR_MS) {
        const time = new Date(now).toISOString();
        const told = toldTelemetry();
        await fetchRun({ source, store, clock }, fetcher, { time });
        await fillGaps({ store, clock, backfill }, settings, { time }, told);
        states.set(now, Object.fromEntries(told.counts));
      }
    });
    after(() => world.remove());

    const stateOf = async (hourMs: number): Promise<string | undefined> => {
      const key = coverageKey({ app: "shop", hourMs });
      return parseCoverage((await world.store.get(key))!.body, key).get(hourMs)?.state;
    };
    const on = (day: string): Record<string, number> => states.get(Date.parse(`2026-11-${day}:50:00Z`))!;

    it("asks again for a blank hour, ever more seldom, until it is there", async () => {
      expect(await stateOf(LATE)).to.equal("fetched");
      expect(on("04T12")).to.include({ Gaps: 2, UnrecoverableGaps: 0 });
      // Asked for within a day of the answer: it was four days old, and is asked for daily at least.
      expect(on("06T00")).to.include({ Gaps: 1, UnrecoverableGaps: 0 });
      const waits = asked.map((ms, i) => (ms - (asked[i - 1] ?? NEVER)) / HOUR_MS).slice(1);
      expect(asked.length).to.be.within(15, 30);
      expect(waits.at(-1)).to.equal(24);
      expect(waits[0]).to.be.below(4);
    });

    it("gives the other up after its two weeks, says so for a day, and asks no more", async () => {
      expect(await stateOf(NEVER)).to.equal("blank");
      expect(on("15T08")).to.include({ Gaps: 1, UnrecoverableGaps: 0 });
      expect(on("15T10")).to.include({ Gaps: 0, UnrecoverableGaps: 1 });
      expect(on("16T09")).to.include({ Gaps: 0, UnrecoverableGaps: 1 });
      expect(on("16T10")).to.include({ Gaps: 0, UnrecoverableGaps: 0 });
      expect(Math.max(...asked)).to.be.below(NEVER + 14 * DAY_MS + 2 * HOUR_MS);
    });

    it("is never behind meanwhile", () => {
      for (const { FreshnessHours } of states.values()) expect(FreshnessHours).to.be.below(3);
    });
  });
});
