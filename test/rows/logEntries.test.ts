import { expect } from "chai";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "../../src/rows/lines";
import { EntrySplitter } from "../../src/rows/logEntries";

interface Split {
  readonly entries: readonly (readonly [number, string])[];
  readonly problem: string | undefined;
}

const split = (content: string, size = content.length): Split => {
  const entries: [number, string][] = [];
  const splitter = new EntrySplitter((buffer, start, end, lineNumber, cut) =>
    entries.push([lineNumber, cut ? `cut at ${end - start}` : buffer.toString("utf8", start, end)]),
  );
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) splitter.push(bytes.subarray(at, at + size));
  splitter.end();
  return { entries, problem: splitter.problem };
};

describe("entries of a log", () => {
  it("are its lines, numbered, without empty ones", () => {
    expect(split("a\r\n\n{}\n[x]").entries).to.deep.equal([
      [1, "a"],
      [3, "{}"],
      [4, "[x]"],
    ]);
    expect(split("[2026-01-01 00:00:00] INFO x\n[1]").entries).to.have.length(2);
    expect(split("").entries).to.deep.equal([]);
    expect(split("\ufeffa\nb").entries).to.deep.equal([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("are the values of an array, whatever is in them, in pieces of any size", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean(), fc.constant(null), tie("object")),
      object: fc.dictionary(fc.string(), tie("any"), { maxKeys: 3 }),
    })).object;
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1 }),
        fc.constantFrom(undefined, 1, 4),
        fc.integer({ min: 1, max: 40 }),
        (values, indent, size) => {
          const { entries, problem } = split(JSON.stringify(values, null, indent), size);
          expect(problem).to.equal(undefined);
          expect(entries.map(([, text]) => JSON.parse(text) as unknown)).to.deep.equal(
            JSON.parse(JSON.stringify(values)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("know the line that each of them begins in", () => {
    expect(split('[\n {"a":\n 1},\n {"b":2}, 3, "x,]"\n]').entries).to.deep.equal([
      [2, '{"a":\n 1}'],
      [4, '{"b":2}'],
      [4, "3"],
      [4, '"x,]"'],
    ]);
    expect(split('{\n "a": 1\n}\n{\n "a": 2\n}\n').entries.map(([number]) => number)).to.deep.equal([1, 4]);
    expect(split("[]")).to.deep.equal({ entries: [], problem: undefined });
  });

  for (const [what, content, problem] of [
    ["ends early", '[{"a":1},{"b"', "the array is not closed, after line 1"],
    ["ends early between values", '[{"a":1},\n', "the array is not closed, after line 2"],
    ["is followed by something", '[{"a":1}]\nmore', "something follows the array's end, in line 2"],
  ] as const) {
    it(`say that the array ${what}`, () => expect(split(content, 3).problem).to.equal(problem));
  }

  it("are cut where they are too long", () => {
    const long = "x".repeat(MAX_LINE_BYTES);
    expect(split(`${long}\na`).entries.map(([, text]) => text.length)).to.deep.equal([MAX_LINE_BYTES, 1]);
    expect(split(`${long}x\na`).entries).to.deep.equal([
      [1, `cut at ${MAX_LINE_BYTES + 1}`],
      [2, "a"],
    ]);
    for (const size of [1000, 1 << 16, 3 << 20])
      expect(split(`[{"a":"${long}"},{"b":1}]`, size)).to.deep.equal({
        entries: [
          [1, `cut at ${MAX_LINE_BYTES + 1}`],
          [1, '{"b":1}'],
        ],
        problem: undefined,
      });
  });
});
