import { expect } from "chai";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { LOG_COLUMNS } from "../../src/model/columns";
import { BadField, readField } from "../../src/rows/fieldTypes";
import { HourTable } from "../../src/rows/hourTable";
import { LineSplitter } from "../../src/rows/lines";
import { HOUR, logFile, logLine, type Fields } from "./logLines";

const load = (content: string | Buffer): HourTable => {
  const table = new HourTable(HOUR);
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end, cut) => {
    if (line++ > 0) table.add(buffer, start, end, line, cut);
  });
  splitter.push(Buffer.from(content));
  splitter.end();
  return table;
};

const loadRows = (...rows: Fields[]): HourTable => load(logFile(rows.map((row) => logLine(row))));
const outcome = ({ rowCount, duplicates, rejections }: HourTable): number[] => [
  rowCount,
  duplicates,
  rejections.length,
];

const word = fc.string({ unit: fc.constantFrom(..."ab/%20\\(=-_.;\u00e9\ud83d\ude00"), maxLength: 12 });
const number = fc.nat(100_000).map(String);
const cellOf = fc.record(
  Object.fromEntries(
    LOG_COLUMNS.map(({ name, type }) => [
      name,
      name === "status"
        ? fc.nat(999).map(String)
        : name === "c_port"
          ? fc.nat(65_535).map(String)
          : type === "string"
            ? word
            : fc.oneof(number, fc.constant("-")),
    ]),
  ),
) as fc.Arbitrary<Fields>;

