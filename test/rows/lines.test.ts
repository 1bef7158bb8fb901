import { expect } from "chai";
import fc from "fast-check";
import { LineSplitter, MAX_LINE_BYTES } from "../../src/rows/lines";

interface Seen {
  readonly text: string;
  readonly cut: boolean;
}

const split = (chunks: readonly Uint8Array[]): Seen[] => {
  const seen: Seen[] = [];
  const splitter = new LineSplitter((buffer, start, end, cut) => {
    seen.push({ text: buffer.toString("latin1", start, end), cut });
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return seen;
};

const texts = (chunks: readonly (string | Uint8Array)[]): string[] =>
  split(chunks.map((chunk) => Buffer.from(chunk))).map(({ text }) => text);

/** What LF and CRLF mean, on the whole file at once. */
const reference = (content: Buffer): string[] => {
  const text = content.toString("latin1").replace(/^\u00ef\u00bb\u00bf/, "");
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.replace(/\r$/, ""));
};

const cutAt = (content: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length];
  return places.slice(1).map((place, index) => content.subarray(places[index], place));
};

describe("LineSplitter", () => {
  it("gives the same lines however the file is cut into chunks", () => {
    const piece = fc.constantFrom("a", ",", "\r", "\n", "\r\n", "\u00ef\u00bb\u00bf", "\u0000", "\u00ff");
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), fc.array(fc.nat()), (pieces, marked, cuts) => {
        const content = Buffer.from(`${marked ? "\u00ef\u00bb\u00bf" : ""}${pieces.join("")}`, "latin1");
        expect(split(cutAt(content, cuts)).map(({ text }) => text)).to.deep.equal(reference(content));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  const cases: readonly [string, readonly (string | Uint8Array)[], readonly string[]][] = [
    [
      "a byte order mark in pieces",
      [[0xef], [0xbb], [0xbf], "a\nb"].map((part) => Buffer.from(part as string)),
      ["a", "b"],
    ],
    ["an empty chunk before the mark", ["", "\ufeffa\n"], ["a"]],
    ["a mark elsewhere is content", ["a\n\ufeffb"], ["a", Buffer.from("\ufeffb").toString("latin1")]],
    ["CR and LF in two chunks", ["a\r", "\nb"], ["a", "b"]],
    ["no last line end", ["a\nb"], ["a", "b"]],
    ["blank lines", ["\n\na\n"], ["", "", "a"]],
    ["nothing", [""], []],
  ];
  for (const [title, chunks, wanted] of cases) {
    it(`reads ${title}`, () => expect(texts(chunks)).to.deep.equal(wanted));
  }

  for (const [title, sizes] of [
    ["in one chunk", [Infinity]],
    ["whose end comes in a later chunk", [MAX_LINE_BYTES + 10, Infinity]],
    ["over many chunks", new Array<number>(40).fill(100_000)],
  ] as const) {
    it(`cuts an over-long line once and skips its rest, ${title}`, () => {
      const content = Buffer.from(`head\n${"x".repeat(3 * MAX_LINE_BYTES)}\nnext\nlast`);
      const chunks: Buffer[] = [];
      let from = 0;
      for (const size of sizes) {
        chunks.push(content.subarray(from, from + size));
        from += size;
      }
      expect(from).to.be.at.least(content.length);
      const seen = split(chunks);
      expect(seen.map(({ cut }) => cut)).to.deep.equal([false, true, false, false]);
      expect(seen.map(({ text }) => text.length)).to.deep.equal([4, MAX_LINE_BYTES + 1, 4, 4]);
      expect(seen[2]!.text).to.equal("next");
    });
  }

  it("tells a stored cut line as too long again", () => {
    const [first] = split([Buffer.from("x".repeat(2 * MAX_LINE_BYTES))]);
    expect(split([Buffer.from(`${first!.text}\n`)])).to.deep.equal([first]);
  });

  it("takes a line of exactly the limit, also when CRLF is split", () => {
    const line = "x".repeat(MAX_LINE_BYTES);
    for (const chunks of [[`${line}\r\nb`], [`${line}\r`, "\nb"], [line, "\r\nb"]]) {
      expect(split(chunks.map((chunk) => Buffer.from(chunk))).map(({ cut }) => cut)).to.deep.equal([false, false]);
    }
  });
});
