/** Sets of hashes that take few bytes each: a large object has a million of them, and its reader 128 MB. */

/** Places that are taken, at most: more would make searches long, fewer would waste memory. */
const LOAD = 0.8;
/** Four bytes each. */
const WORDS = 4;

const slotsFor = (expected: number): number => Math.max(64, Math.ceil(expected / LOAD) + 1);

/** Eight hexadecimal digits of a hash. */
const part = (hash: string, index: number): number => parseInt(hash.slice(index * 8, index * 8 + 8), 16) | 0;

/** Hashes of 32 hexadecimal digits, 20 bytes each. */
export class IdTable {
  size = 0;
  private slots: number;
  private words: Int32Array;

  constructor(expected: number) {
    this.slots = slotsFor(expected);
    this.words = new Int32Array(this.slots * WORDS);
  }

  /** False when it was there already. */
  add(hash: string): boolean {
    const slot = this.find(hash);
    if (this.isTaken(slot)) return false;
    // A hash of zeros alone would look like an empty place; none is known.
    for (let word = 0; word < WORDS; word++) this.words[slot * WORDS + word] = part(hash, word);
    if (++this.size > this.slots * LOAD) this.grow();
    return true;
  }

  has(hash: string): boolean {
    return this.isTaken(this.find(hash));
  }

  private isTaken(slot: number): boolean {
    const { words } = this;
    const at = slot * WORDS;
    return (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) !== 0;
  }

  private find(hash: string): number {
    const [a, b, c, d] = [part(hash, 0), part(hash, 1), part(hash, 2), part(hash, 3)];
    const { words } = this;
    let slot = this.firstOf(a);
    for (;;) {
      const at = slot * WORDS;
      if (!this.isTaken(slot)) return slot;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
      slot = this.next(slot);
    }
  }

  private firstOf(word: number): number {
    return (word >>> 0) % this.slots;
  }

  private next(slot: number): number {
    return slot + 1 === this.slots ? 0 : slot + 1;
  }

  private grow(): void {
    const old = this.words;
    this.slots *= 2;
    this.words = new Int32Array(this.slots * WORDS);
    for (let at = 0; at < old.length; at += WORDS) {
      if ((old[at]! | old[at + 1]! | old[at + 2]! | old[at + 3]!) === 0) continue;
      let slot = this.firstOf(old[at]!);
      while (this.isTaken(slot)) slot = this.next(slot);
      this.words.set(old.subarray(at, at + WORDS), slot * WORDS);
    }
  }
}

/**
 * How often hashes came, by their first 16 digits: 15 bytes each. Two that share them are counted as one, which gives the second
 * another number than it would have, the same in each run.
 */
export class OccurrenceTable {
  private readonly slots: number;
  private readonly words: Int32Array;
  private readonly counts: Int32Array;

  /** `most` hashes come, at most. */
  constructor(most: number) {
    this.slots = slotsFor(most);
    this.words = new Int32Array(this.slots * 2);
    this.counts = new Int32Array(this.slots);
  }

  /** Which time this is, from 1. */
  count(hash: string): number {
    const [a, b] = [part(hash, 0), part(hash, 1)];
    let slot = (a >>> 0) % this.slots;
    while (this.counts[slot] !== 0 && (this.words[slot * 2] !== a || this.words[slot * 2 + 1] !== b))
      slot = slot + 1 === this.slots ? 0 : slot + 1;
    this.words[slot * 2] = a;
    this.words[slot * 2 + 1] = b;
    return ++this.counts[slot]!;
  }
}
