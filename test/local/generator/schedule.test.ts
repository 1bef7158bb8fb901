import { expect } from "chai";
import fc from "fast-check";
import { Schedule } from "../../../src/local/generator/schedule";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../src/model/windows";

const FRIDAY = Date.parse("2026-11-20T00:00:00Z");
const between = (schedule: Schedule, startMs: number, endMs: number): number =>
  schedule.goal(endMs) - schedule.goal(startMs);

describe("the schedule of generated rows", () => {
  it("never goes back, and ends with exactly what was asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_000_000 }), (days, entries) => {
        const endMs = FRIDAY + DAY_MS;
        const schedule = new Schedule({ startMs: endMs - days * DAY_MS, endMs }, days * entries);
        let last = 0;
        for (let ms = endMs - days * DAY_MS; ms <= endMs; ms += 97 * MINUTE_MS) {
          expect(schedule.goal(ms)).to.be.at.least(last);
          last = schedule.goal(ms);
        }
        expect(schedule.goal(endMs)).to.equal(days * entries);
        expect(schedule.goal(endMs - 1)).to.be.at.most(days * entries);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  it("has the days and the hours of the simulated traffic", () => {
    const schedule = new Schedule({ startMs: FRIDAY - 6 * DAY_MS, endMs: FRIDAY + DAY_MS }, 7_000_000);
    const [saturday, tuesday] = [FRIDAY - 6 * DAY_MS, FRIDAY - 3 * DAY_MS];
    // 76 and 114 of the weekdays' table, but for the nights between.
    expect(between(schedule, saturday, saturday + DAY_MS) / between(schedule, tuesday, tuesday + DAY_MS)).to.be.within(
      0.64,
      0.7,
    );
    const night = between(schedule, tuesday + 3 * HOUR_MS, tuesday + 4 * HOUR_MS);
    const evening = between(schedule, tuesday + 17 * HOUR_MS, tuesday + 18 * HOUR_MS);
    expect(evening / night).to.be.within(4, 7);
  });
});
