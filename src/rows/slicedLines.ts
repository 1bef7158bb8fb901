/**
 * Lines on disk, in slices: what is too much for memory is put apart by a rule that equal lines share, and is then worked on
 * slice by slice, as exactly as in memory.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { explainFullDisk, type TemporaryFolder } from "./temporaryFolder";

/** Bytes of a slice that wait in memory before they are written. */
const BLOCK_BYTES = 1 << 16;
/** A block's first size: most slices of most hours stay small. */
const FIRST_BYTES = 1 << 12;
/** The fastest: what is written here lives for seconds. */
const LEVEL = 1;
const LF = 10;
const COLON = 58;

/** Where in the file a block lies. */
interface Block {
  readonly at: number;
  readonly bytes: number;
}

/** The lines of pieces that each end with a line, byte for byte as they are. */
export const visitWholeLines = (
  pieces: Iterable<Buffer>,
  visit: (buffer: Buffer, start: number, end: number) => void,
): void => {
  for (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const end = piece.indexOf(LF, start);
      visit(piece, start, end);
      start = end + 1;
    }
  }
};

export class SlicedLines {
  /** Lines of each slice. */
  readonly lines: Float64Array;
  /** Bytes of each slice, line ends included. */
  readonly bytes: Float64Array;
  /** Bytes of memory that wait to be written. */
  bufferedBytes = 0;
  /** Bytes of the file. */
  fileBytes = 0;
  private readonly blocks: Block[][];
  private readonly waiting: (Buffer | undefined)[];
  private readonly used: Int32Array;
  private readonly file: number;
  private closed = false;

  constructor(
    folder: TemporaryFolder,
    readonly slices: number,
    /** Whether blocks are compressed: for some CPU and memory they take a fifth of the disk. */
    private readonly packed = true,
  ) {
    this.lines = new Float64Array(slices);
    this.bytes = new Float64Array(slices);
    this.blocks = Array.from({ length: slices }, () => []);
    this.waiting = new Array<Buffer | undefined>(slices);
    this.used = new Int32Array(slices);
    this.file = openSync(folder.newFile(), "wx+", 0o600);
    folder.closing(this);
  }

  /** Puts the line `buffer[start, end)` into a slice. */
  add(slice: number, buffer: Buffer, start: number, end: number): void {
    const length = end - start + 1;
    const block = this.room(slice, length);
    const at = this.used[slice]!;
    buffer.copy(block, at, start, end);
    block[at + length - 1] = LF;
    this.used[slice] = at + length;
    this.lines[slice]!++;
    this.bytes[slice]! += length;
  }

  /** Writes what waits, and lets go of its memory. */
  flush(): void {
    for (let slice = 0; slice < this.slices; slice++) {
      const block = this.waiting[slice];
      if (block === undefined) continue;
      if (this.used[slice]! > 0) this.write(slice, block.subarray(0, this.used[slice]));
      this.drop(slice);
    }
  }

  /** The slice's lines as they came, in pieces that end with a line. */
  *read(slice: number): Generator<Buffer> {
    for (const { at, bytes } of this.blocks[slice]!) {
      const block = Buffer.allocUnsafe(bytes);
      if (readSync(this.file, block, 0, bytes, at) !== bytes)
        throw new Error("a temporary file is shorter than it was");
      yield this.packed ? inflateRawSync(block, { chunkSize: BLOCK_BYTES }) : block;
    }
    if (this.used[slice]! > 0) yield this.waiting[slice]!.subarray(0, this.used[slice]);
  }

  /** The slice's lines one by one, byte for byte as they came. */
  visit(slice: number, visit: (buffer: Buffer, start: number, end: number) => void): void {
    visitWholeLines(this.read(slice), visit);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.waiting.fill(undefined);
    this.bufferedBytes = 0;
    closeSync(this.file);
  }

  /** The slice's block with room for so many bytes more. */
  private room(slice: number, bytes: number): Buffer {
    const block = this.waiting[slice];
    const used = this.used[slice]!;
    const held = block?.length ?? 0;
    if (block !== undefined && used + bytes <= held) return block;
    if (block !== undefined && held >= BLOCK_BYTES) {
      this.write(slice, block.subarray(0, used));
      // A block that one long line made larger is not kept.
      if (held === BLOCK_BYTES && bytes <= held) return block;
    }
    const kept = held >= BLOCK_BYTES ? 0 : used;
    const grown = Buffer.allocUnsafe(Math.max(kept + bytes, Math.min(BLOCK_BYTES, Math.max(FIRST_BYTES, held * 4))));
    block?.copy(grown, 0, 0, kept);
    this.bufferedBytes += grown.length - held;
    this.waiting[slice] = grown;
    return grown;
  }

  private write(slice: number, content: Buffer): void {
    const block = this.packed ? deflateRawSync(content, { level: LEVEL }) : content;
    try {
      for (let done = 0; done < block.length;)
        done += writeSync(this.file, block, done, block.length - done, this.fileBytes + done);
    } catch (error) {
      throw explainFullDisk(error);
    }
    this.blocks[slice]!.push({ at: this.fileBytes, bytes: block.length });
    this.fileBytes += block.length;
    this.used[slice] = 0;
  }

  private drop(slice: number): void {
    this.bufferedBytes -= this.waiting[slice]?.length ?? 0;
    this.waiting[slice] = undefined;
  }
}

/** Seconds of a slice of an hour: an hour of 1 GB then has 6 MB in each. */
const SLICE_SECONDS = 20;
/** The slices of an hour by time, and one for lines that have none. */
export const HOUR_SLICES = 3600 / SLICE_SECONDS + 1;
export const NO_TIME = HOUR_SLICES - 1;

const twoDigits = (buffer: Buffer, at: number): number => {
  const [tens, ones] = [buffer[at]! - 48, buffer[at + 1]! - 48];
  return tens >= 0 && tens < 6 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
};

export const sliceOfSecond = (second: number): number => Math.floor(second / SLICE_SECONDS);

/** The slice of `YYYY-MM-DD,HH:MM:SS…`, by the line's own bytes only: equal lines are in one slice. */
export const timeSlice = (buffer: Buffer, start: number, end: number): number => {
  if (end - start < 19 || buffer[start + 13] !== COLON || buffer[start + 16] !== COLON) return NO_TIME;
  const second = twoDigits(buffer, start + 14) * 60 + twoDigits(buffer, start + 17);
  return Number.isNaN(second) ? NO_TIME : sliceOfSecond(second);
};
