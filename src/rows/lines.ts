/** Longest line that is taken as a row; CloudFront's own limit on a URL is 8,192 bytes, three of which may be in a line. */
export const MAX_LINE_BYTES = 1 << 20;

/** A line as bytes: `[start, end)` of a buffer that is valid only during the call. `cut` when it was longer than MAX_LINE_BYTES. */
export type LineVisitor = (buffer: Buffer, start: number, end: number, cut: boolean) => void;

const LF = 10;
const CR = 13;

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
    let start = this.first ? this.skipMark(buffer) : 0;
    for (;;) {
      const end = buffer.indexOf(LF, start);
      if (end === -1) break;
      this.line(buffer, start, end);
      start = end + 1;
    }
    if (start >= buffer.length) return;
    if (this.skipping) return;
    if (buffer.length - start > MAX_LINE_BYTES) {
      this.visit(buffer, start, start + MAX_LINE_BYTES, true);
      this.skipping = true;
      return;
    }
    this.carry = Buffer.from(buffer.subarray(start));
  }

  end(): void {
    if (this.carry !== undefined) this.line(this.carry, 0, this.carry.length);
    this.carry = undefined;
  }

  private line(buffer: Buffer, start: number, end: number): void {
    if (this.skipping) {
      this.skipping = false;
      return;
    }
    const last = end > start && buffer[end - 1] === CR ? end - 1 : end;
    if (last - start > MAX_LINE_BYTES) this.visit(buffer, start, start + MAX_LINE_BYTES, true);
    else if (last > start) this.visit(buffer, start, last, false);
    else this.visit(buffer, start, start, false);
  }

  private skipMark(buffer: Buffer): number {
    this.first = false;
    return buffer.length >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  }
}
