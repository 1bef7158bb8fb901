import { LineBuffer } from "./lineBuffer";

const FIRST_CAPACITY = 1 << 14;
/** Buffers of this size and less are used again. */
const POOLED_CAPACITY = 1 << 22;
/** Rows of one bin that a key can tell apart. */
const MOST_ROWS = 2 ** 24;

/** Rows that are delivered in the same minute, in the order in which they were made. */
class Bin {
  readonly lines: LineBuffer;
  private keys = new Float64Array(16);
  private starts = new Float64Array(17);
  private rows = 0;

  constructor(lines: LineBuffer) {
    this.lines = lines;
  }

  begin(ms: number): void {
    if (this.rows === this.keys.length) {
      const [keys, starts] = [new Float64Array(this.rows * 2), new Float64Array(this.rows * 2 + 1)];
      keys.set(this.keys);
      starts.set(this.starts);
      [this.keys, this.starts] = [keys, starts];
    }
    this.keys[this.rows] = Math.floor(ms) * MOST_ROWS + this.rows;
    this.starts[this.rows++] = this.lines.end;
  }

  /** Gives the rows in the order of their times; those of the same millisecond as they were made. */
  drain(write: (bytes: Uint8Array, start: number, end: number) => void): void {
    const { rows, starts, lines } = this;
    starts[rows] = lines.end;
    for (const key of this.keys.subarray(0, rows).sort()) {
      const row = key % MOST_ROWS;
      write(lines.bytes, starts[row]!, starts[row + 1]!);
    }
  }
}

/** Rows that wait for the minute in which the source hands them out. */
export class Deliveries {
  private readonly bins = new Map<number, Bin>();
  private readonly spare: LineBuffer[] = [];

  /** Where the row is to be written to, with room for `bytes`. `ms` is its place among the others of its minute. */
  begin(minute: number, ms: number, bytes: number): LineBuffer {
    let bin = this.bins.get(minute);
    if (bin === undefined) {
      bin = new Bin(this.spare.pop() ?? new LineBuffer(FIRST_CAPACITY));
      this.bins.set(minute, bin);
    }
    bin.begin(ms);
    bin.lines.reserve(bytes);
    return bin.lines;
  }

  drain(minute: number, write: (bytes: Uint8Array, start: number, end: number) => void): void {
    const bin = this.bins.get(minute);
    if (bin === undefined) return;
    this.bins.delete(minute);
    bin.drain(write);
    if (bin.lines.bytes.length > POOLED_CAPACITY) return;
    bin.lines.end = 0;
    this.spare.push(bin.lines);
  }
}
