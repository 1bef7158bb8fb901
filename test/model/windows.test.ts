import { expect } from "chai";
import fc from "fast-check";
import { InputError } from "../../src/errors";
import {
  DAY_MS,
  HOUR_MS,
  floorDay,
  floorHour,
  hoursOf,
  isoDate,
  isoHour,
  lookbackRange,
  parseInstant,
  splitRange,
} from "../../src/model/windows";

const at = (text: string): number => Date.parse(text);
const instants = fc.integer({ min: at("2000-01-01T00:00:00Z"), max: at("2099-12-31T23:59:59Z") });

describe("windows", () => {
  it("floors to hours and days in UTC", () => {
    fc.assert(
      fc.property(instants, (ms) => {
        expect(new Date(floorHour(ms)).toISOString()).to.equal(`${new Date(ms).toISOString().slice(0, 13)}:00:00.000Z`);
        expect(new Date(floorDay(ms)).toISOString()).to.equal(`${isoDate(ms)}T00:00:00.000Z`);
        expect(floorDay(ms) + Number(isoHour(ms)) * HOUR_MS).to.equal(floorHour(ms));
      }),
      { seed: 1 },
    );
  });

  const hourCases: [string, string, string, string[]][] = [
    ["one whole hour", "2026-11-20T13:00:00Z", "2026-11-20T14:00:00Z", ["13"]],
    ["pieces of two hours", "2026-11-20T13:59:59Z", "2026-11-20T14:00:01Z", ["13", "14"]],
    ["over midnight of New Year", "2026-12-31T23:30:00Z", "2027-01-01T00:30:00Z", ["23", "00"]],
    ["nothing, on the hour", "2026-11-20T13:00:00Z", "2026-11-20T13:00:00Z", []],
    ["nothing, within an hour", "2026-11-20T13:30:00Z", "2026-11-20T13:30:00Z", []],
    ["a range that ends before it starts", "2026-11-20T13:30:00Z", "2026-11-20T13:10:00Z", []],
  ];
  for (const [title, start, end, hours] of hourCases) {
    it(`lists the hours of ${title}`, () => {
      expect(hoursOf({ startMs: at(start), endMs: at(end) }).map(isoHour)).to.deep.equal(hours);
    });
  }

  it("lists exactly the hours that hold a moment of the range", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 3 * DAY_MS }), (startMs, length) => {
        const hours = hoursOf({ startMs, endMs: startMs + length });
        expect(hours[0]).to.equal(floorHour(startMs));
        expect(hours.at(-1)).to.equal(floorHour(startMs + length - 1));
        for (const [index, hour] of hours.entries()) expect(hour).to.equal(hours[0]! + index * HOUR_MS);
      }),
      { seed: 2 },
    );
  });

  const runs: [string, number, number, string, string][] = [
    ["2026-11-20T15:05:00Z", 60, 6, "2026-11-20T08:00:00.000Z", "2026-11-20T14:00:00.000Z"],
    ["2026-11-20T15:00:00Z", 60, 1, "2026-11-20T13:00:00.000Z", "2026-11-20T14:00:00.000Z"],
    ["2026-11-20T15:59:59Z", 60, 1, "2026-11-20T13:00:00.000Z", "2026-11-20T14:00:00.000Z"],
    ["2026-03-01T00:30:00Z", 60, 1, "2026-02-28T22:00:00.000Z", "2026-02-28T23:00:00.000Z"],
    ["2026-11-20T15:30:00Z", 0, 2, "2026-11-20T13:00:00.000Z", "2026-11-20T15:00:00.000Z"],
  ];
  for (const [time, delayMinutes, lookbackHours, start, end] of runs) {
    it(`asks for ${start} to ${end} at ${time} with a delay of ${delayMinutes} minutes`, () => {
      const range = lookbackRange(at(time), { delayMinutes, lookbackHours });
      expect([new Date(range.startMs).toISOString(), new Date(range.endMs).toISOString()]).to.deep.equal([start, end]);
    });
  }

  it("cuts a range without gaps, overlaps or pieces that are too wide", () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 0, max: 40 * DAY_MS }),
        fc.integer({ min: HOUR_MS, max: 14 * DAY_MS }),
        (startMs, length, width) => {
          const pieces = splitRange({ startMs, endMs: startMs + length }, width);
          let reached = startMs;
          for (const piece of pieces) {
            expect(piece.startMs).to.equal(reached);
            expect(piece.endMs - piece.startMs).to.be.within(1, width);
            reached = piece.endMs;
          }
          expect(reached).to.equal(startMs + length);
        },
      ),
      { seed: 3 },
    );
  });

  for (const width of [0, -1, NaN]) {
    it(`does not cut into pieces of ${width} ms for ever`, () => {
      expect(() => splitRange({ startMs: 0, endMs: HOUR_MS }, width)).to.throw(InputError, "widthMs");
    });
  }

  const dates: [string, string][] = [
    ["2026-11-20", "2026-11-20T00:00:00.000Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
    ["2026-11-20T13:00Z", "2026-11-20T13:00:00.000Z"],
    ["2026-11-20T13:04:05Z", "2026-11-20T13:04:05.000Z"],
    ["2026-11-20T13:04:05.5Z", "2026-11-20T13:04:05.500Z"],
  ];
  for (const [text, expected] of dates) {
    it(`reads ${text}`, () => expect(new Date(parseInstant(text, "--from")).toISOString()).to.equal(expected));
  }

  for (const text of [
    "2026-02-29",
    "2026-02-30",
    "2026-13-01",
    "2026-11-20T24:00:00Z",
    "2026-11-20T13:00:00",
    "2026-11-20T13:00:00+01:00",
    "20.11.2026",
    "yesterday",
    " 2026-11-20",
    "",
  ]) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      expect(() => parseInstant(text, "--from")).to.throw(
        InputError,
        /^--from: not a date.*got ".*Fix: write 2026-11-20/,
      );
    });
  }
});
