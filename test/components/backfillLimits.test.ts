import { expect } from "chai";
import { MOST_EVENTS, MOST_PAYLOAD_BYTES } from "../helpers/stateMachines";
import { DAY, failure, fetchTo, HOUR, NOW, runBackfill as run, type Fetcher } from "./backfillRun";

describe("the backfill's state machine at 100 apps and 400 days", () => {
  const names = Array.from({ length: 100 }, (_, i) => `application_number_${String(i).padStart(2, "0")}`);
  const range = { from: new Date(NOW - 401 * DAY).toISOString().slice(0, 10), to: "2026-11-20" };

  it("stays within an execution's data and history, with everything going wrong", async function () {
    this.timeout(120_000);
    let calls = 0;
    // Twenty days a turn, a crash before each third, and as many failures as an answer holds.
    const failing: Fetcher = (work, skip) => {
      if (!skip && ++calls % 3 === 0) throw failure("Runtime.ExitError");
      const { from, to } = work.ranges[0]!;
      const next = Date.parse(from) + 20 * DAY;
      const failed = Array.from({ length: 5 }, (_, i) => ({
        from: new Date(Date.parse(from) + 2 * i * HOUR).toISOString(),
        to: new Date(Date.parse(from) + (2 * i + 1) * HOUR).toISOString(),
        why: "w".repeat(160),
      }));
      const tally = { hours: 9600, proven: 0, rows: 123_456_789, added: 123_456_789, failedHours: 9600, failed };
      return fetchTo(work, next < Date.parse(to) ? new Date(next).toISOString() : undefined, { tally });
    };
    const { error, largestBytes, mostEvents } = await run(
      Object.fromEntries(names.map((name) => [name, failing])),
      range,
    );
    expect(error?.cause).to.match(/^960000 hours were not fetched: application_number_00, /);
    expect(error!.cause.length).to.be.below(32_768);
    expect(largestBytes).to.be.above(80_000).and.below(MOST_PAYLOAD_BYTES);
    expect(mostEvents).to.be.below(MOST_EVENTS);
    console.log(`      largest data ${largestBytes} bytes, fullest history ${mostEvents} events`);
  });

  it("keeps a child's history within its limit in the worst case: each turn tried again, crashed and begun anew", async function () {
    this.timeout(120_000);
    const tries = new Map<string, number>();
    const throttled = failure("Lambda.TooManyRequestsException");
    const shop: Fetcher = (work) => {
      const key = `${work.ranges[0]!.from} ${work.turns}`;
      const before = tries.get(key) ?? 0;
      tries.set(key, before + 1);
      // Six times throttled and thrice crashed; then, with one hour, six times and twice, and an answer.
      if (before < 6 || (before >= 9 && before < 15)) throw throttled;
      if (before < 9 || before < 17) throw failure("Runtime.ExitError");
      const next = Date.parse(work.ranges[0]!.from) + HOUR;
      return fetchTo(work, new Date(next).toISOString(), { atMostHours: 0 });
    };
    const { mostEvents } = await run({ shop }, { from: "2026-11-01", to: "2026-11-14T12:00:00Z" });
    expect(mostEvents)
      .to.be.above(300 * 60)
      .and.below(MOST_EVENTS);
  });

  it("refuses more ranges than its data holds, and holds as many as it takes", async () => {
    const ranges = (count: number): object[] =>
      Array.from({ length: count }, (_, i) => {
        const from = Date.parse("2026-01-01") + Math.floor(i / 100) * 2 * HOUR;
        const [start, end] = [from, from + HOUR].map((ms) => new Date(ms).toISOString());
        return { app: names[i % 100], from: start, to: end };
      });
    const apps = Object.fromEntries(names.map((name): [string, Fetcher] => [name, () => Promise.reject(failure("X"))]));
    const most = await run(apps, { ranges: ranges(500) });
    expect(most.error?.cause).to.match(/^500 hours were not fetched/);
    expect(most.largestBytes).to.be.below(MOST_PAYLOAD_BYTES);
    const more = await run(apps, { ranges: ranges(501) });
    expect(more.error?.name).to.equal("InputError");
  });
});
