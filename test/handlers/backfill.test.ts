import { expect } from "chai";
import { fetchBackfill, type BackfillTurn } from "../../handlers/fetch/backfill";
import type { FetchSettings } from "../../handlers/fetch/handler";
import { WindowRefusedError } from "../../src/errors";
import type { BackfillWork } from "../../src/model/backfillProgress";
import type { CoverageRow } from "../../src/model/coverage";
import { DAY_MS, HOUR_MS } from "../../src/model/windows";
import type { LogAnswer, LogSource, TimeRange } from "../../src/ports";
import { toldTelemetry } from "../helpers/telemetry";
import { logFile, logLine } from "../rows/logLines";
import { temporaryBucket } from "./folder";

const SETTINGS: FetchSettings = {
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 6,
  settlingHours: 48,
  chunkDays: 14,
};
const NOW = Date.parse("2026-11-20T15:20:00Z");

const short = (ms: number): string => new Date(ms).toISOString().slice(5, 13).replace("T", " ");
const shown = ({ startMs, endMs }: TimeRange): string => `${short(startMs)} to ${short(endMs)}`;

/** A row in each hour's first second, served trimmed to what was asked for; `answer` may say otherwise. */
class HourlySource implements LogSource {
  readonly asked: string[] = [];
  constructor(private readonly answer: (range: TimeRange) => LogAnswer | Error | undefined = () => undefined) {}
  open({ range }: { range: TimeRange }): Promise<LogAnswer> {
    this.asked.push(shown(range));
    const answer = this.answer(range);
    if (answer instanceof Error) return Promise.reject(answer);
    if (answer !== undefined) return Promise.resolve(answer);
    const lines: string[] = [];
    for (let ms = Math.ceil(range.startMs / HOUR_MS) * HOUR_MS; ms < range.endMs; ms += HOUR_MS) {
      const iso = new Date(ms).toISOString();
      lines.push(logLine({ date: iso.slice(0, 10), time: iso.slice(11, 19), request_id: iso }));
    }
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(logFile(lines));
    }
    return Promise.resolve({ kind: "file", body: body() });
  }
}

