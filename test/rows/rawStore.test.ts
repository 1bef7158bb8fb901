import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { ConflictError } from "../../src/errors";
import { DirectoryStore } from "../../src/local/directoryStore";
import type { ObjectStore, StoredObject, WriteCondition } from "../../src/ports";
import { RawHour } from "../../src/rows/rawHour";
import { mergeRawHour, type RawMerge } from "../../src/rows/rawStore";
import { HOUR, logFile, logLine } from "./logLines";

const hourOf = (...lines: string[]): RawHour => {
  const hour = new RawHour();
  for (const line of lines) hour.add(Buffer.from(line), 0, Buffer.byteLength(line));
  return hour;
};
const [a, b, c] = ["a", "b", "c"].map((id) => logLine({ request_id: id, uri: `/${id}` })) as [string, string, string];

/** Lets somebody else write just before the next conditional writes. */
class RacingStore implements ObjectStore {
  puts = 0;
  constructor(
    private readonly inner: ObjectStore,
    private readonly rivals: (() => Promise<unknown>)[] = [],
  ) {}
  get(key: string): Promise<{ etag: string; body: Uint8Array } | undefined> {
    return this.inner.get(key);
  }
  list(prefix: string): Promise<StoredObject[]> {
    return this.inner.list(prefix);
  }
  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    this.puts++;
    await this.rivals.shift()?.();
    return this.inner.put(key, body, condition);
  }
  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }
}

describe("mergeRawHour", () => {
  let folder: string;
  let inner: DirectoryStore;
  let store: RacingStore;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-raw-"));
    inner = new DirectoryStore(folder);
    store = new RacingStore(inner);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const merge = (hour: RawHour, into: ObjectStore = store): Promise<RawMerge> =>
    mergeRawHour(into, "raw", { app: "shop", hourMs: HOUR }, hour);
  const stored = async (): Promise<string> => {
    const object = await inner.get("raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz");
    return gunzipSync(object!.body).toString();
  };

  it("writes Amplify's header and lines", async () => {
    expect(await merge(hourOf(a, b))).to.include({ rows: 2, added: 2, lacking: 0, existed: false });
    expect(await stored()).to.equal(logFile([a, b]));
  });

  it("writes nothing when nothing is new", async () => {
    const first = await merge(hourOf(a, b));
    for (const again of [hourOf(a, b), hourOf(b, a), hourOf(b), hourOf(a, a)]) {
      expect(await merge(again)).to.include({
        rows: 2,
        added: 0,
        existed: true,
        sha256: first.sha256,
        bytes: first.bytes,
      });
    }
    expect(store.puts).to.equal(1);
  });

  it("never shrinks: a smaller answer adds what is new and takes nothing away", async () => {
    await merge(hourOf(a, b));
    expect(await merge(hourOf(c))).to.include({ rows: 3, added: 1, lacking: 2 });
    expect(await stored()).to.equal(logFile([a, b, c]));
    expect(await merge(new RawHour())).to.include({ rows: 3, added: 0, lacking: 3 });
  });

  it("keeps what an id says in two ways, and equal lines once", async () => {
    const other = logLine({ request_id: "a", uri: "/changed" });
    const [anonymous, late] = [logLine({ uri: "/x" }), logLine({ uri: "/y" })];
    await merge(hourOf(a, anonymous));
    expect(await merge(hourOf(other, anonymous, late))).to.include({ rows: 4, added: 2, lacking: 1 });
    expect(await stored()).to.equal(logFile([a, anonymous, other, late]));
    expect(await merge(hourOf(other, a, late))).to.include({ rows: 4, added: 0, lacking: 1 });
  });

  it("keeps the good line of an id that a broken one came before", async () => {
    const broken = a.replace(/,200,/, ",2x0,");
    await merge(hourOf(broken));
    await merge(hourOf(a));
    expect(await stored()).to.equal(logFile([broken, a]));
  });

  it("merges again when somebody else wrote in between", async () => {
    const racing = new RacingStore(inner, [() => merge(hourOf(b), inner), () => merge(hourOf(c), inner)]);
    expect(await merge(hourOf(a), racing)).to.include({ rows: 3, added: 1, existed: true });
    expect(await stored()).to.equal(logFile([b, c, a]));
  });

  it("tells the caller when the race is lost again and again", async () => {
    const rivals = ["1", "2", "3", "4", "5"].map((id) => () => merge(hourOf(logLine({ request_id: id })), inner));
    const error = await merge(hourOf(a), new RacingStore(inner, rivals)).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(ConflictError).with.property("retryable", true);
  });

  it("holds lines larger than its chunks", () => {
    const lines = ["1", "2", "3"].map((id) => logLine({ request_id: id, uri: `/${id.repeat(200_000)}` }));
    expect(Buffer.concat(hourOf(...lines).pieces()).toString()).to.equal(logFile(lines));
  });

  it("knows its own file however it is cut, and no other", async () => {
    const lines = Array.from({ length: 40 }, (_, row) =>
      logLine({ request_id: `r${row}`, uri: `/${"x".repeat(row * 999)}` }),
    );
    const hour = hourOf(...lines);
    const cut = async function* (text: string, bytes: number): AsyncGenerator<Buffer> {
      const content = Buffer.from(text);
      for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
    };
    const file = logFile(lines);
    expect(hour.pieces().length).to.be.greaterThan(3);
    for (const bytes of [7, 1000, 1 << 18, file.length]) {
      expect(await hour.isFile(cut(file, bytes)), `pieces of ${bytes}`).to.equal(true);
      const others = [file.slice(0, -1), `${file}x`, file.replace("/xxx", "/xxy"), logFile(lines.slice(1)), ""];
      for (const other of others) expect(await hour.isFile(cut(other, bytes)), `${other.length}`).to.equal(false);
    }
  });
});
