import { expect } from "chai";
import { DAY_MS as ONE_DAY } from "../../../src/model/windows";
import { need } from "../tools/missing";
import { HOUR_ROWS, hourlyKey, hourOf, hoursOf } from "./compactionHours";
import { dayAfter, openCompactedLake, type CompactedLake } from "./compactedLake";
import { compactorPorts, withEffects, type Effect, type Ports } from "./compactionRun";
import { openWorld } from "./world";

/** Of a day of one app with two hours: UNLOAD, check, state, Glue, and a tag for each file. */
const EFFECTS: readonly Effect[] = ["start", "start", "put", "relocate", "tag", "tag"];

describe("A compaction that meets trouble, in Glue, S3 and Athena's API on Trino", function () {
  let lake: CompactedLake;
  let days = 0;

  before(async function () {
    const world = await need(this, "Athena's API on Trino", openWorld);
    lake = await openCompactedLake(world, "trouble");
  });
  beforeEach(() => lake.athena.clear());
  // What a test has superseded expires, so that the next one's runs have nothing to do with it.
  afterEach(async () => {
    for (const { key } of await lake.store.list("access_logs/"))
      if ("state" in (await lake.tagsOf(key))) await lake.store.delete(key);
  });
  after(() => lake?.close());

  /** A closed day of its own with two hours of shop, made known; returns its date. */
  const newDay = async (): Promise<string> => {
    const date = dayAfter(days++);
    await lake.convert(hoursOf("shop", 2, date));
    await lake.register(["shop"], [date]);
    return date;
  };
  const late = { request_id: "late==", uri: "/late" };

  /** Glue points to where the state says, to one file; and all that it holds is tagged where it lay before. */
  const expectCompacted = async (date: string): Promise<void> => {
    const { location, hours } = await lake.stateOf("shop", date);
    expect(location, date).to.match(/^access_logs_compacted/);
    expect((await lake.registered())[`shop/${date}`]).to.equal(`s3://${lake.bucket}/${location}`);
    const files = await lake.store.list(location);
    expect(files, date).to.have.length(1);
    expect(await lake.tagsOf(files[0]!.key)).to.deep.equal({});
    for (const hour of Object.keys(hours!))
      expect(await lake.tagsOf(hourlyKey("shop", Number(hour), date)), `${date} ${hour}`).to.deep.equal({
        state: "superseded",
      });
  };

  /** These ports for the day's own steps. */
  const only = (date: string, ports: Ports) => (of: string) => (of === date ? ports : compactorPorts(lake));

  /** Ports of a process that dies right after its effect number `last`; and, unless it is tried `again`, of all that follow it. */
  const mortal = (last: number, again: boolean): Ports => {
    let count = 0;
    let dead = false;
    return withEffects(compactorPorts(lake), async (_, act) => {
      if (dead && !again) throw new Error("nobody is there any more");
      const result = await act();
      if (count++ !== last) return result;
      dead = true;
      throw new Error("the process died");
    });
  };

  it("has the same rows whatever step was its last, and ends well with the next run", async () => {
    const dates: string[] = [];
    while (dates.length < EFFECTS.length) dates.push(await newDay());
    const before = await Promise.all(dates.map((date) => lake.read(date)));
    const expectSame = async (): Promise<void> => {
      for (const [index, date] of dates.entries()) {
        const after = `${date}, of which the last step was ${index}`;
        expect(await lake.read(date), after).to.deep.equal(before[index]);
      }
    };
    const dying = (again: boolean): ((date: string) => Ports) => {
      const ports = new Map(dates.map((date, index) => [date, mortal(index, again)]));
      return (date) => ports.get(date)!;
    };
    const { error } = await lake.compactor.run(dying(false));
    expect(error!.name).to.equal("PartialFailureError");
    expect(error!.cause).to.match(/6 days were not compacted/);
    await expectSame();
    // Now only a process dies, and the state machine tries the step again.
    await lake.compactor.succeed(dying(true));
    await expectSame();
    for (const date of dates) await expectCompacted(date);
    expect(await lake.compactor.succeed()).to.include({ switched: 0, changed: 0 });
  });

  it("that runs twice at once ends as one, and whose state it is is what readers have", async () => {
    const date = await newDay();
    const before = await lake.read(date);
    const results = await Promise.all([lake.compactor.succeed(), lake.compactor.succeed()]);
    expect(results.reduce((sum, { switched }) => sum + switched, 0)).to.equal(1);
    expect(await lake.read(date)).to.deep.equal(before);
    await expectCompacted(date);
    expect(await lake.compactions(date)).to.have.length(2);
  });

  it("leaves a day alone that got a row meanwhile, and takes it in with the next run", async () => {
    const date = await newDay();
    const before = await lake.read(date, "processed_timestamp");
    let starts = 0;
    const ports = withEffects(compactorPorts(lake), async (effect, act) => {
      const result = await act();
      if (effect === "start" && ++starts === 2) await lake.convert([hourOf("shop", 1, [late], date)]);
      return result;
    });
    expect(await lake.compactor.succeed(only(date, ports))).to.include({ switched: 0, changed: 1 });
    const after = await lake.read(date, "processed_timestamp");
    expect(after)
      .to.have.length(before.length + 1)
      .and.include.members(before);
    expect(await lake.tagsOf(hourlyKey("shop", 0, date))).to.deep.equal({});
    expect(await lake.compactor.succeed()).to.include({ switched: 1 });
    expect(await lake.read(date, "processed_timestamp")).to.deep.equal(after);
    await expectCompacted(date);
  });

  for (const when of ["put", "relocate", "tag"] as const) {
    it(`does not lose a row that comes right before its ${when}`, async () => {
      const date = await newDay();
      const before = await lake.read(date, "processed_timestamp");
      let came = false;
      const ports = withEffects(compactorPorts(lake), async (effect, act) => {
        if (effect === when && !came) {
          came = true;
          await lake.convert([hourOf("shop", 0, [late], date)]);
        }
        return act();
      });
      expect(await lake.compactor.succeed(only(date, ports))).to.include({ switched: 1 });
      expect(came).to.equal(true);
      // The file that holds it has no tag, whatever lay there before.
      expect(await lake.tagsOf(hourlyKey("shop", 0, date))).to.deep.equal({});
      expect(await lake.compactor.succeed()).to.include({ switched: 1 });
      const after = await lake.read(date, "processed_timestamp");
      expect(after)
        .to.have.length(before.length + 1)
        .and.include.members(before);
      await expectCompacted(date);
    });
  }

  it("says why when Athena fails, leaves the day, and forgets what a failed UNLOAD left", async () => {
    const date = await newDay();
    const before = await lake.read(date);
    const reason = "GENERIC_INTERNAL_ERROR: a worker is gone";
    lake.athena.faults.onQuery(/^UNLOAD/, { kind: "failLate", reason });
    const { error, failures } = await lake.compactor.run();
    expect(error!.name).to.equal("PartialFailureError");
    expect(error!.cause).to.contain(date);
    expect(failures[0]).to.contain(reason);
    expect(await lake.read(date)).to.deep.equal(before);
    const [orphan, ...more] = await lake.compactions(date);
    expect(more).to.deep.equal([]);
    expect(await lake.compactor.succeed()).to.include({ switched: 1 });
    expect(await lake.read(date)).to.deep.equal(before);
    await expectCompacted(date);
    // Two days later nobody can be at work on it any more.
    const { catalog, engine, store } = compactorPorts(lake);
    const clock = { now: () => Date.now() + 2 * ONE_DAY };
    await lake.compactor.succeed(() => ({ catalog, engine, store, clock }));
    const files = await lake.store.list(`access_logs_compacted/date=${date}/${orphan}/`);
    expect(files).to.have.length(1);
    expect(await lake.tagsOf(files[0]!.key)).to.deep.equal({ state: "superseded" });
    await expectCompacted(date);
    expect(await lake.read(date)).to.deep.equal(before);
  });

  it("does not switch to files of which one is missing, or there twice", async () => {
    const date = await newDay();
    const before = await lake.read(date);
    for (const [change, flaw] of [
      [(key: string) => lake.store.delete(key), /are missing/],
      [
        async (key: string) => {
          const { body } = (await lake.store.get(key))!;
          await lake.store.put(`${key}-again`, body);
        },
        new RegExp(`holds ${4 * HOUR_ROWS} rows instead of ${2 * HOUR_ROWS}`),
      ],
    ] as const) {
      let starts = 0;
      const ports = withEffects(compactorPorts(lake), async (effect, act) => {
        if (effect === "start" && ++starts === 2) {
          const id = (await lake.compactions(date)).at(-1)!;
          const [file] = await lake.store.list(`access_logs_compacted/date=${date}/${id}/`);
          await change(file!.key);
        }
        return act();
      });
      const { error, failures } = await lake.compactor.run(only(date, ports));
      expect(error!.name).to.equal("PartialFailureError");
      expect(failures[0]).to.match(flaw);
      expect(await lake.read(date)).to.deep.equal(before);
      expect((await lake.stateOf("shop", date)).location).to.match(/^access_logs\//);
    }
    expect(await lake.compactor.succeed()).to.include({ switched: 1 });
    expect(await lake.read(date)).to.deep.equal(before);
  });
});
