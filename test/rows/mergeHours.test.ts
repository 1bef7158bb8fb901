import { expect } from "chai";
import { ConflictError } from "../../src/errors";
import { HOUR_MS } from "../../src/model/windows";
import { mergeHours, type MergeHoursOptions } from "../../src/rows/mergeHours";
import { RawHour } from "../../src/rows/rawHour";
import { RawHours } from "../../src/rows/rawHours";
import { TemporaryFolder } from "../../src/rows/temporaryFolder";
import { Bucket } from "../faults/bucket";
import { HOUR, logLine } from "./logLines";

const LATER = HOUR + HOUR_MS;
const keyOf = (hour: string): string => `raw/app=shop/year=2026/month=11/day=20/access_logs-${hour}.csv.gz`;

describe("hours that wait", () => {
  const folder = new TemporaryFolder();
  afterEach(() => folder.remove());

  const waiting = (...hours: number[]): RawHours => {
    const all = new RawHours(folder);
    for (const hourMs of hours) {
      const line = Buffer.from(
        logLine({ time: `${new Date(hourMs).toISOString().slice(11, 19)}`, request_id: String(hourMs) }),
      );
      const hour = new RawHour();
      hour.add(line, 0, line.length);
      all.set(hourMs, hour);
    }
    return all;
  };
  const options = (
    store: Bucket,
    more: Partial<MergeHoursOptions<number>> = {},
  ): MergeHoursOptions<number> & { done: string[] } => {
    const done: string[] = [];
    return {
      store,
      prefix: "raw",
      hourOf: (hourMs) => ({ app: "shop", hourMs }),
      merged: ({ key }) => void done.push(key),
      done,
      ...more,
    };
  };

  it("are merged, the earliest first, but the one that rows still come into", async () => {
    const store = new Bucket();
    const hours = waiting(LATER + HOUR_MS, LATER, HOUR);
    const asked = options(store, { except: LATER });
    await mergeHours(hours, asked);
    expect(asked.done).to.deep.equal([keyOf("13-14"), keyOf("15-16")]);
    expect([...hours.keys()]).to.deep.equal([LATER]);
    expect((await store.list("")).map(({ key }) => key)).to.deep.equal(asked.done);
  });

  class Failing extends Bucket {
    puts = 0;
    constructor(private readonly failure: (key: string, put: number) => Error | undefined) {
      super();
    }
    override put(...args: Parameters<Bucket["put"]>): ReturnType<Bucket["put"]> {
      const failure = this.failure(args[0], ++this.puts);
      return failure === undefined ? super.put(...args) : Promise.reject(failure);
    }
  }
  const first = (key: string): Error | undefined => (key === keyOf("13-14") ? new Error("SlowDown") : undefined);

  it("end at the first failure, where nobody hears of it", async () => {
    const asked = options(new Failing(first));
    const error = await mergeHours(waiting(HOUR, LATER), asked).then(
      () => undefined,
      (found: Error) => found,
    );
    expect(error).to.have.property("message", "SlowDown");
    expect(asked.done).to.deep.equal([]);
  });

  it("go on after a failure that is heard of", async () => {
    const failed: [number, string][] = [];
    const asked = options(new Failing(first), { failed: (key, error) => failed.push([key, (error as Error).message]) });
    await mergeHours(waiting(HOUR, LATER), asked);
    expect(failed).to.deep.equal([[HOUR, "SlowDown"]]);
    expect(asked.done).to.deep.equal([keyOf("14-15")]);
  });

  it("are tried again where others write at the same time, and only there", async () => {
    const rounds: number[] = [];
    const patience = { rounds: 2, wait: (round: number) => Promise.resolve(void rounds.push(round)) };
    // A merge has five attempts of its own.
    const busy = new Failing((key, put) => (put <= 10 ? new ConflictError(key) : undefined));
    const asked = options(busy, { patience });
    await mergeHours(waiting(HOUR), asked);
    expect([rounds, asked.done]).to.deep.equal([[1, 2], [keyOf("13-14")]]);
    const failed: unknown[] = [];
    await mergeHours(waiting(HOUR), options(new Failing(first), { patience, failed: (key) => failed.push(key) }));
    expect([rounds, failed]).to.deep.equal([[1, 2], [HOUR]]);
  });
});
