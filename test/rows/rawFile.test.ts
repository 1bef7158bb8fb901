import { expect } from "chai";
import { UnknownHeaderError } from "../../src/errors";
import { HOUR_MS } from "../../src/model/windows";
import { HourReader, RawFileReader } from "../../src/rows/rawFile";
import type { RawHour } from "../../src/rows/rawHour";
import { HOUR, logFile, logLine } from "./logLines";

const ALL = { startMs: -Infinity, endMs: Infinity };

const read = (content: string, range = ALL): { hours: Record<string, string[]>; reader: RawFileReader } => {
  const hours = new Map<number, RawHour>();
  const reader = new RawFileReader(hours, range, "file");
  reader.push(Buffer.from(content));
  reader.end();
  const lines = (hour: RawHour): string[] => Buffer.concat(hour.pieces()).toString().trimEnd().split("\n").slice(1);
  return {
    reader,
    hours: Object.fromEntries([...hours].map(([ms, hour]) => [new Date(ms).toISOString().slice(5, 13), lines(hour)])),
  };
};

const at = (time: string, date = "2026-11-20"): string => logLine({ date, time, request_id: `${date}${time}` });

describe("HourReader", () => {
  const cases: readonly [string, number][] = [
    ["2026-11-20,13:00:00", HOUR],
    ["2026-11-20,13:59:59,x", HOUR + HOUR_MS - 1000],
    ["2028-02-29,00:00:00", Date.parse("2028-02-29")],
    ["2026-02-29,00:00:00", NaN],
    ["2026-13-01,00:00:00", NaN],
    ["2026-11-20,24:00:00", NaN],
    ["2026-11-20,13:60:00", NaN],
    ["2026-11-20,13:00:60", NaN],
    ["2026x11x20,13:00:00", NaN],
    ["2026-11-20,13x00x00", NaN],
    ["2026-11-20 13:00:00", NaN],
    ["2026-11-20,13:00:000", NaN],
    ["2026-11-20,13:00", NaN],
    ["", NaN],
  ];
  for (const [text, wanted] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(new HourReader().instant(Buffer.from(text), 0, text.length)).to.deep.equal(wanted);
    });
  }

  it("is not led astray by a date of the same digits", () => {
    const reader = new HourReader();
    const instant = (text: string): number => reader.instant(Buffer.from(text), 0, text.length);
    expect(instant("2026x11x20,13:00:00")).to.deep.equal(NaN);
    expect(instant("2026-11-20,13:00:00")).to.equal(HOUR);
    expect(instant("2026x11x20,13:00:00")).to.deep.equal(NaN);
  });
});

describe("RawFileReader", () => {
  it("trims to the half-open range, to the second", () => {
    const { hours, reader } = read(logFile([at("12:59:59"), at("13:00:00"), at("13:59:59"), at("14:00:00")]), {
      startMs: HOUR,
      endMs: HOUR + HOUR_MS,
    });
    expect(hours).to.deep.equal({ "11-20T13": [at("13:00:00"), at("13:59:59")] });
    expect([reader.rows, reader.outside]).to.deep.equal([2, 2]);
  });

  it("trims to a range within an hour, to the millisecond", () => {
    const half = HOUR + HOUR_MS / 2;
    const lines = logFile([at("13:29:59"), at("13:30:00")]);
    expect(read(lines, { startMs: HOUR, endMs: half }).hours).to.deep.equal({ "11-20T13": [at("13:29:59")] });
    expect(read(lines, { startMs: half, endMs: HOUR + HOUR_MS }).hours).to.deep.equal({ "11-20T13": [at("13:30:00")] });
    expect(read(lines, { startMs: HOUR, endMs: half + 1 }).reader.rows).to.equal(2);
  });

  it("sorts rows of two days that are out of order into their hours", () => {
    const lines = [at("00:00:00", "2026-11-21"), at("23:59:59"), at("00:10:00", "2026-11-21"), at("23:00:00")];
    expect(read(logFile(lines)).hours).to.deep.equal({
      "11-21T00": [lines[0], lines[2]],
      "11-20T23": [lines[1], lines[3]],
    });
  });

  it("lets a row without a readable date go with the row before it, or with the first", () => {
    const lines = ["garbage 1", at("13:00:00"), "garbage 2", at("14:00:00"), at("13:60:00")];
    expect(read(logFile(lines)).hours).to.deep.equal({ "11-20T13": lines.slice(0, 3), "11-20T14": lines.slice(3) });
  });

  it("puts a window's undated rows into its first hour, when there is nothing else", () => {
    const { hours } = read(logFile(["garbage"]), { startMs: HOUR, endMs: HOUR + 2 * HOUR_MS });
    expect(hours).to.deep.equal({ "11-20T13": ["garbage"] });
  });

  it("refuses a file in which no row has a date, when there is no window to tell", () => {
    expect(() => read(logFile(["garbage"]))).to.throw(UnknownHeaderError, "no row of the file has a date");
  });

  it("tells an empty file from a header without rows", () => {
    const empty = read("").reader;
    expect([empty.blank, empty.headerSeen]).to.deep.equal([true, false]);
    const header = read(logFile([])).reader;
    expect([header.blank, header.headerSeen, header.rows]).to.deep.equal([false, true, 0]);
  });

  it("reads CRLF and a byte order mark, and writes neither", () => {
    const { hours } = read(`\ufeff${logFile([at("13:00:00")]).replaceAll("\n", "\r\n")}`);
    expect(hours).to.deep.equal({ "11-20T13": [at("13:00:00")] });
  });
});
