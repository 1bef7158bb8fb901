import { gunzipSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import { convertHour, type Conversion, type ConvertSettings } from "../../handlers/convert/convertHour";
import { convertBatch } from "../../handlers/convert/handler";
import { ConflictError } from "../../src/errors";
import type { RejectedRow } from "../../src/model/coverage";
import type { IpPolicy } from "../../src/model/ipPolicy";
import { parquetKey, rawKey, rejectedKey, stateKey } from "../../src/model/keys";
import type { ObjectStore } from "../../src/ports";
import { readParquet, type Cell } from "../../src/rows/parquetFile";
import { gzipFile, HOUR, logLine, type Fields } from "../rows/logLines";
import { toldTelemetry } from "../helpers/telemetry";
import { temporaryBucket, WatchedStore } from "./folder";

const SHOP = { app: "shop", hourMs: HOUR };
const KEY = rawKey("raw", SHOP);
const T1 = Date.parse("2026-11-20T15:00:00Z");
const T2 = Date.parse("2026-11-21T15:00:00Z");
const settings = (policy: IpPolicy = "truncated"): ConvertSettings => ({
  rawPrefix: "raw",
  privacy: policy === "hashed" ? { policy, salt: "pepper" } : { policy },
});

describe("convertHour", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(() => bucket.remove());

  const putLines = (...rows: (Fields | string)[]): Promise<unknown> =>
    bucket.store.put(KEY, gzipFile(rows.map((row) => (typeof row === "string" ? row : logLine(row)))));
  const convert = (nowMs = T1, policy?: IpPolicy, store: ObjectStore = bucket.store): Promise<Conversion> =>
    convertHour({ store, clock: { now: () => nowMs } }, settings(policy), KEY);
  const table = async (): Promise<Record<string, Cell>[]> =>
    readParquet((await bucket.store.get(parquetKey(SHOP)))!.body);
  const column = async (name: string): Promise<(Cell | undefined)[]> => (await table()).map((row) => row[name]);
  const rejected = async (): Promise<RejectedRow[]> => {
    const object = await bucket.store.get(rejectedKey(SHOP));
    const lines = object === undefined ? [] : gunzipSync(object.body).toString().trim().split("\n");
    return lines.map((line) => JSON.parse(line) as RejectedRow);
  };

  it("makes typed rows, in the order of their time, and announces the day", async () => {
    await putLines(
      { request_id: "b", time: "13:30:00", status: "404" },
      { request_id: "a", time: "13:00:01", uri: "/a%20b", user_agent: "-" },
    );
    expect(await convert()).to.include({ outcome: "converted", rows: 2, added: 2, rejected: 0, kept: 0 });
    const [first, second] = await table();
    expect(first).to.include({
      request_id: "a",
      uri: "/a b",
      status: 200,
      bytes: 1000n,
      time_taken: 0.093,
      request_ip: "203.0.113.0",
    });
    expect(first).to.include({ timestamp: BigInt(HOUR + 1000), processed_timestamp: BigInt(T1), edge_country: "DE" });
    expect(first).to.include({ is_bot: true, bot_reason: "no-agent", sc_content_len: null });
    expect(second).to.include({ request_id: "b", status: 404, is_bot: false, bot_reason: null });
    const state = JSON.parse(Buffer.from((await bucket.store.get(stateKey(SHOP)))!.body).toString()) as unknown;
    expect(state).to.deep.equal({ app: "shop", date: "2026-11-20", location: "access_logs/app=shop/date=2026-11-20/" });
  });

  it("tells scanners from people by path, answer and referrer", async () => {
    await putLines(
      { request_id: "a", uri: "/config.json", status: "404", referrer: "-" },
      { request_id: "b", uri: "/config.json", status: "404", referrer: "https://shop.example/" },
      { request_id: "c", uri: "/config.json", status: "200", referrer: "-" },
      { request_id: "d", uri: "/.env", status: "200", referrer: "https://shop.example/" },
    );
    await convert();
    expect(await column("bot_reason")).to.deep.equal(["probe", null, null, "probe"]);
    expect(await column("is_bot")).to.deep.equal([true, false, false, true]);
  });

  it("writes nothing when the raw object was converted already", async () => {
    await putLines({ request_id: "a" });
    await convert();
    const watched = new WatchedStore(bucket.store);
    expect(await convert(T2, "truncated", watched)).to.include({ outcome: "unchanged", rows: 1, added: 0 });
    expect(watched.written).to.deep.equal([]);
  });

  it("lets go of keys that are gone or not its own", async () => {
    expect(await convert()).to.include({ outcome: "gone", rows: 0 });
    const ports = { store: bucket.store, clock: { now: () => T1 } };
    for (const key of [
      "raw/app=shop/notes.txt",
      "access_logs/app=shop/date=2026-11-20/hour-13.parquet",
      KEY.replace("13-14", "13-15"),
    ]) {
      expect((await convertHour(ports, settings(), key)).outcome).to.equal("not-ours");
    }
  });

  for (const [title, content] of [
    ["an unknown header", "a,b\n1,2\n"],
    ["an empty file", ""],
    ["HTML", "<html>"],
  ] as const) {
    it(`keeps a file with ${title} whole, apart, with the reason`, async () => {
      await putLines({ request_id: "a" });
      await convert();
      await bucket.store.put(KEY, gzipSync(content));
      for (const run of [1, 2]) expect(await convert(T1 + run)).to.include({ outcome: "quarantined", rejected: 1 });
      const kept = await bucket.store.list("quarantine/app=shop/date=2026-11-20/");
      expect(kept).to.have.length(1);
      expect(gunzipSync((await bucket.store.get(kept[0]!.key))!.body).toString()).to.equal(content);
      const reasons = await bucket.store.list("rejected/");
      expect(JSON.parse(gunzipSync((await bucket.store.get(reasons[0]!.key))!.body).toString())).to.include({
        rule: "header",
        line_number: 1,
        source: KEY,
      });
      expect(await column("request_id")).to.deep.equal(["a"]);
    });
  }

  it("keeps stored rows that the raw object lost, with or without an id", async () => {
    await putLines({ request_id: "a" }, { uri: "/anonymous" }, { request_id: "b", uri: "/b" });
    await convert(T1);
    await putLines({ request_id: "b", uri: "/b" }, { request_id: "c" });
    expect(await convert(T2)).to.include({ outcome: "converted", rows: 4, added: 1, kept: 2 });
    expect(await column("request_id")).to.deep.equal(["-", "a", "b", "c"]);
    expect(await column("processed_timestamp")).to.deep.equal([T1, T1, T1, T2].map(BigInt));
    expect((await table())[0]).to.include({ uri: "/anonymous", bytes: 1000n, time_taken: 0.093 });
  });

  it("says when a known row was first converted, also of rows without an id", async () => {
    await putLines({ request_id: "a" }, { uri: "/1" });
    await convert(T1);
    await putLines({ request_id: "a" }, { uri: "/1" }, { uri: "/2" });
    expect(await convert(T2)).to.include({ rows: 3, added: 1, kept: 0 });
    expect(Object.fromEntries((await table()).map((row) => [row["uri"], row["processed_timestamp"]]))).to.deep.equal({
      "/": BigInt(T1),
      "/1": BigInt(T1),
      "/2": BigInt(T2),
    });
  });

  it("ends in the same table whichever of two raw versions came first", async () => {
    const one: Fields[] = [{ request_id: "b" }, { request_id: "a", time: "13:10:00" }, { uri: "/1" }];
    const two: Fields[] = [{ uri: "/2" }, { request_id: "c" }, { request_id: "b" }];
    const tables: unknown[] = [];
    for (const order of [
      [one, two],
      [two, one],
    ]) {
      const other = temporaryBucket();
      for (const rows of order) {
        await other.store.put(KEY, gzipFile(rows.map((row) => logLine(row))));
        await convertHour({ store: other.store, clock: { now: () => T1 } }, settings(), KEY);
      }
      tables.push(await readParquet((await other.store.get(parquetKey(SHOP)))!.body));
      other.remove();
    }
    expect(tables[0]).to.have.length(5);
    expect(tables[0]).to.deep.equal(tables[1]);
  });

  it("makes the same bytes of the same raw object", async () => {
    const made: Uint8Array[] = [];
    for (let run = 0; run < 2; run++) {
      await putLines({ request_id: "b" }, { request_id: "a" });
      await bucket.store.delete(parquetKey(SHOP));
      await convert();
      made.push((await bucket.store.get(parquetKey(SHOP)))!.body);
    }
    expect(Buffer.from(made[0]!).equals(made[1]!)).to.equal(true);
  });

  it("does not let a slow old run overwrite a newer one, nor its rejections", async () => {
    await putLines({ request_id: "old" }, { request_id: "x", status: "bad" });
    let overtaken = false;
    const slow = new WatchedStore(bucket.store, async (key) => {
      if (overtaken || key !== rejectedKey(SHOP)) return;
      overtaken = true;
      await putLines(
        { request_id: "old" },
        { request_id: "x", status: "bad" },
        { request_id: "new" },
        { request_id: "y", status: "worse" },
      );
      await convert(T2);
    });
    expect(await convert(T1, "truncated", slow)).to.include({ outcome: "converted", rows: 2 });
    expect(overtaken).to.equal(true);
    expect(await column("request_id")).to.deep.equal(["new", "old"]);
    expect((await rejected()).map(({ line_number }) => line_number)).to.deep.equal([3, 5]);
  });

  it("announces the day although S3 first answers 409, when nobody knows whether another's write holds", async () => {
    await putLines({ request_id: "a" });
    let refusals = 0;
    const store: ObjectStore = {
      get: (key, options) => bucket.store.get(key, options),
      list: (prefix) => bucket.store.list(prefix),
      delete: (key) => bucket.store.delete(key),
      put: (key, body, condition) => {
        if (key !== stateKey(SHOP) || refusals === 2) return bucket.store.put(key, body, condition);
        refusals++;
        return Promise.reject(new ConflictError(key, { undecided: true }));
      },
    };
    expect(await convert(T1, "truncated", store)).to.include({ outcome: "converted", rows: 1 });
    expect(refusals).to.equal(2);
    expect(await bucket.store.get(stateKey(SHOP))).to.not.equal(undefined);
  });

  it("takes no line whose last letter was cut off for a row beside the whole one", async () => {
    const whole = logLine({ request_id: "-" });
    expect(whole).to.match(/,-$/);
    await putLines(whole, whole.slice(0, -1));
    expect(await convert()).to.include({ rows: 1, rejected: 1 });
    expect((await rejected()).map(({ line_number, rule }) => [line_number, rule])).to.deep.equal([[3, "columns"]]);
  });

  it("gives up on a race that is lost again and again", async () => {
    await putLines({ request_id: "a" });
    let rival = 0;
    const store = new WatchedStore(bucket.store, async (key) => {
      if (key !== parquetKey(SHOP)) return;
      await putLines({ request_id: "a" }, { request_id: `rival${rival++}` });
      await convert(T2);
    });
    const error = (await convert(T1, "truncated", store).catch((caught: unknown) => caught)) as Error;
    expect(error.name).to.equal("ConflictError");
  });

  it("rejects bad rows with line, rule and text, and keeps the others", async () => {
    await putLines(
      { request_id: "a" },
      "short,row",
      { request_id: "b", status: "OK" },
      { request_id: "c", time: "14:00:00" },
    );
    expect(await convert()).to.include({ rows: 1, rejected: 3 });
    expect((await rejected()).map(({ line_number, rule, source }) => [line_number, rule, source])).to.deep.equal([
      [3, "columns", KEY],
      [4, "type", KEY],
      [5, "window", KEY],
    ]);
  });

  it("writes no Parquet file when all rows were rejected", async () => {
    await putLines("garbage");
    expect(await convert()).to.include({ outcome: "converted", rows: 0, rejected: 1 });
    expect(await bucket.store.list("access_logs/")).to.deep.equal([]);
  });

  const policies: readonly [IpPolicy, string | RegExp, string | RegExp, RegExp][] = [
    ["full", "203.0.113.40", "198.51.100.7, 2001:db8:1:2::3", /203\.0\.113\.40.*198\.51\.100\.7/],
    ["truncated", "203.0.113.0", "198.51.100.0, 2001:db8:1::", /203\.0\.113\.0,.*198\.51\.100\.0/],
    ["hashed", /^[0-9a-f]{32}$/, /^[0-9a-f]{32}, [0-9a-f]{32}$/, /[0-9a-f]{32}/],
    ["dropped", "-", "-", /,-,GET/],
  ];
  it("doubles no row when the address policy changes, with an id or without", async () => {
    const rows = [{ request_id: "a" }, {}, {}, { request_ip: "198.51.100.7" }, { uri: "/other" }];
    await putLines(...rows, logLine());
    await convert(T1, "full");
    const uris = await column("uri");
    // Word for word the same line, twice, is one request: the three lines without id and address are one.
    expect(uris).to.have.members(["/", "/", "/", "/other"]);
    expect(await convert(T2, "truncated")).to.include({ outcome: "converted", rows: 4, added: 0, kept: 0 });
    expect(await column("request_ip")).to.have.members(["203.0.113.0", "203.0.113.0", "198.51.100.0", "203.0.113.0"]);
    expect(await column("processed_timestamp")).to.deep.equal(Array(4).fill(BigInt(T1)));
  });

  for (const [policy, address, forwarded, text] of policies) {
    it(`treats addresses by the policy ${policy}: viewer, x-forwarded-for and rejected text`, async () => {
      const fields = { xforwarded_for: "198.51.100.7%2C%202001:db8:1:2::3" };
      await putLines({ request_id: "a", ...fields }, { request_id: "b", status: "bad", ...fields });
      await convert(T1, policy);
      const [row] = await table();
      expect(row!["request_ip"]).to.match(typeof address === "string" ? new RegExp(`^${address}$`) : address);
      expect(row!["xforwarded_for"]).to.match(typeof forwarded === "string" ? new RegExp(`^${forwarded}$`) : forwarded);
      const { raw } = (await rejected())[0]!;
      expect(raw).to.match(text);
      if (policy !== "full") expect(raw).to.not.match(/203\.0\.113\.40|198\.51\.100\.7|2001:db8:1:2/);
    });
  }

  it("leaves no half of an address at the end of a long rejected text", async () => {
    // 40 addresses that shrink to "-" make room for what stands at the end of the excerpt.
    const many = "203.0.113.40;".repeat(40);
    const filler = "x".repeat(4160 - many.length - "198.51.100.".length - 1);
    await putLines(`${many}${filler};198.51.100.77;more`);
    await convert(T1, "dropped");
    expect((await rejected())[0]!.raw).to.not.contain("198.51");
  });
});

