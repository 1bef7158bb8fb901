import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { READ_LIMITS } from "../../../src/rows/cloudFrontObject";
import { ConflictError } from "../../../src/errors";
import { WatchedStore } from "../folder";
import { amplifyLine, jsonLog, parquetLog, request, tsv, type Request } from "../../rows/cloudFrontFiles";
import { ID, keyOf, Scene } from "./readers";

const HOUR = "raw/app=docs/year=2020/month=07/day=16/access_logs-10-11.csv.gz";
const NEXT = "raw/app=docs/year=2020/month=07/day=16/access_logs-11-12.csv.gz";
const many = (count: number, of: (at: number) => Request): Request[] =>
  Array.from({ length: count }, (_, at) => request(of(at)));
const numbered = (at: number): Request => ({
  "x-edge-request-id": `id${at}==`,
  time: `1${at % 2}:${String(Math.floor(at / 2) % 60).padStart(2, "0")}:00`,
  "cs-uri-stem": `/page/${at}`,
});

describe("reading CloudFront's objects", () => {
  let scene: Scene;
  beforeEach(() => (scene = new Scene()));
  const put = (key: string, content: string | Uint8Array): Promise<unknown> =>
    scene.source.put(key, typeof content === "string" ? gzipSync(content) : content);

  it("puts rows into the hours of raw/, and leaves the source as it was", async () => {
    const rows = many(4, numbered);
    await put(keyOf("a"), tsv(rows));
    const before = await scene.source.listWithEtags("");
    expect(await scene.read([keyOf("a")])).to.deep.equal([
      { key: keyOf("a"), outcome: "read", app: "docs", rows: 4, rejected: 0, rawKeys: [HOUR, NEXT] },
    ]);
    expect(await scene.rawLines(HOUR)).to.deep.equal([rows[0]!, rows[2]!].map(amplifyLine));
    expect(await scene.rawLines(NEXT)).to.deep.equal([rows[1]!, rows[3]!].map(amplifyLine));
    expect(await scene.source.listWithEtags("")).to.deep.equal(before);
  });

  it("makes the same table of the same requests, in whichever form they were delivered", async () => {
    const rows = many(20, numbered);
    const tables: unknown[] = [];
    for (const [key, content] of [
      [keyOf("a"), gzipSync(tsv(rows))],
      [`AWSLogs/123456789012/CloudFront/${ID}/2020/07/16/10/b.json`, Buffer.from(jsonLog(rows))],
      [`logs/DistributionId=${ID}/year=2020/c.parquet`, parquetLog(rows)],
    ] as const) {
      const other = new Scene();
      await other.source.put(key, content);
      expect((await other.read([key]))[0]).to.include({ outcome: "read", rows: 20 });
      const raw: unknown[] = [];
      for (const { key: rawKey, etag } of await other.lake.listWithEtags("raw/")) raw.push([rawKey, etag]);
      tables.push([raw, await other.table()]);
    }
    expect(tables[1]).to.deep.equal(tables[0]);
    expect(tables[2]).to.deep.equal(tables[0]);
    const [, table] = tables[0] as [unknown, { uri: string; app: string; status: number }[]];
    expect(table.map(({ uri }) => uri)).to.have.members(rows.map((row) => row["cs-uri-stem"]));
    expect(table[0]).to.include({ app: "docs", status: 200 });
  });

  it("writes an hour once, however many objects have rows of it", async () => {
    const keys = many(30, numbered).map((_, at) => keyOf(`part${at}`));
    for (const [at, key] of keys.entries()) await put(key, tsv([request(numbered(at))]));
    const store = new WatchedStore(scene.lake);
    scene.ports = { ...scene.ports, store };
    expect((await scene.read(keys)).map(({ outcome }) => outcome)).to.deep.equal(keys.map(() => "read"));
    expect(store.written.sort()).to.deep.equal([HOUR, NEXT]);
    expect(await scene.table()).to.have.length(30);
  });

  it("takes a row once: the same object twice, the same rows in two objects, in any form", async () => {
    const rows = many(6, numbered);
    await put(keyOf("a"), tsv(rows));
    await put(keyOf("b"), jsonLog([...rows].reverse()));
    await scene.read([keyOf("a")]);
    await scene.read([keyOf("a"), keyOf("b")]);
    await scene.read([keyOf("b")]);
    expect(await scene.table()).to.have.length(6);
  });

  it("tells apart the apps of a batch", async () => {
    await put(keyOf("a"), tsv([request()]));
    await put("E2ABCDEF234567.2020-07-16-10.b.gz", tsv([request({ "cs-uri-stem": "/cart" })]));
    await scene.read([keyOf("a"), "E2ABCDEF234567.2020-07-16-10.b.gz"]);
    expect((await scene.table()).map(({ app, uri }) => [app, uri])).to.have.deep.members([
      ["docs", "/"],
      ["shop", "/cart"],
    ]);
  });

  it("leaves alone what is of no distribution of its own, what is empty and what is gone", async () => {
    await put("E9ZZZZZZ234567.2020-07-16-10.a.gz", tsv([request()]));
    await put("other.gz", tsv([request()]));
    await scene.source.put(keyOf("empty"), Buffer.alloc(0));
    const keys = ["E9ZZZZZZ234567.2020-07-16-10.a.gz", "other.gz", keyOf("empty"), keyOf("gone")];
    expect((await scene.read(keys)).map(({ outcome, reason }) => [outcome, reason])).to.deep.equal([
      ["ignored", "E9ZZZZZZ234567 is no distribution of ours"],
      ["ignored", "no distribution's id in the key"],
      ["ignored", "the object is empty"],
      ["gone", undefined],
    ]);
    expect(await scene.keys("")).to.deep.equal([]);
  });

  it("reads a key with + and % as it is", async () => {
    const key = `a+b/100%25 c/${ID}.2020-07-16-10.x+y%2B.gz`;
    await put(key, tsv([request()]));
    expect((await scene.read([key]))[0]).to.include({ outcome: "read", rows: 1 });
  });

  it("puts an object aside that is no log, says why, and goes on", async () => {
    const page = gzipSync("<html>please log in, 203.0.113.40</html>");
    await scene.source.put(keyOf("bad"), page);
    await put(keyOf("good"), tsv([request()]));
    const [bad, good] = await scene.read([keyOf("bad"), keyOf("good")]);
    expect(good).to.include({ outcome: "read", rows: 1 });
    expect(bad).to.include({ outcome: "quarantined", rows: 0 });
    expect(bad!.reason).to.contain("neither a field line nor JSON");
    const [kept] = await scene.keys("quarantine/app=docs/date=2020-07-16/");
    expect(kept).to.match(/\/[0-9a-f]{16}\.gz$/);
    expect(Buffer.from((await scene.lake.get(kept!))!.body).equals(page)).to.equal(true);
    expect(await scene.rejected()).to.deep.equal([
      {
        line_number: 1,
        rule: "header",
        reason: bad!.reason,
        raw: `whole file kept at ${kept}`,
        source: `s3://cdn-logs/${keyOf("bad")}`,
      },
    ]);
    expect(await scene.source.list(keyOf("bad"))).to.have.length(1);
  });

  it("takes the rows of a broken object that come before the break", async () => {
    const whole = gzipSync(tsv(many(3000, numbered)), { level: 0 });
    await scene.source.put(keyOf("cut"), whole.subarray(0, whole.length / 2));
    const [cut] = await scene.read([keyOf("cut")]);
    expect(cut!.outcome).to.equal("quarantined");
    expect(cut!.rows).to.be.within(1400, 1600);
    expect(await scene.table()).to.have.length(cut!.rows);
    await scene.source.put(keyOf("cut"), whole);
    await scene.read([keyOf("cut")]);
    expect(await scene.table()).to.have.length(3000);
  });

  it("lists lines that are no rows, with their place, without whole addresses", async () => {
    const text = tsv([request(), request({ date: "yesterday" })]) + "2020-07-16\t10:00:00\t203.0.113.40\n";
    await put(keyOf("a"), text);
    expect((await scene.read([keyOf("a")]))[0]).to.include({ outcome: "read", rows: 1, rejected: 2 });
    const rejected = await scene.rejected();
    expect(rejected.map(({ line_number, rule, reason }) => [line_number, rule, reason])).to.deep.equal([
      [4, "pattern", 'date and time are not YYYY-MM-DD and HH:MM:SS: "yesterday 10:00:01"'],
      [5, "columns", "3 fields where the field line has 33"],
    ]);
    expect(rejected[1]).to.include({ raw: "2020-07-16\t10:00:00\t203.0.113.0", source: `s3://cdn-logs/${keyOf("a")}` });
    expect(await scene.keys("rejected/")).to.have.length(1);
    await scene.read([keyOf("a")]);
    expect(await scene.rejected()).to.have.length(2);
  });

  it("lists them under the day of delivery where the key has none", async () => {
    const key = `${ID}/log.gz`;
    await put(key, `${tsv([])}broken\n`);
    await scene.read([key]);
    expect((await scene.keys("rejected/"))[0]).to.match(
      /^rejected\/app=docs\/date=2020-07-17\/cloudfront-[0-9a-f]{16}\.json\.gz$/,
    );
  });

  it("gives back each object of an hour that cannot be written, and no other", async () => {
    await put(keyOf("a"), tsv(many(2, numbered)));
    await put(keyOf("b"), tsv([request(numbered(1))]));
    await put(keyOf("c"), tsv([request(numbered(2))]));
    const failing = new WatchedStore(scene.lake, (key) =>
      key === NEXT ? Promise.reject(new Error("SlowDown")) : Promise.resolve(),
    );
    const { store } = scene.ports;
    scene.ports = { ...scene.ports, store: failing };
    const keys = [keyOf("a"), keyOf("b"), keyOf("c")];
    const objects = await scene.read(keys);
    expect(objects.map(({ outcome, error }) => [outcome, error?.message])).to.deep.equal([
      ["failed", "SlowDown"],
      ["failed", "SlowDown"],
      ["read", undefined],
    ]);
    scene.ports = { ...scene.ports, store };
    await scene.read(keys);
    expect(await scene.table()).to.have.length(3);
  });

  it("tries an hour again that others write at the same time, and gives up in the end", async () => {
    await put(keyOf("a"), tsv([request()]));
    let conflicts = 12;
    const store = new WatchedStore(scene.lake, (key) =>
      conflicts-- > 0 ? Promise.reject(new ConflictError(key)) : Promise.resolve(),
    );
    const waits: number[] = [];
    const patience = { rounds: 3, wait: (round: number) => Promise.resolve(void waits.push(round)) };
    scene.ports = { ...scene.ports, store, patience };
    expect((await scene.read([keyOf("a")]))[0]).to.include({ outcome: "read" });
    expect(waits).to.deep.equal([1, 2]);
    conflicts = Infinity;
    await scene.source.put(keyOf("b"), gzipSync(tsv([request(numbered(1))])));
    expect((await scene.read([keyOf("b")]))[0]!.error).to.have.property("name", "ConflictError");
    expect(waits).to.deep.equal([1, 2, 1, 2, 3]);
  });

  it("gives back an object whose download broke off, and keeps what came of it", async () => {
    const content = gzipSync(tsv(many(3000, numbered)), { level: 0 });
    await scene.source.put(keyOf("a"), content);
    const { source } = scene;
    const broken = {
      ...scene.ports.source,
      get: source.get.bind(source),
      list: source.list.bind(source),
      put: source.put.bind(source),
      delete: source.delete.bind(source),
      open: () => Promise.resolve({ etag: "1", bytes: content.length, body: [content.subarray(0, 300_000)] }),
    };
    scene.ports = { ...scene.ports, source: broken };
    const [failed] = await scene.read([keyOf("a")]);
    expect(failed!.outcome).to.equal("failed");
    expect(failed!.error!.message).to.contain("the download ended after 300000 of");
    expect(await scene.keys("quarantine/")).to.deep.equal([]);
    scene.ports = { ...scene.ports, source };
    await scene.read([keyOf("a")]);
    expect(await scene.table()).to.have.length(3000);
  });

  it("holds little, whatever comes: rows wait on disk, or are written before the end", async () => {
    const rows = many(3000, numbered);
    for (const limits of [
      { ...READ_LIMITS, memoryBytes: 10_000, waitingBytes: Infinity },
      { ...READ_LIMITS, memoryBytes: 10_000, waitingBytes: 100_000 },
    ]) {
      const other = new Scene();
      await other.source.put(keyOf("a"), gzipSync(tsv(rows.slice(0, 2000))));
      await other.source.put(keyOf("b"), gzipSync(tsv(rows.slice(1000))));
      expect((await other.read([keyOf("a"), keyOf("b")], limits)).map(({ rows: count }) => count)).to.deep.equal([
        2000, 2000,
      ]);
      expect((await other.table()).map(({ uri }) => uri)).to.have.members(rows.map((row) => row["cs-uri-stem"]));
    }
  });

  it("writes JSON lines on request: one file for each object and day, the same every time", async () => {
    const json = new Scene({ json: { policy: "truncated" } });
    const rows = [
      request({ "cs-uri-query": "q=a%20b", "x-forwarded-for": "198.51.100.7,%20203.0.113.9", "sc-range-start": "" }),
      request({ "x-edge-request-id": "b2==", date: "2020-07-17", time: "00:00:00" }),
      request({ "x-edge-request-id": "c3==", "sc-status": "none" }),
    ];
    await json.source.put(keyOf("a b"), gzipSync(tsv(rows)));
    await json.read([keyOf("a b")]);
    const written = await json.lake.listWithEtags("cloudfront_json/");
    expect(written.map(({ key }) => key.replace(/-[0-9a-f]{8}\./, "-HASH."))).to.deep.equal([
      `cloudfront_json/app=docs/date=2020-07-16/${ID}.2020-07-16-10.a_b-HASH.json.gz`,
      `cloudfront_json/app=docs/date=2020-07-17/${ID}.2020-07-16-10.a_b-HASH.json.gz`,
    ]);
    const lines = gunzipSync((await json.lake.get(written[0]!.key))!.body)
      .toString()
      .trimEnd()
      .split("\n");
    expect(lines).to.have.length(1);
    const row = JSON.parse(lines[0]!) as Record<string, unknown>;
    expect(Object.keys(row)).to.deep.equal([
      "datetime",
      ...Object.keys(JSON.parse(jsonLog([request()])) as object).slice(2),
    ]);
    expect(row).to.deep.include({
      datetime: "2020-07-16T10:00:01Z",
      "sc-bytes": 1000,
      "c-ip": "203.0.113.0",
      "cs(User-Agent)": "Mozilla/5.0 (X11; Linux x86_64)",
      "cs-uri-query": "q=a b",
      "x-forwarded-for": "198.51.100.0, 203.0.113.0",
      "time-taken": 0.093,
      "sc-status": 200,
      "sc-range-start": null,
      "cs(Referer)": "-",
    });
    await json.read([keyOf("a b")]);
    expect(await json.lake.listWithEtags("cloudfront_json/")).to.deep.equal(written);
  });
});
