/** What one run takes at most, with numbers small enough to be passed. */
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { fetchHours, type FetchOutcome, type FetchSettings } from "../../handlers/fetch/handler";
import type { FetchLimits } from "../../handlers/fetch/readWindow";
import { rawKey } from "../../src/model/keys";
import { HOUR_MS } from "../../src/model/windows";
import type { LogSource, TimeRange } from "../../src/ports";
import { HOUR, logFile, logLine } from "../rows/logLines";
import { temporaryBucket } from "./folder";

const settings = (limits: FetchLimits): FetchSettings => ({
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 6,
  settlingHours: 48,
  chunkDays: 14,
  limits,
});
const FOUR_HOURS: TimeRange = { startMs: HOUR, endMs: HOUR + 4 * HOUR_MS };

describe("fetchHours, its caps", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  let asked: number[];
  let taken: number;
  beforeEach(() => {
    bucket = temporaryBucket();
    asked = [];
    taken = 0;
  });
  afterEach(() => bucket.remove());

  /** Gives the rows of what is asked for, in pieces of some bytes. */
  const sourceOf = (content: (range: TimeRange) => string): LogSource => ({
    open: ({ range }) => {
      asked.push((range.endMs - range.startMs) / HOUR_MS);
      async function* body(): AsyncGenerator<Buffer> {
        const bytes = Buffer.from(content(range));
        for (let at = 0; at < bytes.length; at += 500) {
          taken += 500;
          yield await Promise.resolve(bytes.subarray(at, at + 500));
        }
      }
      return Promise.resolve({ kind: "file", body: body() });
    },
  });
  const rowsOf =
    (perHour: number) =>
    (range: TimeRange): string => {
      const lines: string[] = [];
      for (let ms = range.startMs; ms < range.endMs; ms += HOUR_MS / perHour) {
        const [date, time] = new Date(ms).toISOString().slice(0, 19).split("T") as [string, string];
        lines.push(logLine({ date, time, request_id: String(ms) }));
      }
      return logFile(lines);
    };
  const run = (source: LogSource, limits: FetchLimits, range = FOUR_HOURS): Promise<FetchOutcome> =>
    fetchHours({ source, store: bucket.store, clock: { now: () => HOUR + 9 * HOUR_MS } }, settings(limits), range);
  const stored = async (hourMs: number): Promise<string[]> => {
    const object = await bucket.store.get(rawKey("raw", { app: "shop", hourMs }));
    return object === undefined ? [] : gunzipSync(object.body).toString().trimEnd().split("\n").slice(1);
  };

  it("stores the same rows when none of them fits into memory", async () => {
    const { added, failures, hours } = await run(sourceOf(rowsOf(40)), { memoryBytes: 0 });
    expect([added, failures.length]).to.deep.equal([160, 0]);
    expect(hours.map(({ state, rows }) => `${state} ${rows}`)).to.deep.equal(new Array(4).fill("fetched 40"));
    const wanted = rowsOf(40)({ startMs: HOUR, endMs: HOUR + HOUR_MS })
      .trimEnd()
      .split("\n")
      .slice(1);
    expect((await stored(HOUR)).sort()).to.deep.equal(wanted.sort());
    expect((await run(sourceOf(rowsOf(40)), { memoryBytes: 0 })).added).to.equal(0);
  });

  it("asks for half of a window whose answer is too large", async () => {
    const answerBytes = rowsOf(10)({ startMs: HOUR, endMs: HOUR + HOUR_MS }).length;
    const { added, failures } = await run(sourceOf(rowsOf(10)), { answerBytes });
    expect([added, failures.length]).to.deep.equal([40, 0]);
    expect(asked).to.deep.equal([4, 2, 1, 1, 2, 1, 1]);
    // Remembered: the next run asks for hours at once.
    await run(sourceOf(rowsOf(10)), { answerBytes });
    expect(asked.slice(7)).to.deep.equal([1, 1, 1, 1]);
  });

  it("fails an hour whose answer is too large, and keeps what came of it", async () => {
    const one = { startMs: HOUR, endMs: HOUR + HOUR_MS };
    const { failures, hours } = await run(sourceOf(rowsOf(100)), { answerBytes: 5000 }, one);
    expect(failures.map(({ message }) => message).join()).to.contain("holds more than 5000 bytes");
    expect(hours.map(({ state }) => state)).to.deep.equal(["failed"]);
    expect(hours[0]!.rows).to.be.within(1, 99);
    expect(taken).to.be.at.most(5500);
  });

  it("keeps the beginning of an answer that is no access log, and reads no further", async () => {
    const source = sourceOf(() => `<html>\n${"x".repeat(100_000)}`);
    const { failures } = await run(source, { quarantineBytes: 2000 });
    expect(failures[0]!.message).to.contain("not an Amplify access log");
    const [kept] = await bucket.store.list("quarantine/");
    const content = gunzipSync((await bucket.store.get(kept!.key))!.body).toString();
    expect([content.slice(0, 7), content.length]).to.deep.equal(["<html>\n", 2000]);
    const [told] = await bucket.store.list("rejected/");
    expect(gunzipSync((await bucket.store.get(told!.key))!.body).toString()).to.contain("the first 2000 bytes");
    expect(taken).to.be.at.most(3000);
  });
});