describe("convertBatch", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(() => bucket.remove());

  const created = (key: string): string =>
    JSON.stringify({ "detail-type": "Object Created", detail: { object: { key } } });

  it("gives back only the messages that failed, and says what became of each", async () => {
    const other = rawKey("raw", { app: "shop", hourMs: HOUR + 3_600_000 });
    await bucket.store.put(KEY, gzipFile([logLine({ request_id: "a" })]));
    await bucket.store.put(other, Buffer.from("no gzip"));
    const told = toldTelemetry();
    const bodies = [
      created(KEY),
      created(other),
      "{",
      "null",
      JSON.stringify({ detail: { object: { key: 7 } } }),
      created("raw/x"),
    ];
    const event = { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) };
    const ports = { store: bucket.store, clock: { now: () => T1 } };
    const answer = await convertBatch(ports, settings(), event, told);
    expect(answer).to.deep.equal({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(told.lines.map(({ messageId, event: name }) => `${String(messageId)} ${String(name)}`)).to.deep.equal([
      "m0 convert.converted",
      "m1 convert.failed",
      "m2 convert.ignored",
      "m3 convert.ignored",
      "m4 convert.ignored",
      "m5 convert.not-ours",
    ]);
  });

  it("begins no hour without time but the first, and gives the others back", async () => {
    const keys = [0, 1, 2].map((hour) => rawKey("raw", { app: "shop", hourMs: HOUR + hour * 3_600_000 }));
    for (const key of keys) await bucket.store.put(key, gzipFile([]));
    const event = { Records: keys.map((key, index) => ({ messageId: `m${index}`, body: created(key) })) };
    const ports = { store: bucket.store, clock: { now: () => T1 } };
    const told = toldTelemetry();
    const answer = await convertBatch(ports, settings(), event, told, () => false);
    expect(answer.batchItemFailures).to.deep.equal([{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }]);
    expect(told.lines.map(({ event: name }) => name)).to.deep.equal([
      "convert.converted",
      "convert.postponed",
      "convert.postponed",
    ]);
  });

  it("answers a test event, which has no records", async () => {
    const ports = { store: bucket.store, clock: { now: () => T1 } };
    expect(await convertBatch(ports, settings(), {}, toldTelemetry())).to.deep.equal({ batchItemFailures: [] });
  });
});
