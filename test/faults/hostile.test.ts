import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { convertHour } from "../../handlers/convert/convertHour";
import { fetchHours, type FetchSettings } from "../../handlers/fetch/handler";
import { keyOf } from "../../handlers/convert/handler";
import { CSV_HEADER } from "../../src/model/columns";
import { HOUR, logLine } from "../rows/logLines";
import { Bucket } from "./bucket";
import { HOSTILE_ENDS, HOSTILE_LINES } from "./rows";
import { readRows } from "./tableFiles";

const SETTINGS: FetchSettings = {
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 1,
  settlingHours: 1,
  chunkDays: 1,
};
const NOW = HOUR + 7_200_000;
const MEGABYTE = 1 << 20;

describe("what strangers write", () => {
  let bucket: Bucket;
  beforeEach(() => (bucket = new Bucket()));

  /** Fetches and converts a file of these lines, a byte per character. */
  const bring = async (lines: readonly string[]): Promise<void> => {
    const content = Buffer.from([CSV_HEADER, ...lines, ""].join("\n"), "latin1");
    const source = {
      open: async () => ({
        kind: "file" as const,
        body: (async function* () {
          for (let at = 0; at < content.length; at += 100_000) yield content.subarray(at, at + 100_000);
        })(),
      }),
    };
    const ports = { source, store: bucket, clock: { now: () => NOW } };
    const { failures } = await fetchHours(ports, SETTINGS, { startMs: HOUR, endMs: HOUR + 3_600_000 });
    expect(failures).to.deep.equal([]);
    for (const { key } of await bucket.list("raw/"))
      await convertHour(ports, { rawPrefix: "raw", privacy: { policy: "full" } }, key);
  };
  const table = async (column: string): Promise<unknown[]> =>
    (await readRows(bucket, "access_logs/")).map((row) => row[column]);
  const rejected = async (): Promise<{ rule: string; raw: string }[]> => {
    const [object] = await bucket.list("rejected/");
    if (object === undefined) return [];
    const text = gunzipSync((await bucket.get(object.key))!.body).toString();
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { rule: string; raw: string });
  };
  const rowAt = (second: number, fields: Record<string, string> = {}): string =>
    logLine({ time: `13:00:${String(second).padStart(2, "0")}`, request_id: `id${second}`, ...fields });

  for (const column of ["uri", "referrer", "user_agent", "query_string", "host_header"])
    it(`comes into ${column} as it was, and nowhere else`, async () => {
      await bring(HOSTILE_ENDS.map(([raw], at) => rowAt(at, { [column]: `x${raw}` })));
      expect(await table(column)).to.deep.equal(HOSTILE_ENDS.map(([, told]) => `x${told}`));
      expect(await rejected()).to.deep.equal([]);
    });

  it("keeps its neighbours when it is no row", async () => {
    await bring([rowAt(1), ...HOSTILE_LINES, rowAt(2)]);
    expect(await table("request_id")).to.deep.equal(["id1", "id2"]);
    const lines = HOSTILE_LINES.filter((line) => line !== "\r");
    const told = lines.map((line) => Buffer.from(line, "latin1").toString("utf8"));
    expect((await rejected()).map(({ raw }) => raw)).to.have.members(told);
  });

  it("does not become another column by a comma, nor another row by a line end", async () => {
    await bring([rowAt(1, { uri: "/a,b" }), rowAt(2, { uri: "/a\nb" }), rowAt(3, { uri: "/a%2Cb%0Ac" }), rowAt(4)]);
    expect(await table("request_id")).to.deep.equal(["id3", "id4"]);
    expect(await table("uri")).to.deep.equal(["/a,b\nc", "/"]);
    expect((await rejected()).map(({ rule }) => rule)).to.deep.equal(["columns", "columns", "columns"]);
  });

  it("may be a long field; of more than 64 KB it is put aside as too long, and its neighbours are not", async () => {
    const fits = `/${"y".repeat(65_535)}`;
    await bring([
      rowAt(1),
      rowAt(2, { uri: fits }),
      rowAt(3, { uri: `${fits}y` }),
      rowAt(4, { uri: "z".repeat(MEGABYTE - 1000) }),
      rowAt(5, { uri: "z".repeat(3 * MEGABYTE) }),
      rowAt(6),
    ]);
    expect(await table("request_id")).to.deep.equal(["id1", "id2", "id6"]);
    expect((await table("uri"))[1]).to.equal(fits);
    expect((await rejected()).map(({ rule }) => rule)).to.deep.equal(["size", "size", "size"]);
  });

  const names = [
    "raw/app=../../year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    "raw/app=shop/../blog/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    "raw/app=shop%2F..%2Fblog/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz/../../x",
    "raw/app=shop/year=2026/month=02/day=30/access_logs-13-14.csv.gz",
    "raw/app=shop/year=2026/month=11/day=20/access_logs-13-15.csv.gz",
    "../raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    "raw\u0000/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    "access_logs/app=shop/date=2026-11-20/hour-13.parquet",
    "",
  ];
  for (const name of names)
    it(`has no effect as a name: ${JSON.stringify(name)}`, async () => {
      await bucket.put(name, Buffer.from("x"));
      const key = keyOf(JSON.stringify({ detail: { object: { key: name } } }));
      const ports = { store: bucket, clock: { now: () => NOW } };
      const { outcome } = await convertHour(ports, { rawPrefix: "raw", privacy: { policy: "full" } }, key!);
      expect(outcome).to.equal("not-ours");
      expect((await bucket.list("")).map((object) => object.key)).to.deep.equal([name]);
    });
});
