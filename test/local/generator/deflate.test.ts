import { inflateRawSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { Deflate } from "../../../src/local/generator/deflate";

const packed = (pieces: readonly Uint8Array[]): Buffer => {
  const deflate = new Deflate();
  return Buffer.concat(
    pieces.map((piece, at) => {
      const output = new Uint8Array(Deflate.bound(piece.length));
      const end = deflate.block(piece, piece.length, output, at === pieces.length - 1);
      return output.subarray(0, end);
    }),
  );
};

/** Bytes that come again after a while, as a log's do. */
const REPEATING = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 90 })), { maxLength: 30 })
  .map((runs) => Buffer.concat(runs.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))));

describe("deflate", () => {
  it("is undone by zlib, whatever the bytes and however they are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), REPEATING), { minLength: 1, maxLength: 6 }),
        (pieces) => {
          expect(inflateRawSync(packed(pieces)).equals(Buffer.concat(pieces))).to.equal(true);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });

  it("finds every length and distance that the format has", () => {
    for (const length of [4, 10, 11, 114, 115, 130, 131, 257, 258, 259, 1000]) {
      for (const distance of [1, 2, 3, 4, 5, 24, 25, 192, 193, 4096, 4097, 24_577, 32_767, 32_768, 32_769, 40_000]) {
        const noise = Uint8Array.from({ length: distance }, (_, at) => ((at * 2654435761) >>> 13) & 255);
        const whole = Buffer.concat([
          noise,
          Buffer.from(noise.subarray(0, Math.min(length, distance))),
          Buffer.from("end"),
        ]);
        expect(inflateRawSync(packed([whole])).equals(whole), `${length} ${distance}`).to.equal(true);
      }
    }
  });

  it("packs what repeats itself", () => {
    const lines = Buffer.from("2026-11-20\t13:05:01\tFRA56-P4\t200\tHit\n".repeat(5000));
    expect(packed([lines]).length).to.be.lessThan(lines.length / 50);
  });

  it("keeps within its bound for bytes that do not pack", () => {
    const noise = Uint8Array.from(
      { length: 100_000 },
      (_, at) => ((Math.imul(at, 2654435761) ^ (at * at)) >>> 11) & 255,
    );
    expect(packed([noise]).length).to.be.at.most(Deflate.bound(noise.length));
    const worst = new Uint8Array(255).map((_, at) => 144 + (at % 111));
    expect(packed([worst]).length).to.be.at.most(Deflate.bound(worst.length));
  });
});
