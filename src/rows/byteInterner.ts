import { randomBytes } from "node:crypto";

// Strangers write the values: an unknown start keeps them from choosing bytes that all fall into one slot.
const HASH_START = randomBytes(4).readInt32LE(0);

/** FNV-1a, its start and its factor; the reader folds it into its search for commas, so that each byte is touched once. */
export const hashStart = HASH_START;
// Not exported itself: a read of an export is no constant in the loops below.
const PRIME = 16777619;
export const hashPrime = PRIME;

/**
 * Gives equal byte strings equal small integers, in the order of first sight. Exact (it compares bytes, not hashes), and outside
 * of the JavaScript heap: a value that comes a million times is stored and decoded once.
 */
export class ByteInterner {
  size = 0;
  private slots = new Int32Array(64).fill(-1);
  private hashes = new Int32Array(32);
  private ends = new Int32Array(32);
  private arena = Buffer.allocUnsafe(1024);

  /** The code of `buffer[start, end)`, whose hash is `hash`; a new one when it was not seen before. */
  intern(hash: number, buffer: Uint8Array, start: number, end: number): number {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const code = this.slots[slot]!;
      if (code === -1) break;
      if (this.hashes[code] === hash && this.equals(code, buffer, start, end)) return code;
      slot = (slot + 1) & mask;
    }
    return this.add(slot, hash, buffer, start, end);
  }

  /** The same for bytes whose hash is not known yet. */
  internBytes(buffer: Uint8Array, start: number, end: number): number {
    let hash = HASH_START;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ buffer[at]!, PRIME);
    return this.intern(hash, buffer, start, end);
  }

  text(code: number): string {
    return this.arena.toString("utf8", this.startOf(code), this.ends[code]);
  }

  private startOf(code: number): number {
    return code === 0 ? 0 : this.ends[code - 1]!;
  }

  private equals(code: number, buffer: Uint8Array, start: number, end: number): boolean {
    let at = this.startOf(code);
    if (this.ends[code]! - at !== end - start) return false;
    for (let from = start; from < end; from++, at++) if (this.arena[at] !== buffer[from]) return false;
    return true;
  }

  private add(slot: number, hash: number, buffer: Uint8Array, start: number, end: number): number {
    const code = this.size++;
    const at = this.startOf(code);
    const length = end - start;
    if (at + length > this.arena.length) this.growArena(at + length);
    this.arena.set(buffer.subarray(start, end), at);
    if (code >= this.hashes.length) this.growCodes();
    this.hashes[code] = hash;
    this.ends[code] = at + length;
    this.slots[slot] = code;
    if (this.size * 2 > this.slots.length) this.rehash();
    return code;
  }

  private growArena(needed: number): void {
    const arena = Buffer.allocUnsafe(Math.max(needed, this.arena.length * 2));
    this.arena.copy(arena);
    this.arena = arena;
  }

  private growCodes(): void {
    const grow = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.hashes = grow(this.hashes);
    this.ends = grow(this.ends);
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = this.slots.length - 1;
    for (let code = 0; code < this.size; code++) {
      const hash = this.hashes[code]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & mask;
      this.slots[slot] = code;
    }
  }
}
