import { expect } from "chai";
import { longestPauseMs, runsWithinTheHour } from "../../src/model/scheduleExpression";

describe("runsWithinTheHour", () => {
  const cases: Record<string, boolean> = {
    "rate(5 minutes)": true,
    "rate(1 minute)": true,
    "rate(59 minutes)": true,
    "rate(60 minutes)": false,
    "rate(1 hour)": false,
    "rate(1 day)": false,
    "cron(*/5 * * * ? *)": true,
    "cron(0/15 * * * ? *)": true,
    "cron(5,35 * * * ? *)": true,
    "cron(* * * * ? *)": true,
    "cron(10-50 8 * * ? *)": true,
    "cron(5 * * * ? *)": false,
    "cron(30 3 * * ? *)": false,
  };
  for (const [expression, within] of Object.entries(cases))
    it(`${expression}: ${within}`, () => expect(runsWithinTheHour(expression)).to.equal(within));
});

describe("longestPauseMs", () => {
  const hours: Record<string, number> = {
    "rate(5 minutes)": 1 / 12,
    "rate(6 hours)": 6,
    "rate(2 days)": 48,
    "cron(50 * * * ? *)": 1,
    "cron(0 8,20 * * ? *)": 12,
    "cron(0 8,10 * * ? *)": 22,
    "cron(30 3 * * ? *)": 24,
    "cron(0 8 ? * MON-FRI *)": 72,
    "cron(0 0 1 * ? *)": 31 * 24,
  };
  for (const [expression, expected] of Object.entries(hours))
    it(`${expression}: ${expected} h`, () => expect(longestPauseMs(expression) / 3_600_000).to.equal(expected));

  it("of what seldom fires is more than a month", () => {
    expect(longestPauseMs("cron(0 0 25 12 ? *)") / 86_400_000).to.be.greaterThan(31);
  });
});
