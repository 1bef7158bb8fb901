import { expect } from "chai";
import { runsWithinTheHour } from "../../src/model/scheduleExpression";

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
