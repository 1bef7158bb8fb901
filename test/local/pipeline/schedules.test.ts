import { expect } from "chai";
import { firings } from "../../../src/model/scheduleExpression";

const range = (from: string, to: string): { startMs: number; endMs: number } => ({
  startMs: Date.parse(from),
  endMs: Date.parse(to),
});

describe("firings", () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    [
      "rate(1 hour)",
      "2026-12-31T22:00Z",
      "2027-01-01T01:00Z",
      ["2026-12-31T22:00", "2026-12-31T23:00", "2027-01-01T00:00"],
    ],
    ["rate(1 hour)", "2026-12-31T22:01Z", "2026-12-31T23:00Z", []],
    ["rate(30 minutes)", "2026-11-20T13:10Z", "2026-11-20T14:10Z", ["2026-11-20T13:30", "2026-11-20T14:00"]],
    ["rate(1 day)", "2026-11-20T00:00Z", "2026-11-22T00:00Z", ["2026-11-20T00:00", "2026-11-21T00:00"]],
    ["cron(30 3 * * ? *)", "2026-11-20T03:30Z", "2026-11-22T03:30Z", ["2026-11-20T03:30", "2026-11-21T03:30"]],
    ["cron(30 3 * * ? *)", "2026-11-20T03:31Z", "2026-11-21T03:30Z", []],
    ["cron(20 * * * ? *)", "2026-11-20T22:30Z", "2026-11-21T01:00Z", ["2026-11-20T23:20", "2026-11-21T00:20"]],
    ["cron(0 0 1 * ? *)", "2026-12-15T00:00Z", "2027-02-02T00:00Z", ["2027-01-01T00:00", "2027-02-01T00:00"]],
    ["cron(0 12 ? * MON *)", "2026-11-20T00:00Z", "2026-11-24T00:00Z", ["2026-11-23T12:00"]],
    ["cron(0 12 1 1 ? 2020)", "2026-11-20T00:00Z", "2026-11-24T00:00Z", []],
  ];
  for (const [expression, from, to, wanted] of cases) {
    it(`${expression} from ${from} to ${to}: ${wanted.length}`, () => {
      expect(firings(expression, range(from, to)).map((ms) => new Date(ms).toISOString())).to.deep.equal(
        wanted.map((time) => `${time}:00.000Z`),
      );
    });
  }

  it("refuses what it cannot wind", () => {
    expect(() => firings("at(2026-11-20T13:00:00)", range("2026-11-20", "2026-11-21"))).to.throw(
      "not a schedule that can be wound",
    );
  });
});
