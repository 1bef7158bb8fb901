import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import {
  fetchRange,
  fetchRun,
  type FetchEvent,
  type FetchResult,
  type FetchSettings,
} from "../../handlers/fetch/handler";
import { WindowRefusedError } from "../../src/errors";
import type { CoverageRow } from "../../src/model/coverage";
import { rawKey } from "../../src/model/keys";
import { HOUR_MS } from "../../src/model/windows";
import type { LogAnswer, LogSource, TimeRange } from "../../src/ports";
import { HOUR, logFile, logLine } from "../rows/logLines";
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

const clockText = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
const row = (time: string, id = time): string => logLine({ time, request_id: id });
const file = (content: string): LogAnswer => ({
  kind: "file",
  body: (async function* () {
    yield Buffer.from(content);
  })(),
});

/** Answers as told, and remembers the windows that it was asked for. */
class ScriptedSource implements LogSource {
  readonly asked: string[] = [];
  constructor(private readonly answer: (range: TimeRange) => LogAnswer | Error) {}
  async open({ range }: { range: TimeRange }): Promise<LogAnswer> {
    this.asked.push(`${clockText(range.startMs)}-${clockText(range.endMs)}`);
    const answer = this.answer(range);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** Serves windows up to a width, with all rows whatever was asked for. */
const upTo = (hours: number, rows: readonly string[] = []): ScriptedSource =>
  new ScriptedSource(({ startMs, endMs }) =>
    endMs - startMs > hours * HOUR_MS ? new WindowRefusedError("Too many records") : file(logFile(rows)),
  );

describe("fetchRange", () => {
  const range = (event: FetchEvent): string => {
    const { startMs, endMs } = fetchRange(event, SETTINGS);
    return `${new Date(startMs).toISOString().slice(5, 16)} ${new Date(endMs).toISOString().slice(5, 16)}`;
  };
  const good: readonly [FetchEvent, string][] = [
    [{ time: "2026-11-20T14:20:00Z" }, "11-20T07:00 11-20T13:00"],
    [{ time: "2026-11-20T14:00:00Z" }, "11-20T07:00 11-20T13:00"],
    [{ time: "2026-11-20T13:59:59Z" }, "11-20T06:00 11-20T12:00"],
    [{ time: "2027-01-01T00:30:00Z" }, "12-31T17:00 12-31T23:00"],
    [{ time: "2026-11-20T14:20:00Z", mode: "settle" }, "11-18T13:00 11-20T13:00"],
    [{ from: "2026-11-01", to: "2026-11-02T03:00:00Z" }, "11-01T00:00 11-02T03:00"],
  ];
  for (const [event, wanted] of good)
    it(`${JSON.stringify(event)} is ${wanted}`, () => expect(range(event)).to.equal(wanted));

  const bad: readonly [string, object, string][] = [
    ["nothing", {}, "event.time"],
    ["a time that Scheduler did not fill in", { time: "<aws.scheduler.scheduled-time>" }, "event.time"],
    ["half a range", { from: "2026-11-01" }, "event.to"],
    ["an empty range", { from: "2026-11-01", to: "2026-11-01" }, "not a range of hours"],
    ["a range backwards", { from: "2026-11-02", to: "2026-11-01" }, "not a range of hours"],
    ["half hours", { from: "2026-11-01T00:30:00Z", to: "2026-11-02" }, "not a range of hours"],
    ["an unknown mode", { time: "2026-11-20T14:20:00Z", mode: "all" }, "event.mode"],
  ];
  for (const [title, event, message] of bad) it(`refuses ${title}`, () => expect(() => range(event)).to.throw(message));
});

describe("fetchRun", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(() => bucket.remove());

  const NOW = Date.parse("2026-11-20T15:20:00Z");
  const TWO_HOURS: FetchEvent = { from: "2026-11-20T12:00:00Z", to: "2026-11-20T14:00:00Z" };
  const DAY: FetchEvent = { from: "2026-11-20", to: "2026-11-20T08:00:00Z" };
  const run = (source: LogSource, event = TWO_HOURS, settings = SETTINGS): Promise<FetchResult> =>
    fetchRun({ source, store: bucket.store, clock: { now: () => NOW } }, settings, event);
  const failure = async (source: LogSource, event = TWO_HOURS, settings = SETTINGS): Promise<Error> =>
    (await run(source, event, settings).then(
      () => expect.fail("it did not fail"),
      (error: unknown) => error,
    )) as Error;
  const raw = async (hourMs: number): Promise<string[]> => {
    const object = await bucket.store.get(rawKey("raw", { app: "shop", hourMs }));
    return object === undefined ? [] : gunzipSync(object.body).toString().trimEnd().split("\n").slice(1);
  };
  const coverage = async (): Promise<CoverageRow[]> => {
    const object = await bucket.store.get("coverage/app=shop/date=2026-11-20/hours.json");
    const lines = Buffer.from(object!.body).toString().trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as CoverageRow);
  };
  const states = async (): Promise<string[]> =>
    (await coverage()).map(({ hour, state, rows }) => `${hour.slice(11, 13)} ${state} ${rows}`);

  it("asks for the window at once, trims what is too much and writes each hour", async () => {
    const rows = ["11:59:59", "12:00:00", "12:59:59", "13:00:00", "14:00:00"].map((time) => row(time));
    const source = upTo(24, rows);
    const result = await run(source);
    expect(source.asked).to.deep.equal(["12:00-14:00"]);
    expect(await raw(HOUR - HOUR_MS)).to.deep.equal(rows.slice(1, 3));
    expect(await raw(HOUR)).to.deep.equal([rows[3]]);
    expect(await bucket.store.list("raw/")).to.have.length(2);
    expect(result).to.include({ app: "shop", added: 3 });
    expect(result.hours.map(({ state, rows: count, written }) => [state, count, written?.slice(-9)])).to.deep.equal([
      ["fetched", 2, "13.csv.gz"],
      ["fetched", 1, "14.csv.gz"],
    ]);
  });

  it("halves a refused window, and asks narrow on the next run", async () => {
    const source = upTo(2, [row("00:10:00"), row("07:59:59")]);
    await run(source, DAY);
    expect(source.asked).to.deep.equal([
      "00:00-08:00",
      "00:00-04:00",
      "00:00-02:00",
      "02:00-04:00",
      "04:00-08:00",
      "04:00-06:00",
      "06:00-08:00",
    ]);
    expect((await coverage()).every(({ refusals }) => refusals === 1)).to.equal(true);
    const again = upTo(2);
    await run(again, DAY);
    expect(again.asked).to.deep.equal(["00:00-02:00", "02:00-04:00", "04:00-06:00", "06:00-08:00"]);
  });

  it("goes below an hour for an hour that holds too much", async () => {
    const source = upTo(0.5, [row("12:29:59"), row("12:30:00")]);
    await run(source, { from: "2026-11-20T12:00:00Z", to: "2026-11-20T13:00:00Z" });
    expect(source.asked).to.deep.equal(["12:00-13:00", "12:00-12:30", "12:30-13:00"]);
    expect(await raw(HOUR - HOUR_MS)).to.deep.equal([row("12:29:59"), row("12:30:00")]);
    expect(await states()).to.deep.equal(["12 fetched 2"]);
  });

  it("gives up on a minute that is refused, and says so", async () => {
    const source = upTo(0);
    const error = await failure(source, { from: "2026-11-20T12:00:00Z", to: "2026-11-20T13:00:00Z" });
    expect(error.message).to.match(/^\d+ window\(s\) of shop failed: Too many records/);
    expect(await states()).to.deep.equal(["12 refused 0"]);
  });

  it("does not halve on any other error", async () => {
    const source = new ScriptedSource(() => new Error("AccessDenied: not authorized"));
    expect((await failure(source)).message).to.equal("1 window(s) of shop failed: AccessDenied: not authorized.");
    expect(source.asked).to.have.length(1);
    expect((await coverage())[0]).to.include({
      state: "failed",
      error: "AccessDenied: not authorized",
      attempts: 1,
      rows: 0,
      sha256: null,
    });
  });

  const empty: readonly [string, () => LogAnswer, string][] = [
    ["no URL", () => ({ kind: "no-url" }), "no-url"],
    ["no bytes", () => ({ kind: "blank" }), "blank"],
    ["a file of no bytes", () => file(""), "blank"],
    ["a byte order mark alone", () => file("\ufeff"), "blank"],
    ["a header without rows", () => file(logFile([])), "quiet"],
  ];
  for (const [title, answer, state] of empty) {
    it(`takes ${title} for ${state}`, async () => {
      await run(new ScriptedSource(answer));
      expect(await states()).to.deep.equal([`12 ${state} 0`, `13 ${state} 0`]);
      expect(await bucket.store.list("raw/")).to.deep.equal([]);
    });
    it(`lets ${title} take nothing away`, async () => {
      await run(upTo(24, [row("12:00:00"), row("13:00:00")]));
      const before = await bucket.store.list("raw/");
      await run(new ScriptedSource(answer));
      expect(await states()).to.deep.equal(["12 fetched 1", "13 fetched 1"]);
      expect(await bucket.store.list("raw/")).to.deep.equal(before);
      expect((await coverage())[0]).to.include({ attempts: 2 });
    });
  }

  it("counts late rows and what a smaller answer lacks, and never shrinks", async () => {
    await run(upTo(24, [row("12:00:00"), row("12:00:01")]));
    const result = await run(upTo(24, [row("12:00:01"), row("12:00:02")]));
    expect(result.hours[0]).to.include({ rows: 3, added: 1, late: 1 });
    expect((await coverage())[0]).to.include({ rows: 3, late_rows: 1, lacking_rows: 1, attempts: 2, state: "fetched" });
    await run(upTo(24, []));
    expect((await coverage())[0]).to.include({ rows: 3, late_rows: 1, lacking_rows: 3, attempts: 3, state: "fetched" });
    expect(await raw(HOUR - HOUR_MS)).to.have.length(3);
  });

  it("goes on after a window that fails, and fails in the end", async () => {
    const settings = { ...SETTINGS, chunkDays: 1 / 24 };
    const source = new ScriptedSource(({ startMs }) =>
      startMs < HOUR ? new Error("socket hang up") : file(logFile([row("13:00:00")])),
    );
    expect((await failure(source, TWO_HOURS, settings)).message).to.contain(
      "1 window(s) of shop failed: socket hang up",
    );
    expect(await states()).to.deep.equal(["12 failed 0", "13 fetched 1"]);
  });

  it("keeps the rows of an answer that broke off, and does not call its hours fetched", async () => {
    const source = new ScriptedSource(() => ({
      kind: "file",
      body: (async function* () {
        yield Buffer.from(`${logFile([row("12:00:00")])}${row("12:00:01").slice(0, 50)}`);
        throw new Error("ended after 1 of 2 bytes");
      })(),
    }));
    expect((await failure(source)).message).to.contain("ended after");
    expect(await raw(HOUR - HOUR_MS)).to.deep.equal([row("12:00:00")]);
    expect(await states()).to.deep.equal(["12 failed 1", "13 failed 0"]);
  });

  it("keeps a proven hour proven when a later run fails", async () => {
    await run(upTo(24, [row("12:00:00")]));
    await failure(new ScriptedSource(() => new Error("down")));
    expect(await states()).to.deep.equal(["12 fetched 1", "13 quiet 0"]);
  });

  for (const [title, content] of [
    ["HTML", "<html>\n<body>sorry</body>\n"],
    ["a new column", logFile([row("12:00:00")]).replace("date,", "date,asn,")],
  ] as const) {
    it(`puts an answer aside whole that is ${title}`, async () => {
      const error = await failure(new ScriptedSource(() => file(content)));
      expect(error.message).to.match(
        /not an Amplify access log.*kept at quarantine\/app=shop\/date=2026-11-20\/[0-9a-f]{16}\.csv\.gz/,
      );
      const [kept] = await bucket.store.list("quarantine/");
      expect(gunzipSync((await bucket.store.get(kept!.key))!.body).toString()).to.equal(content);
      expect(await states()).to.deep.equal(["12 failed 0", "13 failed 0"]);
    });
  }
});
