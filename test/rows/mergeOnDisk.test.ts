/** Hours that are too large for memory, made small: every limit is set so low that the way over the disk is taken. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import type { ObjectStore } from "../../src/ports";
import { RawHour } from "../../src/rows/rawHour";
import { RawHours } from "../../src/rows/rawHours";
import { mergeRawHour, type RawMerge } from "../../src/rows/rawStore";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";
import { CSV_HEADER } from "../../src/model/columns";
import { temporaryBucket, WatchedStore } from "../handlers/folder";
import { HOUR, logLine } from "./logLines";

const KEY = "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz";
const ON_DISK = { gzipBytes: -1, bytes: 0, sliceBytes: 1500 };

const spillsOf = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`amplify-logs-spill-${process.pid}-`));

const lineOf = fc
  .record({
    id: fc.constantFrom("-", "", "a", "b", "c", "d"),
    minute: fc.nat(2),
    second: fc.nat(59),
    uri: fc.constantFrom("/", "/x", "/é", `/${"y".repeat(700)}`),
    broken: fc.nat(9),
  })
  .map(({ id, minute, second, uri, broken }) => {
    const line = logLine({ request_id: id, time: `13:0${minute}:${String(second).padStart(2, "0")}`, uri });
    if (broken === 0) return line.slice(0, 15);
    if (broken === 1) return line.replace("13:", "1x:");
    return broken === 2 ? `\u{feff}${line}` : line;
  });
const answers = fc.array(fc.array(lineOf, { maxLength: 40 }), { minLength: 1, maxLength: 4 });

describe("mergeRawHour, on disk", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  let folder: TemporaryFolder;
  beforeEach(() => {
    bucket = temporaryBucket();
    folder = new TemporaryFolder();
  });
  afterEach(() => {
    bucket.remove();
    folder.remove();
    expect(spillsOf()).to.deep.equal([]);
  });

  /** As an answer comes in: line by line, out of memory as soon as there is one. */
  const spilled = (lines: readonly string[]): RawHour => {
    const hours = new RawHours(folder, 0);
    const hour = new RawHour();
    hours.set(HOUR, hour);
    for (const line of lines) {
      hour.add(Buffer.from(line), 0, Buffer.byteLength(line));
      hours.limitMemory();
    }
    return hour;
  };
  const merge = (lines: readonly string[], store: ObjectStore = bucket.store): Promise<RawMerge> =>
    mergeRawHour(store, "raw", { app: "shop", hourMs: HOUR }, spilled(lines), ON_DISK);
  const stored = async (): Promise<string[]> =>
    gunzipSync((await bucket.store.get(KEY))!.body)
      .toString()
      .trimEnd()
      .split("\n");

  it("keeps each line that ever came exactly once, and counts as sets do", async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (parts) => {
        await bucket.store.delete(KEY);
        const known = new Set<string>();
        for (const lines of parts) {
          const given = new Set(lines);
          const added = [...given].filter((line) => !known.has(line)).length;
          const lacking = [...known].filter((line) => !given.has(line)).length;
          for (const line of given) known.add(line);
          const found = await merge(lines);
          expect(found).to.include({ rows: known.size, added, lacking });
          const [header, ...rest] = await stored();
          expect(header).to.equal(CSV_HEADER);
          expect(rest.sort()).to.deep.equal([...known].sort());
          const content = gunzipSync((await bucket.store.get(KEY))!.body);
          expect(found.sha256).to.equal(createHash("sha256").update(content).digest("hex"));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("writes nothing when nothing is new, in the same order or in another", async () => {
    const lines = Array.from({ length: 90 }, (_, row) =>
      logLine({ request_id: `r${row}`, time: `13:${String(row % 60).padStart(2, "0")}:07` }),
    );
    const watched = new WatchedStore(bucket.store);
    const first = await merge(lines, watched);
    const inOrder = (await stored()).slice(1);
    for (const again of [lines, [...lines].reverse(), inOrder, inOrder.slice(3)])
      expect(await merge(again, watched)).to.include({ rows: 90, added: 0, bytes: first.bytes, sha256: first.sha256 });
    expect(watched.written).to.deep.equal([KEY]);
  });

  it("merges again when somebody else wrote in between", async () => {
    const [a, b] = ["a", "b"].map((id) => logLine({ request_id: id })) as [string, string];
    let rival = true;
    const store = new WatchedStore(bucket.store, async () => {
      if (rival) await ((rival = false), merge([b]));
    });
    expect(await merge([a], store)).to.include({ rows: 2, added: 1, existed: true });
    expect((await stored()).slice(1)).to.have.members([a, b]);
  });

  it("fails on a stored object that is cut short, and leaves it", async () => {
    await merge(Array.from({ length: 50 }, (_, row) => logLine({ request_id: `r${row}` })));
    const whole = (await bucket.store.get(KEY))!.body;
    await bucket.store.put(KEY, whole.subarray(0, whole.length - 12));
    const error = await merge([logLine({ request_id: "new" })]).catch((caught: unknown) => caught);
    expect(String(error)).to.match(/unexpected end of file/);
    expect((await bucket.store.get(KEY))!.body).to.have.length(whole.length - 12);
  });

  it("merges a small answer with a stored hour that is too large once unpacked", async () => {
    const lines = ["a", "b", "c"].map((id) => logLine({ request_id: id }));
    await merge(lines.slice(0, 2));
    const hour = new RawHour();
    for (const line of lines.slice(1)) hour.add(Buffer.from(line), 0, Buffer.byteLength(line));
    const limits = { gzipBytes: 1e6, bytes: 100, sliceBytes: 1e6 };
    const merged = await mergeRawHour(bucket.store, "raw", { app: "shop", hourMs: HOUR }, hour, limits);
    expect(merged).to.include({ rows: 3, added: 1, lacking: 1 });
    expect((await stored()).slice(1)).to.have.members(lines);
  });
});
