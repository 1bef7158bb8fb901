import { expect } from "chai";
import { startDay } from "../../../handlers/compact/attempt";
import { renderUnload } from "../../../src/model/compactionSql";
import { compact, DAY, openWorld, portsOf, putHour, readTable, stateOf, stepsOf, type World } from "./world";

const FIRST = `access_logs/app=shop/date=${DAY}/hour-01.parquet`;
const SUPERSEDED = { state: "superseded" };

describe("the compaction of closed days", () => {
  let world: World;
  beforeEach(() => (world = openWorld()));
  afterEach(() => world.remove());

  const fill = async (): Promise<string[]> => {
    await putHour(world, "shop", "01", [{ request_id: "a", uri: "/1" }]);
    await putHour(world, "shop", "02", [
      { request_id: "b", uri: "/2" },
      { request_id: "c", uri: "/3" },
    ]);
    return [`shop ${DAY} 01:00:00 a /1`, `shop ${DAY} 02:00:00 b /2`, `shop ${DAY} 02:00:00 c /3`];
  };

  it("moves a day into one file an app, with the same rows for the reader, and tags what it superseded", async () => {
    const rows = await fill();
    await putHour(world, "blog", "01", [{ request_id: "a", uri: "/blog" }]);
    await putHour(world, "blog", "23", [{ request_id: "z", uri: "/blog" }]);
    const all = [`blog ${DAY} 01:00:00 a /blog`, `blog ${DAY} 23:00:00 z /blog`, ...rows];
    expect(await readTable(world)).to.deep.equal(all);
    expect(await compact(world)).to.deep.equal({ days: 1, switched: 2, kept: 0, changed: 0, rows: 5 });
    expect(await readTable(world)).to.deep.equal(all);
    const { location, rows: count, hours } = await stateOf(world, "shop");
    expect(location).to.match(/^access_logs_compacted\/date=2026-11-19\/20261122T044500Z-[0-9a-f]{8}\/app=shop\/$/);
    expect(count).to.equal(3);
    expect(Object.keys(hours as object)).to.deep.equal(["01", "02"]);
    expect(await world.store.list(String(location))).to.have.length(1);
    expect(world.store.tagsOf(FIRST)).to.deep.equal(SUPERSEDED);
    // What S3's rule does.
    expect(await world.store.expire("access_logs/", ["state", "superseded"])).to.equal(4);
    expect(await readTable(world)).to.deep.equal(all);
    expect(await compact(world)).to.include({ days: 0, switched: 0 });
  });

  it("leaves alone what is not over, what has not settled, what is beyond retention, and what is one file", async () => {
    for (const date of ["2026-11-20", "2026-11-22", "2025-10-01"]) {
      await putHour(world, "shop", "01", [{ request_id: "a" }], date);
      await putHour(world, "shop", "02", [{ request_id: "b" }], date);
    }
    await putHour(world, "shop", "05", [{ request_id: "c" }]);
    const before = await world.store.list("");
    // Two days after the end of 20 November, to the second.
    expect(await compact(world, stepsOf(world), "2026-11-22T23:59:59Z")).to.include({ switched: 0 });
    expect((await world.store.list("")).map(({ key }) => key)).to.deep.equal(before.map(({ key }) => key));
    expect(await compact(world, stepsOf(world), "2026-11-23T00:00:00Z")).to.include({ days: 1, switched: 1 });
  });

  it("takes late rows in on the next run, into another place, newer versions first", async () => {
    const rows = await fill();
    await compact(world);
    const { location: first } = await stateOf(world, "shop");
    // The converter writes the hour again: a known row with other words, and a new one.
    await putHour(world, "shop", "02", [
      { request_id: "b", uri: "/newer" },
      { request_id: "d", uri: "/late" },
    ]);
    expect(world.store.tagsOf(`access_logs/app=shop/date=${DAY}/hour-02.parquet`)).to.deep.equal({});
    expect(await readTable(world)).to.deep.equal(rows);
    expect(await compact(world)).to.include({ days: 1, switched: 1, rows: 4 });
    expect(await readTable(world)).to.deep.equal([
      rows[0],
      `shop ${DAY} 02:00:00 b /newer`,
      rows[2],
      `shop ${DAY} 02:00:00 d /late`,
    ]);
    const { location: second, hours } = await stateOf(world, "shop");
    expect(second).to.not.equal(first);
    expect(Object.keys(hours as object)).to.deep.equal(["01", "02"]);
    expect(await compact(world)).to.include({ switched: 0 });
  });

  it("takes in an hour that was written again after its superseded file had expired, and loses none of the old rows", async () => {
    const rows = await fill();
    await compact(world);
    await world.store.expire("access_logs/", ["state", "superseded"]);
    await putHour(world, "shop", "02", [{ request_id: "e", uri: "/again" }]);
    expect(await compact(world)).to.include({ switched: 1, rows: 4 });
    expect(await readTable(world)).to.deep.equal([...rows, `shop ${DAY} 02:00:00 e /again`]);
  });

  it("counts rows without a request id by what they say, whatever became of their addresses", async () => {
    const anonymous = { request_id: "-", uri: "/same", request_ip: "192.0.2.0" };
    await putHour(world, "shop", "01", [anonymous, anonymous, { ...anonymous, uri: "/other" }]);
    await putHour(world, "shop", "02", [anonymous]);
    await compact(world);
    const line = (hour: string, uri: string): string => `shop ${DAY} ${hour}:00:00 - ${uri}`;
    const united = [line("01", "/other"), line("01", "/same"), line("01", "/same"), line("02", "/same")];
    expect(await readTable(world)).to.deep.equal(united);
    // The same three lines under another ipPolicy, and one of them once more.
    const hashed = { ...anonymous, request_ip: "0f1e2d" };
    await putHour(world, "shop", "01", [hashed, hashed, hashed, { ...hashed, uri: "/other" }]);
    expect(await compact(world)).to.include({ switched: 1, rows: 5 });
    expect(await readTable(world)).to.deep.equal([...united, line("01", "/same")].sort());
  });

  it("does not mistake the end of one column for the beginning of the next", async () => {
    const unlike = [
      { request_id: "-", uri: "/a", referrer: "b\u001fc" },
      { request_id: "-", uri: "/a\u001fb", referrer: "c" },
    ];
    await putHour(world, "shop", "01", [unlike[0]!]);
    await putHour(world, "shop", "02", [{ request_id: "x" }]);
    await compact(world);
    await world.store.expire("access_logs/", ["state", "superseded"]);
    await putHour(world, "shop", "01", [unlike[1]!]);
    expect(await compact(world)).to.include({ switched: 1, rows: 3 });
  });

  it("keeps a day where it is when the new files are no fewer, and does not try again", async () => {
    await fill();
    const store = Object.create(world.store) as typeof world.store;
    store.list = async (prefix) => {
      const found = await world.store.list(prefix);
      return prefix.startsWith("access_logs_compacted/") ? [...found, ...found, ...found] : found;
    };
    expect(await compact(world, stepsOf(world, { store }))).to.include({ switched: 0, kept: 1 });
    expect((await stateOf(world, "shop"))["location"]).to.equal(`access_logs/app=shop/date=${DAY}/`);
    expect(world.store.tagsOf(FIRST)).to.deep.equal({});
    expect(await compact(world)).to.include({ days: 0, kept: 0 });
    await putHour(world, "shop", "03", [{ request_id: "late" }]);
    expect(await compact(world)).to.include({ switched: 1, rows: 4 });
  });

  it("switches to nothing that lacks a row, or has one more", async () => {
    const rows = await fill();
    const breaking = async (sql: (text: string) => string, words: RegExp): Promise<void> => {
      const engine = Object.create(world.engine) as typeof world.engine;
      engine.start = (text, options) => world.engine.start(text.startsWith("UNLOAD") ? sql(text) : text, options);
      const error = await compact(world, stepsOf(world, { engine })).catch((caught: unknown) => caught);
      expect(String(error)).to.match(words);
      expect(await readTable(world)).to.deep.equal(rows);
      expect(world.store.tagsOf(FIRST)).to.deep.equal({});
    };
    await breaking(
      (text) => text.replace(`"copy" = 1`, `"request_id" <> 'c' AND "copy" = 1`),
      /1 of 3 rows are missing/,
    );
    const twice = (text: string): string => {
      const query = /^UNLOAD \(\n([\s\S]*)\n\)\nTO/.exec(text)![1]!;
      return text.replace(query, `${query}\nUNION ALL\n${query}`);
    };
    await breaking(twice, /it holds 6 rows instead of 3/);
    expect(await compact(world)).to.include({ switched: 1, rows: 3 });
  });

  it("does not switch when the hidden table does not see an hourly file", async () => {
    await fill();
    const engine = Object.create(world.engine) as typeof world.engine;
    engine.start = (text, options) =>
      world.engine.start(
        text.replaceAll(/FROM ("amplify_logs"."access_logs_hourly") WHERE/g, `FROM $1 WHERE "time" < '02' AND`),
        options,
      );
    const error = await compact(world, stepsOf(world, { engine })).catch((caught: unknown) => caught);
    expect(String(error)).to.contain("1 of 2 hourly files gave rows");
    expect((await stateOf(world, "shop"))["hours"]).to.equal(undefined);
  });

  it("stops a query that takes too long, and leaves the day", async () => {
    await fill();
    const engine = Object.create(world.engine) as typeof world.engine;
    const stopped: string[] = [];
    engine.state = () => {
      world.clock.set(new Date(world.clock.now() + 10_000).toISOString());
      return Promise.resolve({ state: "RUNNING" });
    };
    engine.stop = (id) => Promise.resolve(void stopped.push(id));
    const error = await compact(world, stepsOf(world, { engine })).catch((caught: unknown) => caught);
    expect(String(error)).to.contain("still RUNNING after 60 s and was stopped");
    expect(stopped).to.have.length(1);
  });

  it("names the days that failed, and does the others", async () => {
    await fill();
    await putHour(world, "shop", "01", [{ request_id: "a" }], "2026-11-18");
    await putHour(world, "shop", "02", [{ request_id: "b" }], "2026-11-18");
    const engine = Object.create(world.engine) as typeof world.engine;
    engine.start = (text, options) =>
      world.engine.start(text.includes("2026-11-18") ? "SELECT nonsense" : text, options);
    const error = await compact(world, stepsOf(world, { engine })).catch((caught: unknown) => caught);
    expect(String(error)).to.match(/1 days were not compacted: 2026-11-18: .*is FAILED/);
    expect((await stateOf(world, "shop"))["rows"]).to.equal(3);
  });

  it("refuses to switch to an attempt that is so old that its files may expire", async () => {
    await fill();
    const steps = stepsOf(world, {}, async (event, run) => {
      if (event.step === "switch") world.clock.set("2026-11-22T17:00:00Z");
      return run();
    });
    const error = await compact(world, steps).catch((caught: unknown) => caught);
    expect(String(error)).to.contain("too old to be switched to");
    expect((await stateOf(world, "shop"))["hours"]).to.equal(undefined);
  });

  it("makes one statement for a hundred apps, below Athena's limit, and a state below Step Functions'", async () => {
    const apps = Array.from({ length: 100 }, (_, i) => `${"a".repeat(23)}${String(i).padStart(3, "0")}`);
    const ids = Array.from({ length: 10 }, (_, i) => `20261122T044500Z-0000000${i}`);
    const current = Object.fromEntries(ids.map((id, i) => [id, apps.slice(i * 10, i * 10 + 10)]));
    const names = { database: "d".repeat(60), table: "t".repeat(60) };
    const compaction = { date: DAY, id: ids[0]!, bucket: "b".repeat(63), apps, current };
    expect(Buffer.byteLength(renderUnload(names, compaction))).to.be.below(262_144);

    const large = openWorld(apps);
    try {
      const etag = `"${"e".repeat(32)}"`;
      const hours = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [String(i).padStart(2, "0"), etag]));
      const ports = portsOf(large);
      const store = Object.create(large.store) as typeof large.store;
      store.listWithEtags = (prefix) =>
        Promise.resolve(
          prefix.startsWith("access_logs/")
            ? Object.keys(hours).map((hour) => ({
                key: `${prefix}hour-${hour}.parquet`,
                etag,
                bytes: 1,
                modifiedMs: 0,
              }))
            : [],
        );
      let started = "";
      const engine = Object.create(large.engine) as typeof large.engine;
      engine.start = (sql) => Promise.resolve((started = sql) && "q1");
      const attempt = await startDay({ ...ports, store, engine }, large.settings, { date: DAY, part: 0 });
      expect(attempt).to.have.property("apps").with.length(100);
      expect(Buffer.byteLength(JSON.stringify(attempt))).to.be.below(262_144);
      expect(started).to.contain(apps[99]!);
    } finally {
      large.remove();
    }
  });
});
