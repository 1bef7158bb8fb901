import { expect } from "chai";
import { need } from "../tools/missing";
import { DAY, HOUR_ROWS, hourlyKey, hourOf, hoursOf } from "./compactionHours";
import { dayAfter, openCompactedLake, type CompactedLake } from "./compactedLake";
import { compactorPorts, withEffects } from "./compactionRun";
import { openWorld } from "./world";

describe("A day that is compacted, in Glue, S3 and Athena's API on Trino", function () {
  let lake: CompactedLake;

  before(async function () {
    const world = await need(this, "Athena's API on Trino", openWorld);
    lake = await openCompactedLake(world, "compaction");
  });
  after(() => lake?.close());

  it("has the same rows before, during and after, and one file instead of many", async () => {
    await lake.convert([...hoursOf("shop", 8), ...hoursOf("blog", 3)]);
    await lake.register(["shop", "blog"], [DAY]);
    const before = await lake.read(DAY);
    expect(before).to.have.length(11 * HOUR_ROWS);

    const seen: { readonly at: string; readonly rows: string[] }[] = [];
    const look = async (at: string): Promise<void> => void seen.push({ at, rows: await lake.read(DAY) });
    // Readers ask all the time; and, to be sure, right before and after each step that they could notice.
    let over = false;
    const reader = (async () => {
      while (!over) await look("meanwhile");
    })();
    const ports = withEffects(compactorPorts(lake), async (effect, act) => {
      if (effect === "tag") return act();
      await look(`before ${effect}`);
      const result = await act();
      await look(`after ${effect}`);
      return result;
    });
    const result = await lake.compactor.succeed(() => ports).finally(() => (over = true));
    await reader;
    expect(result).to.deep.equal({ days: 1, switched: 2, kept: 0, changed: 0, rows: before.length });
    expect(seen.filter(({ at }) => at === "meanwhile")).to.have.length.above(5);
    expect(seen.map(({ at }) => at)).to.include.members(["after put", "before relocate", "after relocate"]);
    for (const { at, rows } of seen) expect(rows, at).to.deep.equal(before);
    expect(await lake.read(DAY)).to.deep.equal(before);

    const partitions = await lake.registered();
    for (const [app, files] of [["shop", 8] as const, ["blog", 3] as const]) {
      const { location, rows, hours } = await lake.stateOf(app, DAY);
      expect(partitions[`${app}/${DAY}`]).to.equal(`s3://${lake.bucket}/${location}`);
      expect(location).to.match(new RegExp(`^access_logs_compacted/date=${DAY}/[^/]+/app=${app}/$`));
      expect([rows, Object.keys(hours!).length]).to.deep.equal([files * HOUR_ROWS, files]);
      const written = await lake.store.list(location);
      expect(written).to.have.length(1);
      expect(await lake.tagsOf(written[0]!.key)).to.deep.equal({});
      expect(await lake.tagsOf(hourlyKey(app, files - 1))).to.deep.equal({ state: "superseded" });
    }
    expect(await lake.compactor.succeed()).to.deep.include({ switched: 0, changed: 0 });
  });

  it("takes in what came late, after its files had expired, and has nothing twice", async () => {
    const before = await lake.read(DAY, "processed_timestamp");
    const { location } = await lake.stateOf("shop", DAY);
    for (let hour = 0; hour < 8; hour++) await lake.store.delete(hourlyKey("shop", hour));
    // Raw still holds the one hour; the other is a backfill's, and never had a row.
    await lake.convert([hourOf("shop", 5, [{ request_id: "late==", uri: "/late" }]), hourOf("blog", 20)]);
    expect(await lake.read(DAY, "processed_timestamp")).to.deep.equal(before);
    expect(await lake.compactor.succeed()).to.deep.include({ switched: 2 });
    const after = await lake.read(DAY, "processed_timestamp");
    expect(after).to.include.members(before);
    expect(after).to.have.length(before.length + 1 + HOUR_ROWS);
    expect(after.filter((row) => row.includes("late=="))).to.have.length(1);
    expect((await lake.stateOf("shop", DAY)).location).to.not.equal(location);
    expect(await lake.compactor.succeed()).to.deep.include({ switched: 0, changed: 0 });
    expect(await lake.read(DAY, "processed_timestamp")).to.deep.equal(after);
  });

  it("may have hours without a row", async () => {
    const date = dayAfter(1);
    const nothing = { ...hourOf("shop", 2, [], date), lines: [] };
    const rejected = { ...hourOf("shop", 3, [], date), lines: ["a,b,c"] };
    await lake.convert([...hoursOf("shop", 2, date), nothing, rejected]);
    await lake.register(["shop"], [date]);
    expect(await lake.compactor.succeed()).to.deep.include({ switched: 1, rows: 2 * HOUR_ROWS });
    expect(await lake.read(date)).to.have.length(2 * HOUR_ROWS);
  });
});
