/** Longest line that is taken as a row; CloudFront's own limit on a URL is 8,192 bytes, three of which may be in a line. */
export const MAX_LINE_BYTES = 1 << 20;

/**
 * A line as bytes: `[start, end)` of a buffer that is valid only during the call. `cut` when it was longer than MAX_LINE_BYTES: it
 * then has one byte more than that, so that it is told as too long again where it is stored and read another time.
 */
export type LineVisitor = (buffer: Buffer, start: number, end: number, cut: boolean) => void;

const LF = 10;
const CR = 13;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CUT_BYTES = MAX_LINE_BYTES + 1;

const startsWithMark = (buffer: Buffer): boolean => buffer.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
/** Too short to tell: the rest of the mark may be in the next chunk. */
const mayBecomeMark = (buffer: Buffer): boolean =>
  buffer.length < BYTE_ORDER_MARK.length && buffer.equals(BYTE_ORDER_MARK.subarray(0, buffer.length));

/** Splits chunks of bytes into lines at LF or CRLF. A byte order mark at the very beginning is skipped; a last line needs no end. */
export class LineSplitter {
  private carry: Buffer | undefined;
  private skipping = false;
  private first = true;

  constructor(private readonly visit: LineVisitor) {}

  push(chunk: Uint8Array): void {
    let buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.carry !== undefined) {
      buffer = Buffer.concat([this.carry, buffer]);
      this.carry = undefined;
    }
    let start = 0;
    if (this.first) {
      if (mayBecomeMark(buffer)) {
        this.carry = Buffer.from(buffer);
        return;
      }
      this.first = false;
      if (startsWithMark(buffer)) start = BYTE_ORDER_MARK.length;
    }
    for (;;) {
      const end = buffer.indexOf(LF, start);
      if (end === -1) break;
      this.line(buffer, start, end);
      start = end + 1;
    }
    if (start >= buffer.length) return;
    if (this.skipping) return;
    // One byte more may be the CR of a line end whose LF is still to come.
    if (buffer.length - start > CUT_BYTES) {
      this.visit(buffer, start, start + CUT_BYTES, true);
      this.skipping = true;
      return;
    }
    this.carry = Buffer.from(buffer.subarray(start));
  }

  end(): void {
    if (this.carry !== undefined && this.carry.length > 0) this.line(this.carry, 0, this.carry.length);
    this.carry = undefined;
  }

  private line(buffer: Buffer, start: number, end: number): void {
    if (this.skipping) {
      this.skipping = false;
      return;
    }
    const last = end > start && buffer[end - 1] === CR ? end - 1 : end;
    if (last - start > MAX_LINE_BYTES) this.visit(buffer, start, start + CUT_BYTES, true);
    else if (last > start) this.visit(buffer, start, last, false);
    else this.visit(buffer, start, start, false);
  }
}

/** The lines of pieces that are no file's beginning: no header, no byte order mark; empty ones are left out. */
export const visitLines = (pieces: Iterable<Uint8Array>, visit: LineVisitor): void => {
  const splitter = new LineSplitter((buffer, start, end, cut) => {
    if (end > start) visit(buffer, start, end, cut);
  });
  splitter.push(Buffer.of(LF));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
};
