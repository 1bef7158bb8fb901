import { expect } from "chai";
import { LOG_COLUMNS, columnIndex, type LogColumnName } from "../../src/model/columns";
import { BadField, readField } from "../../src/rows/fieldTypes";

const read = (name: LogColumnName, text: string): unknown => {
  const value = readField(LOG_COLUMNS[columnIndex(name)]!, text);
  return value instanceof BadField ? value.rule : value;
};

describe("readField", () => {
  const cases: readonly [LogColumnName, string, unknown][] = [
    ["bytes", "-", null],
    ["bytes", "-0", null],
    ["bytes", "", null],
    ["bytes", "0", 0n],
    ["bytes", "9223372036854775807", 9223372036854775807n],
    ["bytes", "9223372036854775808", "range"],
    ["bytes", "9".repeat(400), "range"],
    ["bytes", "-5", "range"],
    ["bytes", "1e5", "type"],
    ["bytes", "1.5", "type"],
    ["bytes", "0x10", "type"],
    ["bytes", " 1", "type"],
    ["bytes", "NaN", "type"],
    ["status", "200", 200],
    ["status", "000", 0],
    ["status", "999", 999],
    ["status", "1000", "range"],
    ["status", "-1", "range"],
    ["status", "-", null],
    ["c_port", "65535", 65535],
    ["c_port", "65536", "range"],
    ["fle_encrypted_fields", "2147483647", 2147483647],
    ["fle_encrypted_fields", "2147483648", "range"],
    ["time_taken", "0.093", 0.093],
    ["time_taken", "1", 1],
    ["time_taken", "1e5", 100000],
    ["time_taken", "2.5E-3", 0.0025],
    ["time_taken", "-0", null],
    ["time_taken", "", null],
    ["time_taken", "-0.5", "range"],
    ["time_taken", "1e999", "type"],
    ["time_taken", "NaN", "type"],
    ["time_taken", "Infinity", "type"],
    ["time_taken", "0x1p3", "type"],
    ["referrer", "-", "-"],
    ["referrer", "", ""],
    ["uri", "/a%20b", "/a b"],
    ["user_agent", "X\\(Y\\)%2522", "X(Y)%22"],
  ];
  for (const [name, text, wanted] of cases) {
    it(`reads ${name} ${JSON.stringify(text.slice(0, 30))} as ${String(wanted)}`, () =>
      expect(read(name, text)).to.equal(wanted));
  }

  it("names the column and a piece of the value", () => {
    const bad = readField(LOG_COLUMNS[columnIndex("status")]!, "x".repeat(1000)) as BadField;
    expect(bad.reason).to.match(/^status is not a whole number: "x{57}\.\.\."$/);
  });
});
