import { expect } from "chai";
import { parseTimestamp } from "../../src/rows/timestampText";

describe("timestamps", () => {
  for (const [value, iso] of [
    ["2025-04-03T12:34:56Z", "2025-04-03T12:34:56.000Z"],
    ["2025-04-03 12:34:56,789", "2025-04-03T12:34:56.789Z"],
    ["2025-04-03T12:34:56.1239999Z", "2025-04-03T12:34:56.123Z"],
    ["2025-04-03T12:34:56+02:00", "2025-04-03T10:34:56.000Z"],
    ["2025-04-03T12:34:56 -0530", "2025-04-03T18:04:56.000Z"],
    ["2024-02-29 00:00:00 UTC", "2024-02-29T00:00:00.000Z"],
    ["03/Apr/2025:12:34:56 +0200", "2025-04-03T10:34:56.000Z"],
    ["1743683696", "2025-04-03T12:34:56.000Z"],
    [1743683696789, "2025-04-03T12:34:56.789Z"],
    [1743683696.5, "2025-04-03T12:34:56.500Z"],
  ] as const) {
    it(`${value} is ${iso}`, () => expect(new Date(parseTimestamp(value)).toISOString()).to.equal(iso));
  }

  for (const value of [
    "",
    "yesterday",
    "2025-02-30T00:00:00Z",
    "2025-13-01T00:00:00Z",
    "2025-04-03T24:00:00Z",
    "2025-04-03",
    "20250403T123456Z",
    "99/Zzz/2025:00:00:00 +0000",
    12,
    NaN,
    null,
    {},
    true,
    "1".repeat(100),
  ])
    it(`${JSON.stringify(value).slice(0, 30)} is none`, () => expect(parseTimestamp(value)).to.be.NaN);
});
