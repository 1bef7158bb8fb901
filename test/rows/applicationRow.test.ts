import { expect } from "chai";
import type { ApplicationRule } from "../../src/model/applicationRules";
import { validateApplication } from "../../src/model/applicationSettings";
import { RejectedLine, RowReader } from "../../src/rows/applicationRow";

const FIELDS = [
  { name: "timestamp", type: "string" },
  { name: "level", type: "string" },
  { name: "start", type: "string" },
  { name: "end", type: "string" },
  { name: "low", type: "int" },
  { name: "high", type: "bigint" },
  { name: "share", type: "double" },
  { name: "done", type: "boolean" },
];

const readerOf = (settings: object): RowReader => {
  const checked = validateApplication({ fields: FIELDS, ...settings });
  if (!("settings" in checked)) throw new Error(JSON.stringify(checked.problems));
  return new RowReader(checked.settings, "a.log");
};
const json = (fields: object): string =>
  JSON.stringify({ timestamp: "2026-11-20T10:00:00Z", level: "INFO", ...fields });

/** The rule that the line breaks, and its reason; "kept" when it breaks none. */
const judge = (rules: readonly ApplicationRule[], fields: object): string => {
  const row = readerOf({ rules }).read(json(fields));
  return row instanceof RejectedLine ? `${row.rule}: ${row.reason}` : "kept";
};

describe("rules of application logs", () => {
  for (const [rule, fields, verdict] of [
    [{ rule: "required", field: "start" }, { start: "x" }, "kept"],
    [{ rule: "required", field: "start" }, {}, "required: start is missing"],
    [{ rule: "required", field: "start" }, { start: "" }, "required: start is missing"],
    [{ rule: "required", field: "done" }, { done: false }, "kept"],
    [{ rule: "required", field: "low" }, { low: 0 }, "kept"],
    [{ rule: "type", field: "start", type: "timestamp" }, { start: "2026-01-01T00:00:00Z" }, "kept"],
    [{ rule: "type", field: "start", type: "timestamp" }, { start: "soon" }, 'type: start is not a time: "soon"'],
    [{ rule: "type", field: "start", type: "address" }, { start: "::1" }, "kept"],
    [{ rule: "type", field: "start", type: "address" }, { start: "1.2.3" }, 'type: start is not an address: "1.2.3"'],
    [{ rule: "type", field: "start", type: "string" }, { start: 5 }, 'type: start is not text: "5"'],
    [{ rule: "type", field: "start", type: "integer" }, { start: 5 }, "kept"],
    [{ rule: "type", field: "start", type: "number" }, { start: "5.5" }, "kept"],
    [{ rule: "type", field: "start", type: "boolean" }, { start: "yes" }, 'type: start is not true or false: "yes"'],
    [{ rule: "type", field: "start", type: "integer" }, {}, "kept"],
    [{ rule: "enum", field: "start", values: ["a", "b"] }, { start: "b" }, "kept"],
    [{ rule: "enum", field: "start", values: ["a", "b"] }, { start: "c" }, 'enum: start is not one of a, b: "c"'],
    [{ rule: "enum", field: "low", values: [1, 2] }, { low: "2" }, "kept"],
    [{ rule: "regex", field: "start", pattern: "^a+$" }, { start: "aaa" }, "kept"],
    [{ rule: "regex", field: "start", pattern: "^a+$" }, { start: "ab" }, 'regex: start does not match ^a+$: "ab"'],
    [{ rule: "range", field: "low", min: 1 }, { low: 0 }, 'range: low is not from 1: "0"'],
    [{ rule: "range", field: "low", max: 9 }, { low: 9 }, "kept"],
    [{ rule: "range", field: "share", min: 0, max: 1 }, { share: 1.01 }, 'range: share is not from 0 to 1: "1.01"'],
    [
      { rule: "range", field: "high", max: 9e15 },
      { high: "9223372036854775807" },
      'range: high is not to 9000000000000000: "9223372036854775807"',
    ],
    [
      { rule: "cross", field: "end", operator: ">=", other: "start" },
      { start: "2026-01-01T00:00:00+02:00", end: "2025-12-31 22:00:00Z" },
      "kept",
    ],
    [
      { rule: "cross", field: "end", operator: ">", other: "start" },
      { start: "2026-01-01T00:00:00Z", end: "2025-12-31T00:00:00Z" },
      'cross: end "2025-12-31T00:00:00Z" is not > start "2026-01-01T00:00:00Z"',
    ],
    [{ rule: "cross", field: "low", operator: "<", other: "high" }, { low: 9, high: 10 }, "kept"],
    [
      { rule: "cross", field: "low", operator: "<", other: "high" },
      { low: 10, high: 9 },
      'cross: low "10" is not < high "9"',
    ],
    [{ rule: "cross", field: "low", operator: "<", other: "high" }, { low: 10, high: "9223372036854775807" }, "kept"],
    [{ rule: "cross", field: "end", operator: "=", other: "start" }, { start: "a", end: "a" }, "kept"],
    [
      { rule: "cross", field: "end", operator: "!=", other: "start" },
      { start: "a", end: "a" },
      'cross: end "a" is not != start "a"',
    ],
    [{ rule: "cross", field: "end", operator: ">=", other: "start" }, { start: "b" }, "kept"],
    [
      { rule: "cross", field: "done", operator: "<=", other: "start" },
      { done: true, start: "x" },
      'cross: done "true" is not <= start "x"',
    ],
  ] as const) {
    it(`${JSON.stringify(rule)} on ${JSON.stringify(fields)}: ${verdict}`, () =>
      expect(judge([rule], fields)).to.equal(verdict));
  }

  it("are asked in their order, and the first that is broken is told", () => {
    const rules: ApplicationRule[] = [
      { rule: "range", field: "low", min: 5 },
      { rule: "required", field: "start" },
    ];
    expect(judge(rules, { low: 1 })).to.match(/^range/);
    expect(judge([...rules].reverse(), { low: 1 })).to.match(/^required/);
  });
});

