/** Hours that are too large for memory, made small: converted over the disk they are the same files as in memory. */
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { convertHour, type Conversion, type ConvertSettings } from "../../handlers/convert/convertHour";
import { CONVERT_LIMITS, type ConvertLimits } from "../../handlers/convert/limits";
import type { RejectedRow } from "../../src/model/coverage";
import type { IpPolicy } from "../../src/model/ipPolicy";
import { parquetKey, rawKey, rejectedKey } from "../../src/model/keys";
import { ROW_GROUP_ROWS, readParquet, type Cell } from "../../src/rows/parquetFile";
import { MAX_FIELD_BYTES, MAX_LISTED_REJECTIONS } from "../../src/rows/hourTable";
import { gzipFile, HOUR, logLine } from "../rows/logLines";
import { temporaryBucket } from "./folder";

const SHOP = { app: "shop", hourMs: HOUR };
const KEY = rawKey("raw", SHOP);
const ON_DISK: ConvertLimits = { ...CONVERT_LIMITS, rawGzipBytes: -1, binBytes: 900, binRows: 3 };

const two = (value: number): string => String(value).padStart(2, "0");

/** Few ids at few times: the same id comes with several times, and the same line again. */
const lineOf = fc
  .record({
    id: fc.constantFrom("-", "-", "a", "b", "c", "d\\=", "%64=", "e", "f"),
    minute: fc.nat(3),
    second: fc.nat(59),
    uri: fc.constantFrom("/", "/x", "/y", "/.env", "/%C3%A9"),
    broken: fc.nat(11),
  })
  .map(({ id, minute, second, uri, broken }) => {
    const time = `13:${two(minute)}:${two(second)}`;
    const line = logLine({ request_id: id, time, uri, request_ip: `203.0.113.${second}` });
    if (broken === 0) return line.slice(0, 40);
    if (broken === 1) return line.replace(",200,", ",2x0,");
    if (broken === 2) return line.replace("13:", "14:");
    if (broken === 3) return line.replace(":", "");
    return broken === 4 ? `${line}\r` : line;
  });
const step = fc.record({
  lines: fc.array(lineOf, { maxLength: 30 }),
  policy: fc.constantFrom<IpPolicy>("truncated", "truncated", "dropped"),
  onDisk: fc.boolean(),
});

