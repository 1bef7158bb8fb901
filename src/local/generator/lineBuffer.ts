/**
 * Bytes that grow at their end. Rows are written byte by byte: at 200,000 rows a second and 450 bytes each, strings that are
 * joined first cost more than all the rest.
 */

const ZERO = 48;
const POINT = 46;

/** Text as ASCII bytes. */
export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

const TWO_DIGITS = ascii(Array.from({ length: 100 }, (_, value) => String(value).padStart(2, "0")).join(""));

export class LineBuffer {
  bytes: Uint8Array;
  end = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for so many bytes more: what is written afterwards is not checked. */
  reserve(bytes: number): void {
    if (this.end + bytes <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.end + bytes));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.end++] = value;
  }

  raw(source: Uint8Array): void {
    const { bytes } = this;
    let { end } = this;
    for (let at = 0; at < source.length; at++) bytes[end++] = source[at]!;
    this.end = end;
  }

  /** Text that is known to be ASCII. */
  text(source: string): void {
    const { bytes } = this;
    let { end } = this;
    for (let at = 0; at < source.length; at++) bytes[end++] = source.charCodeAt(at);
    this.end = end;
  }

  /** A whole number, not negative. */
  integer(value: number): void {
    if (value < 10) return this.byte(ZERO + value);
    let size = 0;
    for (let rest = value; rest > 0; rest = Math.floor(rest / 10)) size++;
    const { bytes } = this;
    this.end += size;
    let rest = value;
    for (let at = this.end - 1; size > 0; size--) {
      const tenth = Math.floor(rest / 10);
      bytes[at--] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
  }

  /** A number below 100, with two digits. */
  two(value: number): void {
    this.bytes[this.end++] = TWO_DIGITS[value * 2]!;
    this.bytes[this.end++] = TWO_DIGITS[value * 2 + 1]!;
  }

  /** A number below 1,000, with three digits. */
  three(value: number): void {
    const hundreds = Math.floor(value / 100);
    this.bytes[this.end++] = ZERO + hundreds;
    this.two(value - hundreds * 100);
  }

  /** Milliseconds as seconds with three decimals. */
  seconds(ms: number): void {
    const whole = Math.floor(ms / 1000);
    this.integer(whole);
    this.byte(POINT);
    this.three(ms - whole * 1000);
  }
}
