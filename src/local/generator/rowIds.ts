import { seedOf, type Random } from "../simulator/random";
import { ascii, type LineBuffer } from "./lineBuffer";

const BASE_64 = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
const HEX = ascii("0123456789abcdef");
const EQUALS = 61;
const DASH = 45;

const WORD_BITS = 30;
const WORD_MASK = 2 ** WORD_BITS - 1;

/** Looks random, and is another number for each number of 30 bits: an odd factor and a shifted xor can be undone. */
const scramble = (value: number): number => {
  let mixed = Math.imul(value, 0x2c1b3c6d) & WORD_MASK;
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x297a2d39) & WORD_MASK;
  return mixed ^ (mixed >>> 14);
};

/**
 * Ids of one stream of rows. A pipeline de-duplicates by them: they hold the row's number, so that no two are equal, whatever
 * the random numbers are.
 */
export class RowIds {
  private row = 0;
  private readonly stream: number;
  private readonly mask: number;

  constructor(...stream: readonly (string | number)[]) {
    this.stream = seedOf("ids", ...stream) & WORD_MASK;
    this.mask = seedOf("mask", ...stream) & WORD_MASK;
  }

  private words(): readonly [number: number, stream: number] {
    const high = Math.floor(this.row / 2 ** WORD_BITS);
    const low = this.row++ % 2 ** WORD_BITS;
    const first = scramble(low ^ this.mask);
    return [first, scramble((this.stream + high) & WORD_MASK) ^ first];
  }

  /** 54 characters and ==, as CloudFront's. */
  writeRequestId(line: LineBuffer, random: Random): void {
    const { bytes } = line;
    let { end } = line;
    const [first, second] = this.words();
    for (let word = 0; word < 11; word++) {
      let bits = word === 2 ? first : word === 6 ? second : random.bits();
      for (let char = word === 10 ? 4 : 5; char > 0; char--) {
        bytes[end++] = BASE_64[bits & 63]!;
        bits >>>= 6;
      }
    }
    bytes[end++] = EQUALS;
    bytes[end++] = EQUALS;
    line.end = end;
  }

  /** 36 characters, a UUID of version 4. */
  writeUuid(line: LineBuffer, random: Random): void {
    const { bytes } = line;
    let { end } = line;
    const [first, second] = this.words();
    const [third, fourth] = [random.bits(), random.bits()];
    const hex = (value: number, digits: number): void => {
      for (let digit = digits - 1; digit >= 0; digit--) bytes[end++] = HEX[(value >>> (digit * 4)) & 15]!;
    };
    hex(first | ((third & 3) << WORD_BITS), 8);
    bytes[end++] = DASH;
    hex(second >>> 14, 4);
    bytes[end++] = DASH;
    hex(0x4000 | (second & 0xfff), 4);
    bytes[end++] = DASH;
    // Two bits of the stream's word are left; then the variant.
    hex(0x8000 | (((second >>> 12) & 3) << 12) | (third >>> 20), 4);
    bytes[end++] = DASH;
    hex(fourth, 8);
    hex(third >>> 4, 4);
    line.end = end;
  }
}
