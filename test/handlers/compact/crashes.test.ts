/** The process dies after each single write, or between any two steps; whoever runs again ends where an undisturbed run ends. */
import { expect } from "chai";
import type { CompactPorts } from "../../../handlers/compact/ports";
import { compact, DAY, openWorld, putHour, readTable, stateOf, stepsOf, type World } from "./world";

class Died extends Error {}

/** Ports whose n-th write is the last thing that the process does; counts them all. */
const mortal = (world: World, after: number): { ports: Partial<CompactPorts>; writes: () => number } => {
  let writes = 0;
  const wrote = <Result>(result: Result): Result => {
    if (writes++ === after) throw new Died("the process died");
    if (writes > after + 1) throw new Died("the process is dead");
    return result;
  };
  const store = Object.create(world.store) as typeof world.store;
  store.put = async (...args) => wrote(await world.store.put(...args));
  store.tag = async (...args) => wrote(await world.store.tag(...args));
  const catalog = Object.create(world.catalog) as typeof world.catalog;
  catalog.relocate = async (...args) => wrote(await world.catalog.relocate(...args));
  const engine = Object.create(world.engine) as typeof world.engine;
  engine.start = async (...args) => wrote(await world.engine.start(...args));
  return { ports: { store, catalog, engine }, writes: () => writes };
};

const KEYS = ["hour-01", "hour-02"].map((hour) => `access_logs/app=shop/date=${DAY}/${hour}.parquet`);

describe("the compaction after a crash", () => {
  const ROWS = [`shop ${DAY} 01:00:00 a /1`, `shop ${DAY} 02:00:00 b /2`];

  const withDay = async (test: (world: World) => Promise<void>): Promise<void> => {
    const world = openWorld(["shop"]);
    try {
      await putHour(world, "shop", "01", [{ request_id: "a", uri: "/1" }]);
      await putHour(world, "shop", "02", [{ request_id: "b", uri: "/2" }]);
      await test(world);
    } finally {
      world.remove();
    }
  };

  /** What an undisturbed run leaves: the reader's rows, where the partition points, what is tagged. */
  const expectDone = async (world: World): Promise<void> => {
    expect(await readTable(world)).to.deep.equal(ROWS);
    const { location, rows } = await stateOf(world, "shop");
    expect(rows).to.equal(2);
    expect(location).to.contain("access_logs_compacted/");
    expect(await world.catalog.partitions({ to: DAY })).to.deep.equal([{ app: "shop", date: DAY, location }]);
    for (const key of KEYS) expect(world.store.tagsOf(key)).to.deep.equal({ state: "superseded" });
    for (const { key } of await world.store.list(String(location))) expect(world.store.tagsOf(key)).to.deep.equal({});
  };

  it("ends the same after each single write", async () => {
    let total = 0;
    await withDay(async (world) => {
      const { ports, writes } = mortal(world, Number.POSITIVE_INFINITY);
      await compact(world, stepsOf(world, ports));
      await expectDone(world);
      total = writes();
    });
    // Two statements, a state, a partition, two tags.
    expect(total).to.be.at.least(6);
    for (let after = 0; after < total; after++) {
      await withDay(async (world) => {
        const { ports } = mortal(world, after);
        const died = await compact(world, stepsOf(world, ports)).then(
          () => false,
          () => true,
        );
        expect(died, `it lived on after write ${after}`).to.equal(true);
        expect(await readTable(world), `the reader after write ${after}`).to.deep.equal(ROWS);
        await compact(world);
        await expectDone(world);
      });
    }
  });

  it("goes on with the same step when Step Functions tries it again", async () => {
    for (let after = 2; after < 6; after++) {
      await withDay(async (world) => {
        let tries = 0;
        const { ports } = mortal(world, after - 2);
        const broken = stepsOf(world, ports);
        const whole = stepsOf(world);
        const steps = {
          run: async (event: { step: string }) => {
            if (event.step !== "switch") return (whole.run as (e: unknown) => Promise<unknown>)(event);
            tries++;
            return (broken.run as (e: unknown) => Promise<unknown>)(event).catch(() =>
              (whole.run as (e: unknown) => Promise<unknown>)(event),
            );
          },
        };
        await compact(world, steps as typeof whole);
        expect(tries).to.equal(1);
        await expectDone(world);
      });
    }
  });
});
