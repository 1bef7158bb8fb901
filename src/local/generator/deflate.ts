/**
 * Deflate (RFC 1951) with its fixed codes. zlib would pack a quarter better, but its bytes change with the version of Node and the
 * processor, and the same seed is to give the same files everywhere.
 */

const HASH_BITS = 15;
const HASH_FACTOR = 0x9e3779b1;
const LEAST_MATCH = 4;
const MOST_MATCH = 258;
const WINDOW = 32_768;
const END_OF_BLOCK = 256;
/** After 2 to the power of so many bytes without a match, every further one that is looked at skips one more. */
const SKIP_AFTER_BITS = 3;

const reversed = (code: number, bits: number): number => {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result |= ((code >>> bit) & 1) << (bits - 1 - bit);
  return result;
};

/** Section 3.2.6: codes of 7 to 9 bits, sent with their highest bit first. */
const literalCode = (symbol: number): readonly [code: number, bits: number] => {
  if (symbol < 144) return [reversed(0x30 + symbol, 8), 8];
  if (symbol < 256) return [reversed(0x190 + symbol - 144, 9), 9];
  return symbol < 280 ? [reversed(symbol - 256, 7), 7] : [reversed(0xc0 + symbol - 280, 8), 8];
};

/** By byte: its code and, above bit 16, how many bits that has. */
const LITERALS = Uint32Array.from({ length: 257 }, (_, symbol) => {
  const [code, bits] = literalCode(symbol);
  return code | (bits << 16);
});

/** Section 3.2.5: by length, the code with its extra bits and, above bit 16, how many bits these are together. */
const LENGTHS = ((): Uint32Array => {
  const table = new Uint32Array(MOST_MATCH + 1);
  let length = 3;
  for (let symbol = 257; symbol < 285; symbol++) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >>> 2;
    const [code, bits] = literalCode(symbol);
    for (let value = 0; value < 1 << extra; value++) table[length++] = code | (value << bits) | ((bits + extra) << 16);
  }
  const [code, bits] = literalCode(285);
  table[MOST_MATCH] = code | (bits << 16);
  return table;
})();

const DISTANCE_BASES = ((): number[] => {
  const bases = [1, 2, 3, 4];
  for (let symbol = 4; symbol < 30; symbol++) bases.push(bases[symbol - 1]! + (1 << Math.max(0, (symbol - 3) >>> 1)));
  return bases.slice(0, 30);
})();
const distanceExtra = (symbol: number): number => (symbol < 4 ? 0 : (symbol - 2) >>> 1);

/** By distance: its symbol. */
const DISTANCES = ((): Uint8Array => {
  const table = new Uint8Array(WINDOW + 1);
  for (const [symbol, base] of DISTANCE_BASES.entries()) table.fill(symbol, base, base + (1 << distanceExtra(symbol)));
  return table;
})();
const DISTANCE_CODES = Uint8Array.from({ length: 30 }, (_, symbol) => reversed(symbol, 5));
const DISTANCE_EXTRAS = Uint8Array.from({ length: 30 }, (_, symbol) => distanceExtra(symbol));

/** One deflate stream; each piece of input is a block that refers to no other. */
export class Deflate {
  private readonly heads = new Int32Array(1 << HASH_BITS);
  private held = 0;
  private heldBits = 0;

  /** The longest that a block of so many bytes can become. */
  static bound(bytes: number): number {
    return Math.ceil((bytes * 9) / 8) + 64;
  }

  /** Writes `input` from 0 to `length` as a block into `output`, and returns where that ends. Bits that fill no byte wait. */
  block(input: Uint8Array, length: number, output: Uint8Array, isLast: boolean): number {
    const { heads } = this;
    let { held, heldBits } = this;
    let end = 0;
    heads.fill(-1);
    held |= (isLast ? 1 : 0) << heldBits++;
    held |= 1 << heldBits;
    heldBits += 2;
    let at = 0;
    let literals = 0;
    while (at < length) {
      let match = 0;
      let distance = 0;
      if (at + LEAST_MATCH <= length) {
        const word = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24);
        const slot = Math.imul(word, HASH_FACTOR) >>> (32 - HASH_BITS);
        const candidate = heads[slot]!;
        heads[slot] = at;
        if (
          candidate >= 0 &&
          at - candidate <= WINDOW &&
          input[candidate] === input[at] &&
          input[candidate + 1] === input[at + 1] &&
          input[candidate + 2] === input[at + 2] &&
          input[candidate + 3] === input[at + 3]
        ) {
          const most = Math.min(MOST_MATCH, length - at);
          match = LEAST_MATCH;
          while (match < most && input[candidate + match] === input[at + match]) match++;
          distance = at - candidate;
        }
      }
      if (match === 0) {
        // Random text is passed over faster and faster: there is nothing to find in it.
        let run = 1 + (literals >>> SKIP_AFTER_BITS);
        literals++;
        for (; run > 0 && at < length; run--) {
          const code = LITERALS[input[at++]!]!;
          held |= (code & 0xffff) << heldBits;
          heldBits += code >>> 16;
          if (heldBits >= 16) {
            output[end++] = held;
            output[end++] = held >>> 8;
            held >>>= 16;
            heldBits -= 16;
          }
        }
        continue;
      }
      literals = 0;
      const size = LENGTHS[match]!;
      held |= (size & 0xffff) << heldBits;
      heldBits += size >>> 16;
      if (heldBits >= 16) {
        output[end++] = held;
        output[end++] = held >>> 8;
        held >>>= 16;
        heldBits -= 16;
      }
      const symbol = DISTANCES[distance]!;
      held |= DISTANCE_CODES[symbol]! << heldBits;
      heldBits += 5;
      if (heldBits >= 16) {
        output[end++] = held;
        output[end++] = held >>> 8;
        held >>>= 16;
        heldBits -= 16;
      }
      held |= (distance - DISTANCE_BASES[symbol]!) << heldBits;
      heldBits += DISTANCE_EXTRAS[symbol]!;
      if (heldBits >= 16) {
        output[end++] = held;
        output[end++] = held >>> 8;
        held >>>= 16;
        heldBits -= 16;
      }
      at += match;
    }
    const code = LITERALS[END_OF_BLOCK]!;
    held |= (code & 0xffff) << heldBits;
    heldBits += code >>> 16;
    while (heldBits >= 8 || (isLast && heldBits > 0)) {
      output[end++] = held;
      held >>>= 8;
      heldBits = Math.max(0, heldBits - 8);
    }
    [this.held, this.heldBits] = [held, heldBits];
    return end;
  }
}
