import { expect } from "chai";
import fc from "fast-check";
import { Deliveries } from "../../../src/local/generator/deliveries";
import { LineBuffer } from "../../../src/local/generator/lineBuffer";

const drained = (deliveries: Deliveries, minute: number): string[] => {
  const rows: string[] = [];
  deliveries.drain(minute, (bytes, start, end) =>
    rows.push(Buffer.from(bytes.subarray(start, end)).toString("latin1")),
  );
  return rows;
};

describe("deliveries of generated rows", () => {
  it("gives each row once, in its minute, by time and then as they came", () => {
    const row = fc.record({
      minute: fc.nat(3),
      ms: fc.nat(5),
      text: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme-ascii" }),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 120 }), (rows) => {
        const deliveries = new Deliveries();
        for (const { minute, ms, text } of rows) deliveries.begin(minute, ms + 0.5, 60).text(text);
        for (let minute = 0; minute <= 3; minute++) {
          const wanted = rows.filter((one) => one.minute === minute).sort((left, right) => left.ms - right.ms);
          expect(drained(deliveries, minute)).to.deep.equal(wanted.map(({ text }) => text));
          expect(drained(deliveries, minute)).to.deep.equal([]);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe("a line of bytes", () => {
  it("has numbers as JavaScript writes them", () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), fc.nat(999), fc.nat(99), (number, thousand, hundred) => {
        const line = new LineBuffer(4);
        line.reserve(64);
        line.integer(number);
        line.byte(32);
        line.three(thousand);
        line.byte(32);
        line.two(hundred);
        line.byte(32);
        line.seconds(number);
        expect(Buffer.from(line.bytes.subarray(0, line.end)).toString()).to.equal(
          `${number} ${String(thousand).padStart(3, "0")} ${String(hundred).padStart(2, "0")} ${(number / 1000).toFixed(3)}`,
        );
      }),
      { seed: 5 },
    );
  });
});
