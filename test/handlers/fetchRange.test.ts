import { expect } from "chai";
import { fetchRange, type FetchEvent } from "../../handlers/fetch/range";
import { HOUR_MS, windowsOf } from "../../src/model/windows";

const SETTINGS = { delayMinutes: 60, lookbackHours: 6, settlingHours: 48 };
const clockText = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

describe("fetchRange", () => {
  const range = (event: FetchEvent): string => {
    const { startMs, endMs } = fetchRange(event, SETTINGS);
    return `${new Date(startMs).toISOString().slice(5, 16)} ${new Date(endMs).toISOString().slice(5, 16)}`;
  };
  const good: readonly [FetchEvent, string][] = [
    [{ time: "2026-11-20T14:20:00Z" }, "11-20T07:00 11-20T13:00"],
    [{ time: "2026-11-20T14:00:00Z" }, "11-20T07:00 11-20T13:00"],
    [{ time: "2026-11-20T13:59:59Z" }, "11-20T06:00 11-20T12:00"],
    [{ time: "2027-01-01T00:30:00Z" }, "12-31T17:00 12-31T23:00"],
    [{ time: "2026-11-20T14:20:00Z", mode: "settle" }, "11-18T13:00 11-20T13:00"],
    [{ from: "2026-11-01", to: "2026-11-02T03:00:00Z" }, "11-01T00:00 11-02T03:00"],
    [{ from: "2026-11-01T00:30:00Z", to: "2026-11-02" }, "11-01T00:30 11-02T00:00"],
  ];
  for (const [event, wanted] of good)
    it(`${JSON.stringify(event)} is ${wanted}`, () => expect(range(event)).to.equal(wanted));

  const bad: readonly [string, object, string][] = [
    ["nothing", {}, "event.time"],
    ["a time that Scheduler did not fill in", { time: "<aws.scheduler.scheduled-time>" }, "event.time"],
    ["half a range", { from: "2026-11-01" }, "event.to"],
    ["an empty range", { from: "2026-11-01", to: "2026-11-01" }, "not a range"],
    ["a range backwards", { from: "2026-11-02", to: "2026-11-01" }, "not a range"],
    ["parts of a second", { from: "2026-11-01T00:30:00.5Z", to: "2026-11-02" }, "not a range"],
    ["an unknown mode", { time: "2026-11-20T14:20:00Z", mode: "all" }, "event.mode"],
  ];
  for (const [title, event, message] of bad) it(`refuses ${title}`, () => expect(() => range(event)).to.throw(message));
});

describe("fetchRange with open hours", () => {
  const settings = { ...SETTINGS, delayMinutes: 5, openHours: true };
  const text = (event: FetchEvent): string => {
    const { startMs, endMs } = fetchRange(event, settings);
    return `${clockText(startMs)}-${clockText(endMs)}`;
  };
  it("asks up to the delay, in minutes, and for whole hours when it settles", () => {
    expect(text({ time: "2026-11-20T14:20:30Z" })).to.equal("08:00-14:15");
    expect(text({ time: "2026-11-20T14:05:00Z" })).to.equal("08:00-14:00");
    expect(text({ time: "2026-11-20T14:04:59Z" })).to.equal("07:00-13:59");
    expect(text({ time: "2026-11-20T14:20:30Z", mode: "settle" })).to.equal("14:00-14:00");
  });
});

describe("windowsOf", () => {
  const cut = (from: string, to: string, hours: number): string[] =>
    windowsOf(
      { startMs: Date.parse(`2026-11-20T${from}Z`), endMs: Date.parse(`2026-11-20T${to}Z`) },
      hours * HOUR_MS,
    ).map(({ startMs, endMs }) => `${clockText(startMs)}-${clockText(endMs)}`);
  it("cuts on full hours, so that no hour lies in two windows", () => {
    expect(cut("12:00", "16:00", 2)).to.deep.equal(["12:00-14:00", "14:00-16:00"]);
    expect(cut("12:30", "16:10", 2)).to.deep.equal(["12:30-14:00", "14:00-16:00", "16:00-16:10"]);
    expect(cut("12:30", "12:40", 2)).to.deep.equal(["12:30-12:40"]);
    expect(cut("12:59", "14:00", 1)).to.deep.equal(["12:59-13:00", "13:00-14:00"]);
    expect(cut("12:00", "12:00", 1)).to.deep.equal([]);
  });
});