describe("values of application logs", () => {
  for (const [fields, verdict] of [
    [{ low: "12" }, "kept"],
    [{ low: "-" }, "kept"],
    [{ low: "" }, "kept"],
    [{ low: 2 ** 31 }, 'range: low is beyond int: "2147483648"'],
    [{ low: 1.5 }, 'type: low is not a whole number: "1.5"'],
    [{ low: true }, 'type: low is not a whole number: "true"'],
    [{ high: 2 ** 60 }, "kept"],
    [{ high: "-9223372036854775809" }, 'range: high is beyond bigint: "-9223372036854775809"'],
    [{ share: "1e400" }, 'range: share is beyond double: "1e400"'],
    [{ share: "NaN" }, 'type: share is not a number: "NaN"'],
    [{ done: "true" }, "kept"],
    [{ done: 1 }, 'type: done is not true or false: "1"'],
    [{ start: { deep: [1] } }, "kept"],
    [{ timestamp: "2040-12-31T23:59:59.999Z" }, "kept"],
    [
      { timestamp: "2041-01-01T00:00:00Z" },
      'range: timestamp is not of the years 2020 to 2040: "2041-01-01T00:00:00Z"',
    ],
    [
      { timestamp: "2019-12-31T23:59:59Z" },
      'range: timestamp is not of the years 2020 to 2040: "2019-12-31T23:59:59Z"',
    ],
  ] as const) {
    it(`${JSON.stringify(fields)}: ${verdict}`, () => expect(judge([], fields)).to.equal(verdict));
  }
});

describe("a pattern of one's own", () => {
  it("gives fields by its groups, and what is none of them as extra", () => {
    const reader = readerOf({
      pattern: String.raw`^(?<level>\w)/(?<timestamp>\S+)/(?<pod>\S+)/low=(?<low>\d+)$`,
      rules: [],
    });
    expect(reader.read("e/2026-11-20T10:00:00Z/p-1/low=7")).to.deep.include({
      service: "unknown",
      date: "2026-11-20",
      values: ["2026-11-20T10:00:00.000Z", "E", null, null, 7, null, null, null],
      extra: '{"pod":"p-1"}',
    });
    expect(reader.read("other")).to.deep.include({ rule: "grammar" });
  });
});