describe("convertHour, on disk", () => {
  let buckets: ReturnType<typeof temporaryBucket>[];
  beforeEach(() => (buckets = [temporaryBucket(), temporaryBucket()]));
  afterEach(() => buckets.forEach((bucket) => bucket.remove()));

  const convert = (
    bucket: ReturnType<typeof temporaryBucket>,
    limits: ConvertLimits | undefined,
    nowMs: number,
    policy: IpPolicy = "truncated",
  ): Promise<Conversion> => {
    const settings: ConvertSettings = { rawPrefix: "raw", privacy: { policy } };
    const ports = { store: bucket.store, clock: { now: () => nowMs } };
    return convertHour(ports, limits === undefined ? settings : { ...settings, limits }, KEY);
  };
  const contentOf = async (
    { store }: ReturnType<typeof temporaryBucket>,
    key: string,
  ): Promise<Uint8Array | undefined> => (await store.get(key))?.body;
  const rejectedOf = async (bucket: ReturnType<typeof temporaryBucket>): Promise<RejectedRow[]> => {
    const body = await contentOf(bucket, rejectedKey(SHOP));
    const lines = body === undefined ? [] : gunzipSync(body).toString().trim().split("\n");
    return lines.map((line) => JSON.parse(line) as RejectedRow);
  };
  const tableOf = async (bucket: ReturnType<typeof temporaryBucket>): Promise<Record<string, Cell>[]> =>
    readParquet((await contentOf(bucket, parquetKey(SHOP)))!);

  it("makes the same bytes as in memory, of any raw objects in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const { store } of buckets) for (const { key } of await store.list("")) await store.delete(key);
        for (const [at, { lines, policy, onDisk }] of steps.entries()) {
          const raw = gzipFile(lines);
          for (const { store } of buckets) await store.put(KEY, raw);
          const [disk, memory] = [buckets[0]!, buckets[1]!];
          const found = await convert(disk, onDisk ? ON_DISK : undefined, HOUR + at, policy);
          expect(found).to.deep.equal(await convert(memory, undefined, HOUR + at, policy));
          expect(await rejectedOf(disk)).to.deep.equal(await rejectedOf(memory));
          for (const key of [parquetKey(SHOP), rejectedKey(SHOP)]) {
            const [left, right] = [await contentOf(disk, key), await contentOf(memory, key)];
            if (left !== undefined && key === parquetKey(SHOP))
              expect(await readParquet(left)).to.deep.equal(await readParquet(right!));
            expect(Buffer.compare(left ?? Buffer.of(), right ?? Buffer.of()), key).to.equal(0);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("knows a request whose time is another now, across slices, and keeps when it was first converted", async () => {
    const [bucket] = buckets as [ReturnType<typeof temporaryBucket>];
    const at = (time: string, id: string): string => logLine({ time, request_id: id });
    await bucket.store.put(KEY, gzipFile([at("13:00:00", "a"), at("13:10:00", "b")]));
    await convert(bucket, ON_DISK, HOUR);
    await bucket.store.put(KEY, gzipFile([at("13:50:00", "a"), at("13:55:00", "c")]));
    expect(await convert(bucket, ON_DISK, HOUR + 1)).to.include({ rows: 3, added: 1, kept: 1 });
    const rows = (await tableOf(bucket)).map((row) => [row["request_id"], row["time"], row["processed_timestamp"]]);
    expect(rows).to.deep.equal([
      ["b", "13:10:00", BigInt(HOUR)],
      ["a", "13:50:00", BigInt(HOUR)],
      ["c", "13:55:00", BigInt(HOUR + 1)],
    ]);
  });

  it("merges a file of several row groups with a raw object that lost rows", async () => {
    const [bucket] = buckets as [ReturnType<typeof temporaryBucket>];
    const rows = ROW_GROUP_ROWS + 5000;
    const timeOf = (row: number): string => {
      const second = Math.floor((row * 3600) / rows);
      return `13:${two(Math.floor(second / 60))}:${two(second % 60)}`;
    };
    const line = (row: number): string => logLine({ request_id: String(row).padStart(8, "0"), time: timeOf(row) });
    const all = Array.from({ length: rows }, (_, row) => row);
    const limits = { ...CONVERT_LIMITS, rawGzipBytes: -1, binBytes: 4e6, binRows: 20_000 };
    await bucket.store.put(KEY, gzipFile(all.filter((row) => row % 3 !== 0).map(line)));
    expect(await convert(bucket, limits, HOUR)).to.include({ outcome: "converted", kept: 0 });
    await bucket.store.put(KEY, gzipFile(all.filter((row) => row % 3 !== 1).map(line)));
    const kept = all.filter((row) => row % 3 === 1).length;
    expect(await convert(bucket, limits, HOUR + 1)).to.include({ rows, kept, added: rows - kept * 2 });
    expect(await convert(bucket, limits, HOUR + 2)).to.include({ outcome: "unchanged", rows });
    const ids = (await tableOf(bucket)).map((row) => Number(row["request_id"]));
    expect(ids).to.deep.equal(all);
  });

  it("puts an hour aside that is larger than any", async () => {
    const [bucket] = buckets as [ReturnType<typeof temporaryBucket>];
    await bucket.store.put(KEY, gzipFile([logLine(), "x".repeat(5000)]));
    const limits = { ...CONVERT_LIMITS, rawBytes: 1000, hourBytes: 4000 };
    expect(await convert(bucket, limits, HOUR)).to.include({ outcome: "quarantined", rejected: 1 });
    const [kept] = await bucket.store.list("quarantine/");
    expect((await contentOf(bucket, kept!.key))!).to.deep.equal(await contentOf(bucket, KEY));
    expect(await convert(bucket, { ...limits, hourBytes: 1e6 }, HOUR)).to.include({ outcome: "converted", rows: 1 });
  });

  for (const [way, limits] of [
    ["memory", undefined],
    ["disk", ON_DISK],
  ] as const) {
    it(`lists the first rejected lines and says how many more there are, in ${way}`, async () => {
      const [bucket] = buckets as [ReturnType<typeof temporaryBucket>];
      const bad = Array.from({ length: MAX_LISTED_REJECTIONS + 7 }, (_, row) =>
        logLine({ status: "2x0", time: `13:${two(59 - (row % 60))}:00` }),
      );
      await bucket.store.put(KEY, gzipFile([...bad, logLine({ request_id: "good" })]));
      const found = await convert(bucket, limits, HOUR);
      expect(found).to.include({ rows: 1, rejected: bad.length });
      const rows = await rejectedOf(bucket);
      expect(rows).to.have.length(MAX_LISTED_REJECTIONS + 1);
      expect(rows.slice(0, -1).map(({ line_number }) => line_number)).to.deep.equal(
        Array.from({ length: MAX_LISTED_REJECTIONS }, (_, row) => row + 2),
      );
      expect(rows.at(-1)).to.include({ line_number: 0, rule: "more", raw: "" });
      expect(rows.at(-1)!.reason).to.match(/^7 more lines were rejected/);
    });
  }

  it("takes a field up to its cap, and rejects a longer one with its name", async () => {
    const [bucket] = buckets as [ReturnType<typeof temporaryBucket>];
    const uriOf = (bytes: number): string => `/${"x".repeat(bytes - 1)}`;
    const [long, longer] = [uriOf(MAX_FIELD_BYTES), uriOf(MAX_FIELD_BYTES + 1)];
    await bucket.store.put(
      KEY,
      gzipFile([logLine({ request_id: "a", uri: long }), logLine({ request_id: "b", uri: longer })]),
    );
    expect(await convert(bucket, undefined, HOUR)).to.include({ rows: 1, rejected: 1 });
    expect((await tableOf(bucket))[0]!["uri"]).to.equal(long);
    expect((await rejectedOf(bucket))[0]).to.include({ rule: "size", line_number: 3 });
    expect((await rejectedOf(bucket))[0]!.reason).to.equal("uri is longer than 65536 bytes");
  });
});
