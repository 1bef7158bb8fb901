import { expect } from "chai";
import { planBackfill, type BackfillItem } from "../../src/model/backfill";

const NOW = Date.parse("2026-11-21T12:30:00Z");
const APPS = ["shop", "blog", "paused"].map((name) => ({
  name,
  appId: "d1a2b3c4d5e6f7",
  domains: ["example.com"],
  region: "eu-central-1",
  fetcherArn: `arn:${name}`,
  enabled: name !== "paused",
}));

const plan = (input: unknown): BackfillItem[] => planBackfill(input, APPS, { nowMs: NOW, days: 14 });
const shown = (input: unknown): string[] =>
  plan(input).map(({ app, ranges }) =>
    [app, ...ranges.map(({ from, to }) => `${from.slice(5, 16)}/${to.slice(5, 16)}`)].join(" "),
  );

describe("planBackfill", () => {
  const good: readonly [title: string, input: object, planned: string[]][] = [
    [
      "a range, half-open",
      { from: "2026-11-01", to: "2026-11-03" },
      ["shop 11-01T00:00/11-03T00:00", "blog 11-01T00:00/11-03T00:00"],
    ],
    [
      "an open end: up to the hour that is not over",
      { from: "2026-11-20" },
      ["shop 11-20T00:00/11-21T12:00", "blog 11-20T00:00/11-21T12:00"],
    ],
    [
      "an end in the future: the same",
      { from: "2026-11-20", to: "2026-12-24" },
      ["shop 11-20T00:00/11-21T12:00", "blog 11-20T00:00/11-21T12:00"],
    ],
    ["nothing: the configured days", {}, ["shop 11-07T12:00/11-21T12:00", "blog 11-07T12:00/11-21T12:00"]],
    ["days", { days: 2, apps: ["blog"] }, ["blog 11-19T12:00/11-21T12:00"]],
    [
      "what a schedule sends",
      { time: "2026-11-21T05:00:00Z" },
      ["shop 11-07T05:00/11-21T05:00", "blog 11-07T05:00/11-21T05:00"],
    ],
    [
      "an app that is disabled, by its name",
      { from: "2026-11-01", to: "2026-11-02", apps: ["paused"] },
      ["paused 11-01T00:00/11-02T00:00"],
    ],
    [
      "parts of hours",
      { from: "2026-11-01T00:20:00Z", to: "2026-11-01T03:40:00Z", apps: ["shop"] },
      ["shop 11-01T00:20/11-01T03:40"],
    ],
  ];
  for (const [title, input, planned] of good) it(`takes ${title}`, () => expect(shown(input)).to.deep.equal(planned));

  it("joins ranges that overlap or touch, whatever their order", () => {
    const of = (app: string, from: number, to: number): object => ({
      app,
      from: `2026-11-01T0${from}:00:00Z`,
      to: `2026-11-01T0${to}:00:00Z`,
    });
    expect(
      shown({ ranges: [of("shop", 7, 8), of("blog", 1, 2), of("shop", 1, 4), of("shop", 3, 5), of("shop", 5, 6)] }),
    ).to.deep.equal(["shop 11-01T01:00/11-01T06:00 11-01T07:00/11-01T08:00", "blog 11-01T01:00/11-01T02:00"]);
  });

  it("names each app's own function, and whether proven hours are left out", () => {
    expect(plan({ from: "2026-11-01", to: "2026-11-02", missing: true })).to.deep.include({
      app: "blog",
      functionArn: "arn:blog",
      ranges: [{ from: "2026-11-01T00:00:00.000Z", to: "2026-11-02T00:00:00.000Z" }],
      missing: true,
    });
    expect(plan({ from: "2026-11-01", to: "2026-11-02" })[0]?.missing).to.equal(false);
  });

  const range = { app: "shop", from: "2026-11-01", to: "2026-11-02" };
  const bad: readonly [title: string, input: unknown, message: string][] = [
    ["no object", "2026-11-01", "input: "],
    ["an unknown field", { form: "2026-11-01" }, "form: is not a setting of a backfill"],
    ["an end without a beginning", { to: "2026-11-01" }, "to: does not go with a missing from"],
    ["days besides a range", { from: "2026-11-01", days: 2 }, "days: does not go with from"],
    ["ranges besides a range", { from: "2026-11-01", ranges: [range] }, "ranges: does not go with from"],
    ["a range backwards", { from: "2026-11-02", to: "2026-11-01" }, "from: not a range"],
    ["what is yet to come", { from: "2026-11-21T13:00:00Z" }, "from: not a range"],
    ["no instant", { from: "yesterday" }, "from: not a date or an ISO instant in UTC"],
    ["a wrong year", { from: "1926-11-01" }, "from: is longer than 3660 days"],
    ["parts of a second", { from: "2026-11-01T00:00:00.5Z", to: "2026-11-02" }, "from: not a range"],
    [
      "an app that is not there",
      { from: "2026-11-01", apps: ["shop", "shpo"] },
      'apps[1]: no such app in this pipeline (got "shpo"). Fix: choose of shop, blog, paused',
    ],
    ["a range of such an app", { ranges: [range, { ...range, app: "x" }] }, "ranges[1].app: no such app"],
    ["a range that is none", { ranges: [{ ...range, to: "2026-11-01" }] }, "ranges[0].from: not a range"],
    ["no days", { days: 0 }, "days: "],
    ["a time that Scheduler did not fill in", { time: "<aws.scheduler.scheduled-time>" }, "time: not a date"],
  ];
  for (const [title, input, message] of bad) it(`refuses ${title}`, () => expect(() => plan(input)).to.throw(message));
});
