import { expect } from "chai";
import { catalogTables, compactionsTableName, hourlyTableName } from "../../../src/model/catalog";
import { compactedLocation, compactionId, compactionPrefix } from "../../../src/model/compaction";
import { renderVerification, renderUnload, type Compaction } from "../../../src/model/compactionSql";
import { need } from "../tools/missing";
import { testClient, type TestClient } from "./client";
import { DAY, HOUR_ROWS, hourlyKey, hourOf, hoursOf } from "./compactionHours";
import { openOwnLake, type OwnLake } from "./ownLake";
import { openWorld } from "./world";

describe("The statements of a compaction, on Trino", function () {
  let lake: OwnLake;
  let client: TestClient;
  let attempts = 0;

  before(async function () {
    const world = await need(this, "Athena's API on Trino", openWorld);
    lake = await openOwnLake(world, "compactsql");
    client = testClient({ ...world, athena: lake.athena, users: lake.users, database: lake.database });
    await lake.convert([...hoursOf("shop", 24), ...hoursOf("blog", 2)]);
  });
  after(() => lake?.close());

  const names = (): { database: string; table: string } => ({ database: lake.database, table: lake.table });
  const compaction = (current: Compaction["current"] = {}, apps = ["shop", "blog"]): Compaction => ({
    date: DAY,
    apps,
    current,
    id: compactionId(Date.now(), String(++attempts).padStart(8, "0")),
    bucket: lake.bucket,
  });

  const succeed = async (sql: string): Promise<void> => {
    const { Status } = await client.finish(sql);
    expect(Status!.State, Status!.StateChangeReason).to.equal("SUCCEEDED");
  };
  const unload = async (of: Compaction): Promise<Compaction> => {
    await succeed(renderUnload(names(), of));
    return of;
  };
  /** `[wanted, found, missing, hours]` by app. */
  const check = async (of: Compaction): Promise<Record<string, number[]>> =>
    Object.fromEntries(
      (await client.rows(renderVerification(names(), of)))
        .slice(1)
        .map(([app, ...counts]): [string, number[]] => [app!, counts.map(Number)]),
    );

  /** All columns of all rows, in an order of their own, as texts. */
  const rowsOf = async (table: string, filter: string): Promise<string[]> => {
    const columns = catalogTables({ ...names(), bucket: "", rawPrefix: "", apps: [], years: { first: 1, last: 1 } })
      .find(({ name }) => name === lake.table)!
      .columns.map(({ name }) => `"${name}"`);
    const sql = `SELECT "app", ${columns.join(", ")} FROM "${table}" WHERE "date" = '${DAY}' AND ${filter}`;
    const { rows } = await lake.engine.run(sql, lake.database).done;
    return rows.map((row) => JSON.stringify(row)).sort();
  };
  const hourly = (): Promise<string[]> => rowsOf(hourlyTableName(names()), "app IN ('shop', 'blog')");
  const written = ({ id }: Compaction): Promise<string[]> =>
    rowsOf(compactionsTableName(names()), `compaction = '${id}'`);

  it("write each row of the hourly files once, as it is, and see that they did", async () => {
    const before = await hourly();
    expect(before).to.have.length(26 * HOUR_ROWS);
    const one = await unload(compaction());
    expect(await written(one)).to.deep.equal(before);
    expect(await check(one)).to.deep.equal({
      shop: [24 * HOUR_ROWS, 24 * HOUR_ROWS, 0, 24],
      blog: [2 * HOUR_ROWS, 2 * HOUR_ROWS, 0, 2],
    });
    const keys = (await lake.store.list(compactionPrefix(DAY, one.id))).map(({ key }) => key);
    for (const app of ["shop", "blog"]) {
      const files = keys.filter((key) => key.startsWith(compactedLocation(DAY, one.id, app)));
      expect(files, app).to.have.length(1);
    }
    expect(keys).to.have.length(2);
  });

  it("add what came late, and take the newer of two versions", async () => {
    const first = await unload(compaction());
    const before = await hourly();
    const late = { request_id: "late==", uri: "/late" };
    const another = { request_id: "-", uri: "/health", method: "HEAD", request_ip: "203.0.113.99" };
    await lake.convert([hourOf("shop", 5, [late, another])]);
    const second = await unload(compaction({ [first.id]: ["shop", "blog"] }));
    const after = await written(second);
    expect(after).to.deep.equal(await hourly());
    expect(after).to.have.length(before.length + 2);
    expect(await check(second)).to.deep.include({ shop: [24 * HOUR_ROWS + 2, 24 * HOUR_ROWS + 2, 0, 24] });
  });

  it("keep what no hourly file holds any more", async () => {
    const first = await unload(compaction());
    const before = await written(first);
    await lake.store.delete(hourlyKey("shop", 7));
    await lake.store.delete(hourlyKey("blog", 0));
    await lake.store.delete(hourlyKey("blog", 1));
    const only = { request_id: "alone==", uri: "/alone" };
    await lake.convert([{ ...hourOf("blog", 0, [only]), lines: hourOf("blog", 0, [only]).lines.slice(-1) }]);
    const second = await unload(compaction({ [first.id]: ["shop", "blog"] }));
    const after = await written(second);
    expect(after.filter((row) => !row.includes("alone=="))).to.deep.equal(before);
    expect(after).to.have.length(before.length + 1);
    const { shop, blog } = await check(second);
    expect(shop!.slice(2)).to.deep.equal([0, 23]);
    expect(blog).to.deep.equal([2 * HOUR_ROWS + 1, 2 * HOUR_ROWS + 1, 0, 1]);
    await lake.convert([hourOf("shop", 7), ...hoursOf("blog", 2)]);
  });

  it("take apps from several compactions, and leave the others alone", async () => {
    const shop = await unload(compaction({}, ["shop"]));
    const blog = await unload(compaction({}, ["blog"]));
    expect(Object.keys(await check(shop))).to.deep.equal(["shop"]);
    const both = await unload(compaction({ [shop.id]: ["shop"], [blog.id]: ["blog"] }));
    expect(await written(both)).to.deep.equal([...(await written(shop)), ...(await written(blog))].sort());
  });

  it("see a row that is missing, and a file that is there twice", async () => {
    const first = await unload(compaction());
    const [file] = await lake.store.list(compactedLocation(DAY, first.id, "blog"));
    const { blog: whole } = await check(first);
    await lake.store.delete(file!.key);
    const { blog: gone } = await check(first);
    expect(gone).to.deep.equal([whole![0], 0, whole![0], 2]);
    await unload(first);
    const { shop: twice } = await check(first);
    expect(twice![1]).to.equal(2 * twice![0]!);
    expect(twice![2]).to.equal(0);
  });
});
