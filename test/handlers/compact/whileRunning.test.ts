import { expect } from "chai";
import { compact, DAY, openWorld, putHour, readTable, stateOf, stepsOf, type World } from "./world";

describe("the compaction, seen while it runs", () => {
  let world: World;
  beforeEach(() => (world = openWorld(["shop"])));
  afterEach(() => world.remove());

  it("shows readers the old files or the new ones after each step, and nothing else", async () => {
    await putHour(world, "shop", "01", [{ request_id: "a" }]);
    await putHour(world, "shop", "02", [{ request_id: "b" }]);
    const before = await readTable(world);
    const seen: string[] = [];
    const steps = stepsOf(world, {}, async (event, run) => {
      const result = await run();
      expect(await readTable(world)).to.deep.equal(before);
      seen.push(event.step);
      return result;
    });
    await compact(world, steps);
    expect(new Set(seen)).to.deep.equal(new Set(["plan", "start", "poll", "verify", "switch", "report"]));
  });

  for (const step of ["start", "poll", "verify", "switch"] as const) {
    it(`leaves a day alone that the converter writes to after the step ${step}, and takes it in on the next run`, async () => {
      await putHour(world, "shop", "01", [{ request_id: "a", uri: "/a" }]);
      await putHour(world, "shop", "02", [{ request_id: "b", uri: "/b" }]);
      let done = false;
      const steps = stepsOf(world, {}, async (event, run) => {
        const result = await run();
        if (event.step === step && !done) {
          done = true;
          await putHour(world, "shop", "02", [
            { request_id: "b", uri: "/b" },
            { request_id: "late", uri: "/late" },
          ]);
        }
        return result;
      });
      const first = await compact(world, steps);
      expect(first).to.include(step === "switch" ? { switched: 1, changed: 0 } : { switched: 0, changed: 1 });
      expect(await compact(world)).to.include({ switched: 1, rows: 3 });
      expect(await readTable(world)).to.deep.equal([
        `shop ${DAY} 01:00:00 a /a`,
        `shop ${DAY} 02:00:00 b /b`,
        `shop ${DAY} 02:00:00 late /late`,
      ]);
    });
  }

  it("lets one of two runs at once win", async () => {
    await putHour(world, "shop", "01", [{ request_id: "a" }]);
    await putHour(world, "shop", "02", [{ request_id: "b" }]);
    const before = await readTable(world);
    const [one, two] = await Promise.all([compact(world), compact(world)]);
    expect((one as { switched: number }).switched + (two as { switched: number }).switched).to.equal(1);
    expect(await readTable(world)).to.deep.equal(before);
    // The loser's files go once nobody can switch to them any more: a day later by the store's own clock.
    const { location } = await stateOf(world, "shop");
    world.clock.set(new Date(Date.now() + 25 * 3_600_000).toISOString());
    await compact(world);
    const compacted = await world.store.list("access_logs_compacted/");
    expect(compacted).to.have.length(2);
    for (const { key } of compacted)
      expect(world.store.tagsOf(key)).to.deep.equal(key.startsWith(String(location)) ? {} : { state: "superseded" });
  });
});
