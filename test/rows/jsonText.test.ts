import { expect } from "chai";
import fc from "fast-check";
import { isDeeper, parseJsonText } from "../../src/rows/jsonText";

describe("JSON of a log line", () => {
  it("is read as JavaScript reads it, where that is exact", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseJsonText(text)).to.deep.equal(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  for (const [text, value] of [
    ['{"a":12345678901234567890}', { a: "12345678901234567890" }],
    ['{"a":-9223372036854775808,"b":1}', { a: "-9223372036854775808", b: 1 }],
    ["[1234567890123456]", ["1234567890123456"]],
    ['{"a":1234567890123456.5}', { a: 1234567890123456.5 }],
    ['{"a":0.12345678901234567}', { a: Number("0.12345678901234567") }],
    ['{"a":1e1234567890123456}', { a: Infinity }],
    ['{"a":"12345678901234567890 \\" 12345678901234567890"}', { a: '12345678901234567890 " 12345678901234567890' }],
    ['{"a":1,"a":2}', { a: 2 }],
  ] as const) {
    it(`keeps every digit: ${text.slice(0, 60)}`, () => expect(parseJsonText(text)).to.deep.equal(value));
  }

  it("has __proto__ as a name like others", () => {
    const value = parseJsonText('{"__proto__":{"polluted":true}}') as object;
    expect(Object.keys(value)).to.deep.equal(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("has levels", () => {
    const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    expect(isDeeper(nested(32), 32)).to.be.false;
    expect(isDeeper(nested(33), 32)).to.be.true;
    expect(isDeeper({ a: { b: 1 } }, 1)).to.be.true;
    expect(isDeeper("text", 0)).to.be.false;
  });
});
