import { expect } from "chai";
import { isGzip, notText } from "../../src/rows/contentKind";

describe("what a file is by its first bytes", () => {
  for (const [what, bytes] of [
    ["a text", Buffer.from("2026-11-20 INFO ünïcode 😀")],
    ["a text that is cut within a character", Buffer.from("ü".repeat(3000)).subarray(0, 4095)],
    ["nothing", Buffer.alloc(0)],
    ["one character", Buffer.from("a")],
    ["a hole that a rotation left", Buffer.concat([Buffer.alloc(4000), Buffer.from("2026-11-20 INFO a")])],
    [
      "a text with one hostile line",
      Buffer.concat([Buffer.from("2026-11-20 INFO a\n".repeat(50)), Buffer.from([0, 1, 2, 0xff, 0xfe])]),
    ],
    ["Latin-1", Buffer.from("2026-11-20 INFO gr\u00fc\u00df".repeat(20), "latin1")],
    ["terminal colours", Buffer.from("\u001b[31mERROR\u001b[0m ".repeat(100))],
  ] as const) {
    it(`takes ${what} for text`, () => expect(notText(bytes)).to.equal(undefined));
  }

  it("knows gzip", () => {
    expect(isGzip(Buffer.from([0x1f, 0x8b, 8]))).to.be.true;
    expect(isGzip(Buffer.from("ab"))).to.be.false;
    expect(isGzip(Buffer.alloc(0))).to.be.false;
  });
});