describe("HourTable", () => {
  it("holds the cells that csv-parse reads", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cellOf, fc.nat(59), fc.nat(59)), { maxLength: 20 }), (rows) => {
        const two = (value: number): string => String(value).padStart(2, "0");
        const lines = rows.map(([fields, minute, second], index) =>
          logLine({
            ...fields,
            date: "2026-11-20",
            time: `13:${two(minute)}:${two(second)}`,
            request_id: `id${index}`,
          }),
        );
        const content = logFile(lines);
        const wanted = parse(content, { from_line: 2, quote: null, relax_column_count: false });
        const table = load(content);
        expect(outcome(table)).to.deep.equal([lines.length, 0, 0]);
        wanted.forEach((cells, row) => {
          for (let column = 1; column < LOG_COLUMNS.length; column++) {
            expect(table.value(column, row)).to.equal(readField(LOG_COLUMNS[column]!, cells[column]!));
          }
        });
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("keeps all rows when it grows", () => {
    const table = loadRows(
      ...Array.from({ length: 5000 }, (_, index) => ({ uri: `/${index}`, request_id: `r${index}` })),
    );
    expect(table.rowCount).to.equal(5000);
    expect([0, 1023, 1024, 4999].map((row) => table.valueOf("uri", row))).to.deep.equal([
      "/0",
      "/1023",
      "/1024",
      "/4999",
    ]);
  });

  it("rejects 32 and 34 fields with their line numbers, and keeps the others", () => {
    const good = logLine({ request_id: "a" });
    const table = load(
      logFile([good, good.slice(0, good.lastIndexOf(",")), `${good},-`, logLine({ request_id: "b" })]),
    );
    expect(table.rowCount).to.equal(2);
    expect(table.rejections.map(({ line_number, rule, reason }) => [line_number, rule, reason])).to.deep.equal([
      [3, "columns", "32 fields where 33 are wanted"],
      [4, "columns", "34 fields where 33 are wanted"],
    ]);
  });

  it("counts a request id once", () => {
    expect(
      outcome(loadRows({ request_id: "a" }, { request_id: "b" }, { request_id: "a", uri: "/other" })),
    ).to.deep.equal([2, 1, 0]);
  });

  it("lets the longer of two lines stand for their id, in any order", () => {
    const whole = { request_id: "a", uri: "/path", sc_range_end: "100" };
    const cut = { request_id: "a", uri: "/path", sc_range_end: "10" };
    const between = { request_id: "b", uri: "/between" };
    for (const rows of [
      [whole, between, cut],
      [cut, between, whole],
      [cut, whole, between, cut],
    ]) {
      const table = loadRows(...rows);
      expect(table.rowCount).to.equal(2);
      const ends = [0, 1].map((row) => [table.valueOf("request_id", row), table.valueOf("sc_range_end", row)]);
      expect(ends).to.have.deep.members([
        ["a", 100n],
        ["b", null],
      ]);
    }
    const [one, other] = [
      loadRows({ request_id: "a", uri: "/1" }, { request_id: "a", uri: "/2" }),
      loadRows({ request_id: "a", uri: "/2" }, { request_id: "a", uri: "/1" }),
    ];
    expect([one.valueOf("uri", 0), other.valueOf("uri", 0)]).to.deep.equal(["/2", "/2"]);
  });

  it("counts rows without an id by what they say", () => {
    expect(
      outcome(loadRows({ uri: "/1" }, { uri: "/2" }, { uri: "/1" }, { request_id: "" }, { request_id: "" })),
    ).to.deep.equal([3, 2, 0]);
  });

  it("does not take a good row for the duplicate of a rejected one", () => {
    const table = loadRows(
      { request_id: "a", status: "abc" },
      { request_id: "a", time: "14:00:00" },
      { request_id: "a", sc_range_end: "x" },
      { request_id: "a", uri: "/good" },
    );
    expect(outcome(table)).to.deep.equal([1, 0, 3]);
    expect(table.valueOf("uri", 0)).to.equal("/good");
  });

  const bad: readonly [string, Fields, string][] = [
    ["the next hour", { time: "14:00:00" }, "window"],
    ["the hour before", { time: "12:59:59" }, "window"],
    ["another day", { date: "2026-11-21" }, "window"],
    ["hour 24", { date: "2026-11-20", time: "24:00:00" }, "window"],
    ["minute 60", { time: "13:60:00" }, "pattern"],
    ["second 60", { time: "13:00:60" }, "pattern"],
    ["a time without seconds", { time: "13:00" }, "pattern"],
    ["a time with a fraction", { time: "13:00:00.5" }, "pattern"],
    ["an empty time", { time: "" }, "pattern"],
    ["an empty date", { date: "" }, "pattern"],
    ["an empty date and time", { date: "", time: "" }, "pattern"],
    ["a date in words", { date: "Nov 20 2026" }, "pattern"],
    ["a negative size", { bytes: "-1" }, "range"],
    ["a status in words", { status: "OK" }, "type"],
  ];
  for (const [title, fields, rule] of bad) {
    it(`rejects ${title}`, () => {
      const table = loadRows(fields);
      expect(table.rejections.map((rejection) => rejection.rule)).to.deep.equal([rule]);
      expect(table.rejections[0]!.raw).to.equal(logLine(fields));
    });
  }

  it("says that 1 MiB is the limit of a line", () => {
    const table = load(logFile([logLine({ uri: `/${"x".repeat(1 << 21)}` }), logLine()]));
    expect(table.rejections.map(({ rule, reason }) => [rule, reason])).to.deep.equal([
      ["size", "the line is longer than 1048576 bytes"],
    ]);
    expect(table.rejections[0]!.raw.length).to.be.below(5000);
    expect(table.rowCount).to.equal(1);
  });

  it("takes hostile bytes as text", () => {
    const line = Buffer.concat([Buffer.from(`${logFile([])}${logLine({ uri: "/X", referrer: '"quo"ted' })}`)]);
    const at = line.indexOf("/X");
    line[at + 1] = 0xff;
    const nul = Buffer.from(`\n${logLine({ uri: "/a\u0000b", user_agent: "=cmd|'/c calc'!A0" })}\n`);
    const table = load(Buffer.concat([line, nul]));
    expect(outcome(table)).to.deep.equal([2, 0, 0]);
    expect([table.valueOf("uri", 0), table.valueOf("referrer", 0)]).to.deep.equal(["/\ufffd", '"quo"ted']);
    expect([table.valueOf("uri", 1), table.valueOf("user_agent", 1)]).to.deep.equal(["/a\u0000b", "=cmd|'/c calc'!A0"]);
  });

  it("never throws on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const table = new HourTable(HOUR);
        table.add(Buffer.from(bytes), 0, bytes.length, 2);
        expect(table.rowCount + table.rejections.length).to.equal(1);
        expect(table.value(0, 0)).to.satisfy((value: unknown) => !(value instanceof BadField));
      }),
      { seed: 4 },
    );
  });
});
