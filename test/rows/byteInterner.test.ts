import { expect } from "chai";
import fc from "fast-check";
import { ByteInterner } from "../../src/rows/byteInterner";

describe("ByteInterner", () => {
  it("gives equal bytes equal codes, others others, and the text back", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", "-", "a", "aa"))), (texts) => {
        const interner = new ByteInterner();
        const codes = texts.map((text) => {
          const padded = Buffer.from(`<${text}>`);
          return interner.internBytes(padded, 1, padded.length - 1);
        });
        const codeOf = new Map<string, number>();
        texts.forEach((text, index) => {
          if (!codeOf.has(text)) codeOf.set(text, codeOf.size);
          expect(codes[index]).to.equal(codeOf.get(text));
          expect(interner.text(codes[index]!)).to.equal(text);
        });
        expect(interner.size).to.equal(codeOf.size);
      }),
      { seed: 1 },
    );
  });

  it("keeps what it holds when it grows", () => {
    const interner = new ByteInterner();
    const values = Array.from({ length: 5000 }, (_, index) => Buffer.from(`${index}-${"x".repeat(index % 50)}`));
    values.forEach((value, index) => expect(interner.internBytes(value, 0, value.length)).to.equal(index));
    values.forEach((value, index) => {
      expect(interner.internBytes(value, 0, value.length)).to.equal(index);
      expect(interner.text(index)).to.equal(value.toString());
    });
  });

  it("tells apart different bytes of one hash", () => {
    const interner = new ByteInterner();
    const codes = ["a", "b", "ab", ""].map((text) => interner.intern(7, Buffer.from(text), 0, text.length));
    expect(codes).to.deep.equal([0, 1, 2, 3]);
    expect(interner.intern(7, Buffer.from("ab"), 0, 2)).to.equal(2);
  });

  it("tells apart bytes that are not UTF-8 and look alike as text", () => {
    const interner = new ByteInterner();
    expect(interner.internBytes(Buffer.from([0xff]), 0, 1)).to.equal(0);
    expect(interner.internBytes(Buffer.from([0xfe]), 0, 1)).to.equal(1);
  });
});