describe("fetchBackfill", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(() => bucket.remove());

  const workOf = (ranges: readonly (readonly [string, string])[], more: Partial<BackfillWork> = {}): BackfillWork => ({
    ranges: ranges.map(([from, to]) => ({ from, to })),
    missing: false,
    atMostHours: 0,
    turns: 0,
    skipped: 0,
    ...more,
  });
  const turn = (
    source: LogSource,
    work: BackfillWork,
    { now = () => NOW, deadlineMs = Infinity, skip = false, settings = SETTINGS } = {},
  ): Promise<BackfillTurn> =>
    fetchBackfill(
      { source, store: bucket.store, clock: { now } },
      settings,
      { backfill: work, ...(skip ? { skip } : {}) },
      deadlineMs,
    );
  const states = async (day: string): Promise<string[]> => {
    const object = await bucket.store.get(`coverage/app=shop/date=${day}/hours.json`);
    return Buffer.from(object?.body ?? [])
      .toString()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as CoverageRow)
      .map(({ hour, state }) => `${hour.slice(11, 13)} ${state}`);
  };

  it("asks for windows of chunkDays at most, of each range, and says what came", async () => {
    const source = new HourlySource();
    const result = await turn(
      source,
      workOf([
        ["2026-10-01", "2026-10-31"],
        ["2026-11-02T03:00:00Z", "2026-11-02T05:00:00Z"],
      ]),
    );
    expect(source.asked).to.deep.equal([
      "10-01 00 to 10-15 00",
      "10-15 00 to 10-29 00",
      "10-29 00 to 10-31 00",
      "11-02 03 to 11-02 05",
    ]);
    expect(result).to.deep.equal({
      app: "shop",
      ranges: [],
      missing: false,
      atMostHours: 0,
      turns: 1,
      skipped: 0,
      tally: { hours: 722, proven: 0, rows: 722, added: 722, failedHours: 0, failed: [] },
    });
  });

  it("answers small, however long the range and however much fails", async () => {
    const bad = '\u0000"\\é'.repeat(400);
    const source = new HourlySource(({ startMs }) => new Error(`${short(startMs)} ${bad}`));
    const settings = { ...SETTINGS, chunkDays: 1 };
    const result = await turn(source, workOf([["2025-10-16", "2026-11-20"]]), { settings });
    expect(result.tally).to.include({ hours: 400 * 24, failedHours: 400 * 24 });
    // A hundred of them, and as much again of ranges, stay below 256 KiB.
    expect(Buffer.byteLength(JSON.stringify(result))).to.be.below(1500);
  });

  it("stops before its deadline, says where to go on, and goes on there", async () => {
    let now = NOW;
    const source = new HourlySource(() => void (now += 60_000));
    const settings = { ...SETTINGS, chunkDays: 1 };
    const options = { now: () => now, deadlineMs: NOW + 150_000, settings };
    const first = await turn(source, workOf([["2026-11-01", "2026-11-06"]]), options);
    expect(first).to.include({ nextFrom: "2026-11-04T00:00:00.000Z", turns: 1 });
    expect(first.ranges).to.deep.equal([{ from: "2026-11-04T00:00:00.000Z", to: "2026-11-06T00:00:00.000Z" }]);
    const second = await turn(source, first, { ...options, deadlineMs: Infinity });
    expect(second.nextFrom).to.equal(undefined);
    expect(second.tally).to.include({ hours: 120, rows: 120, added: 120 });
    expect(source.asked).to.have.length(5);
  });

  it("names hours that were not answered, and fetches the others", async () => {
    const source = new HourlySource(({ startMs }) => {
      if (startMs === Date.parse("2026-11-02")) return new Error("Amplify is out of order");
      if (startMs === Date.parse("2026-11-03")) return { kind: "no-url" };
      return undefined;
    });
    const settings = { ...SETTINGS, chunkDays: 1 };
    const { tally } = await turn(source, workOf([["2026-11-01", "2026-11-05"]]), { settings });
    expect(tally).to.deep.equal({
      hours: 96,
      proven: 0,
      rows: 48,
      added: 48,
      failedHours: 48,
      failed: [
        {
          from: "2026-11-02T00:00:00.000Z",
          to: "2026-11-03T00:00:00.000Z",
          why: "failed: Amplify is out of order",
        },
        { from: "2026-11-03T00:00:00.000Z", to: "2026-11-04T00:00:00.000Z", why: "no-url" },
      ],
    });
    expect((await states("2026-11-04"))[23]).to.equal("23 fetched");
  });

  it("leaves out what is proven when it asks for what is missing, and asks for the rest in as few windows", async () => {
    const broken = Date.parse("2026-11-02T05:00:00Z");
    const once = new HourlySource(({ startMs, endMs }) => {
      if (startMs > broken || endMs <= broken) return undefined;
      return endMs - startMs > HOUR_MS ? new WindowRefusedError("Too many records") : { kind: "blank" };
    });
    await turn(once, workOf([["2026-11-01", "2026-11-03"]]));
    const again = new HourlySource();
    const work = workOf([["2026-10-31T22:00:00Z", "2026-11-03"]], { missing: true });
    const { tally } = await turn(again, work);
    expect(again.asked).to.deep.equal(["10-31 22 to 11-01 00", "11-02 05 to 11-02 06"]);
    expect(tally).to.deep.include({ hours: 3, proven: 47, added: 3, failedHours: 0 });
    const nothing = new HourlySource();
    expect((await turn(nothing, work)).tally).to.deep.include({ hours: 0, proven: 50 });
    expect(nothing.asked).to.deep.equal([]);
  });

  it("counts each hour once when the deadline comes among what is missing", async () => {
    let now = NOW;
    const source = new HourlySource(() => void (now += 60_000));
    const known = new HourlySource();
    await turn(known, workOf([["2026-11-01T06:00:00Z", "2026-11-01T12:00:00Z"]]));
    const options = { now: () => now, deadlineMs: NOW + 30_000 };
    let work: BackfillWork = workOf([["2026-11-01", "2026-11-02"]], { missing: true });
    do work = await turn(source, work, { ...options, deadlineMs: now + 30_000 });
    while (work.nextFrom !== undefined);
    expect(work.tally).to.deep.include({ hours: 18, proven: 6, added: 18 });
    expect(work.turns).to.equal(2);
  });

  it("takes on so many hours as it may after a crash, then twice as many, then as many as there are", async () => {
    let work: BackfillWork = workOf([["2026-11-01", "2026-11-19"]], { atMostHours: 1 });
    const widths: number[] = [];
    while (work.ranges.length > 0) {
      const source = new HourlySource();
      const before = Date.parse(work.ranges[0]!.from);
      work = await turn(source, work);
      widths.push((Date.parse(work.nextFrom ?? "2026-11-19") - before) / HOUR_MS);
    }
    expect(widths).to.deep.equal([1, 2, 4, 8, 16, 32, 64, 128, 18 * 24 - 255]);
    expect(work.tally).to.include({ hours: 18 * 24, added: 18 * 24 });
  });

  it("puts an hour down as failed that it is told to give up, and goes on behind it", async () => {
    const work = workOf([["2026-11-01T05:00:00Z", "2026-11-01T08:00:00Z"]], { atMostHours: 1 });
    const source = new HourlySource();
    const result = await turn(source, work, { skip: true });
    expect(source.asked).to.deep.equal([]);
    expect(await states("2026-11-01")).to.deep.equal(["05 failed"]);
    expect(result).to.include({ nextFrom: "2026-11-01T06:00:00.000Z", skipped: 1, atMostHours: 0 });
    expect(result.tally?.failed[0]?.why).to.contain("ended without an answer");
  });

  it("takes nothing away from an hour that was proven before it was given up", async () => {
    await turn(new HourlySource(), workOf([["2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"]]));
    await turn(new HourlySource(), workOf([["2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"]]), { skip: true });
    expect(await states("2026-11-01")).to.deep.equal(["05 fetched"]);
  });

  it("refuses ranges that are none, before it asks for anything", async () => {
    const source = new HourlySource();
    const refused = await turn(source, workOf([["2026-11-03", "2026-11-01"]])).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused).to.contain("event.backfill.ranges[0].from: not a range");
    expect(source.asked).to.deep.equal([]);
  });

  it("counts what came for the pipeline's metrics", async () => {
    const { metrics, counts } = toldTelemetry();
    const ports = { source: new HourlySource(), store: bucket.store, clock: { now: () => NOW }, metrics };
    await fetchBackfill(ports, SETTINGS, { backfill: workOf([["2026-11-01", "2026-11-02"]]) });
    expect(counts).to.deep.include(["RowsFetched", 24]);
  });

  it("is the same whatever the deadlines: nothing twice, nothing left out", async () => {
    const settings = { ...SETTINGS, chunkDays: 2 };
    for (const everyMs of [30_000, 90_000, 170_000]) {
      bucket.remove();
      bucket = temporaryBucket();
      let now = NOW;
      const source = new HourlySource(() => void (now += 60_000));
      let work: BackfillWork = workOf([["2026-11-01", "2026-11-15"]]);
      do work = await turn(source, work, { now: () => now, deadlineMs: now + everyMs, settings });
      while (work.nextFrom !== undefined);
      expect(work.tally, String(everyMs)).to.include({ hours: (14 * DAY_MS) / HOUR_MS, added: 14 * 24, rows: 14 * 24 });
      expect(source.asked, String(everyMs)).to.have.length(7);
    }
  });
});
