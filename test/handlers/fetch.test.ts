import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { fetchHours, fetchRun, type FetchResult, type FetchSettings } from "../../handlers/fetch/handler";
import { fetchRange, type FetchEvent } from "../../handlers/fetch/range";
import { WindowRefusedError } from "../../src/errors";
import type { CoverageRow } from "../../src/model/coverage";
import { rawKey } from "../../src/model/keys";
import { HOUR_MS } from "../../src/model/windows";
import type { LogAnswer, LogSource, ObjectStore, TimeRange } from "../../src/ports";
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
  constructor(private readonly answer: (range: TimeRange, domainName: string) => LogAnswer | Error) {}
  async open({ range, domainName }: { range: TimeRange; domainName: string }): Promise<LogAnswer> {
    this.asked.push(`${clockText(range.startMs)}-${clockText(range.endMs)}`);
    const answer = this.answer(range, domainName);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

/** Serves windows up to a width, with all rows whatever was asked for. */
const upTo = (hours: number, rows: readonly string[] = []): ScriptedSource =>
  new ScriptedSource(({ startMs, endMs }) =>
    endMs - startMs > hours * HOUR_MS ? new WindowRefusedError("Too many records") : file(logFile(rows)),
  );

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

  it("proves nothing by a blank answer, where rows came with another window or before the hour was over", async () => {
    const halves = new ScriptedSource(({ startMs, endMs }) => {
      if (endMs - startMs > HOUR_MS / 2) return new WindowRefusedError("Too many records");
      return startMs < HOUR - HOUR_MS / 2 ? file(logFile([row("12:10:00")])) : { kind: "blank" };
    });
    await run(halves, { from: "2026-11-20T12:00:00Z", to: "2026-11-20T13:00:00Z" });
    expect(await states()).to.deep.equal(["12 blank 1"]);
    const part = { from: "2026-11-20T13:00:00Z", to: "2026-11-20T13:30:00Z" };
    await run(upTo(24, [row("13:10:00")]), part);
    await run(new ScriptedSource(() => ({ kind: "no-url" })));
    expect(await states()).to.deep.equal(["12 no-url 1", "13 no-url 1"]);
    await run(upTo(24, [row("12:10:00"), row("13:10:00")]));
    expect(await states()).to.deep.equal(["12 fetched 1", "13 fetched 1"]);
  });

  describe("of an app with further domains", () => {
    const settings = { ...SETTINGS, furtherDomains: ["main.d1a2b3c4d5e6f7.amplifyapp.com"] };

    it("asks each of them for each window, and keeps a row that both give once", async () => {
      const asked: string[] = [];
      const both = row("12:00:00", "both");
      const source = new ScriptedSource((_range, domainName) => {
        asked.push(domainName);
        return file(logFile([both, row("13:00:00", domainName)]));
      });
      const result = await run(source, TWO_HOURS, settings);
      expect(asked).to.deep.equal(["shop.example", "main.d1a2b3c4d5e6f7.amplifyapp.com"]);
      expect(result.added).to.equal(3);
      expect(await raw(HOUR - HOUR_MS)).to.deep.equal([both]);
      expect(await states()).to.deep.equal(["12 fetched 1", "13 fetched 2"]);
      expect((await coverage()).map(({ refusals }) => refusals)).to.deep.equal([0, 0]);
    });

    for (const [title, answer, state] of [
      ["blank", { kind: "blank" }, "blank"],
      ["an error", new Error("Domain not found"), "failed"],
      ["no URL", { kind: "no-url" }, "no-url"],
    ] as const) {
      it(`does not take an hour for proven while one answers ${title}`, async () => {
        const source = new ScriptedSource((_range, domainName) =>
          domainName === "shop.example" ? file(logFile([row("12:00:00")])) : answer,
        );
        await run(source, TWO_HOURS, settings).catch(() => undefined);
        expect(await states()).to.deep.equal([`12 ${state} 1`, `13 ${state} 0`]);
        expect(await raw(HOUR - HOUR_MS)).to.have.length(1);
        await run(upTo(24, [row("12:00:00")]), TWO_HOURS, settings);
        expect(await states()).to.deep.equal(["12 fetched 1", "13 quiet 0"]);
      });
    }

    it("halves a window for the domain that refuses it alone", async () => {
      const asked: string[] = [];
      const source = new ScriptedSource(({ startMs, endMs }, domainName) => {
        asked.push(`${domainName.slice(0, 4)} ${(endMs - startMs) / HOUR_MS}`);
        const refused = domainName === "shop.example" && endMs - startMs > HOUR_MS;
        return refused ? new WindowRefusedError("Too many records") : file(logFile([row("12:00:00")]));
      });
      await run(source, TWO_HOURS, settings);
      expect(asked).to.deep.equal(["shop 2", "shop 1", "shop 1", "main 2"]);
      expect((await coverage()).map(({ state, refusals }) => [state, refusals])).to.deep.equal([
        ["fetched", 1],
        ["quiet", 1],
      ]);
    });
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

  it("takes back an hour's proof when rows came that could not be stored", async () => {
    await run(upTo(24, []));
    expect(await states()).to.deep.equal(["12 quiet 0", "13 quiet 0"]);
    const store: ObjectStore = {
      get: (key, options) => bucket.store.get(key, options),
      list: (prefix) => bucket.store.list(prefix),
      delete: (key) => bucket.store.delete(key),
      put: (key, body, condition) =>
        key.startsWith("raw/") ? Promise.reject(new Error("SlowDown")) : bucket.store.put(key, body, condition),
    };
    await fetchHours(
      { source: upTo(24, [row("12:00:00")]), store, clock: { now: () => NOW } },
      SETTINGS,
      fetchRange(TWO_HOURS, SETTINGS),
    );
    expect(await states()).to.deep.equal(["12 failed 0", "13 quiet 0"]);
    await run(upTo(24, [row("12:00:00")]));
    expect(await states()).to.deep.equal(["12 fetched 1", "13 quiet 0"]);
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

  it("calls an hour provisional until all of it was asked for after it was over", async () => {
    const rows = ["14:29:59", "14:30:00", "15:10:00"].map((time) => row(time));
    const part = { from: "2026-11-20T14:30:00Z", to: "2026-11-20T15:20:00Z" };
    expect((await run(upTo(24, rows), part)).added).to.equal(2);
    expect(await states()).to.deep.equal(["14 provisional 1", "15 provisional 1"]);
    const whole = await run(upTo(24, rows), { from: "2026-11-20T14:00:00Z", to: "2026-11-20T16:00:00Z" });
    // The clock says 15:20: the second hour is not over.
    expect(await states()).to.deep.equal(["14 fetched 2", "15 provisional 1"]);
    expect(whole.hours.map(({ added, late }) => [added, late])).to.deep.equal([
      [1, 0],
      [0, 0],
    ]);
    expect((await coverage())[0]).to.include({ late_rows: 0 });
  });

  it("asks for wider windows again after a day of runs without a refusal", async () => {
    await run(upTo(2), DAY);
    for (let i = 0; i < 24; i++) await run(upTo(2), TWO_HOURS);
    const wider = upTo(24);
    await run(wider, DAY);
    expect(wider.asked).to.deep.equal(["00:00-04:00", "04:00-08:00"]);
  });

  it("stops before its deadline, keeps what it has and says where to go on", async () => {
    let now = NOW;
    const source = new ScriptedSource(() => {
      now += 60_000;
      return file(logFile([row("00:10:00"), row("01:10:00"), row("02:10:00")]));
    });
    const settings = { ...SETTINGS, chunkDays: 1 / 24 };
    const ports = { source, store: bucket.store, clock: { now: () => now } };
    const first = await fetchRun(ports, settings, DAY, NOW + 90_000);
    expect(first).to.deep.include({ added: 2, nextFrom: "2026-11-20T02:00:00.000Z" });
    const rest = await fetchRun(ports, settings, { from: first.nextFrom!, to: DAY.to! });
    expect(rest.nextFrom).to.equal(undefined);
    expect(rest.hours.map(({ hour }) => hour.slice(11, 13))).to.deep.equal(["02", "03", "04", "05", "06", "07"]);
    expect((await coverage()).map(({ attempts }) => attempts)).to.deep.equal([1, 1, 1, 1, 1, 1, 1, 1]);
    // A scheduled run that does not get through must not look as if it had.
    const late = fetchRun(ports, settings, { time: "2026-11-20T15:20:00Z" }, now + 1);
    expect(String(await late.catch((error: unknown) => error))).to.contain("the time was over");
  });

  it("asks for half as much after a window that the deadline cut off", async () => {
    let now = NOW;
    const source = new ScriptedSource(() => ({
      kind: "file",
      body: (async function* () {
        yield Buffer.from(`${logFile([row("00:10:00")])}`);
        now += 300_000;
        throw new Error("The operation was aborted due to timeout");
      })(),
    }));
    const ports = { source, store: bucket.store, clock: { now: () => now } };
    const result = await fetchRun(ports, SETTINGS, DAY, NOW + 270_000);
    expect(result).to.deep.include({ added: 1, nextFrom: "2026-11-20T00:00:00.000Z" });
    expect((await states())[0]).to.equal("00 failed 1");
    const again = upTo(24, [row("00:10:00")]);
    await run(again, { from: result.nextFrom!, to: DAY.to! });
    expect(again.asked).to.deep.equal(["00:00-04:00", "04:00-08:00"]);
    expect((await states())[0]).to.equal("00 fetched 1");
  });

  it("says of each hour which the store refused, and keeps the others", async () => {
    const store: ObjectStore = {
      get: (key, options) => bucket.store.get(key, options),
      list: (prefix) => bucket.store.list(prefix),
      delete: (key) => bucket.store.delete(key),
      put: (key, body, condition) =>
        key === rawKey("raw", { app: "shop", hourMs: HOUR - HOUR_MS })
          ? Promise.reject(new Error("SlowDown"))
          : bucket.store.put(key, body, condition),
    };
    const ports = { source: upTo(24, [row("12:00:00"), row("13:00:00")]), store, clock: { now: () => NOW } };
    const { failures, hours } = await fetchHours(ports, SETTINGS, fetchRange(TWO_HOURS, SETTINGS));
    expect(failures.map(({ message }) => message)).to.deep.equal(["SlowDown"]);
    expect(hours.map(({ state, rows }) => [state, rows])).to.deep.equal([
      ["failed", 0],
      ["fetched", 1],
    ]);
    expect(await states()).to.deep.equal(["12 failed 0", "13 fetched 1"]);
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
