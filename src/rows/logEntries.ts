/** The entries of a log: its lines, or the objects of a JSON array, or JSON objects that stretch over several lines. */
import { LineSplitter, MAX_LINE_BYTES } from "./lines";

/** An entry is `[start, end)` of a buffer that is valid only during the call; `cut` when it was longer than MAX_LINE_BYTES. */
export type EntryVisitor = (buffer: Buffer, start: number, end: number, lineNumber: number, cut: boolean) => void;

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const COMMA = 44;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const isSpace = (byte: number): boolean => byte === SPACE || byte === LF || byte === CR || byte === TAB;

const skipSpace = (buffer: Buffer, from: number): number => {
  let at = from;
  while (at < buffer.length && isSpace(buffer[at]!)) at++;
  return at;
};

/**
 * How a log begins: `[{` is an array of objects, `{` alone in its line an object of several lines; anything else is lines. Undefined
 * when that cannot be told yet.
 */
const formOf = (head: Buffer): "lines" | "array" | "objects" | undefined => {
  const start = skipSpace(head, head.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0);
  if (start === head.length) return undefined;
  const next = skipSpace(head, start + 1);
  if (head[start] === OPEN) {
    if (next === head.length) return undefined;
    return head[next] === OPEN_OBJECT || head[next] === CLOSE ? "array" : "lines";
  }
  if (head[start] !== OPEN_OBJECT) return "lines";
  if (next === head.length) return undefined;
  return head.subarray(start, next).includes(LF) ? "objects" : "lines";
};

/** Bytes within which a log must show its form; one that begins with more spaces than these has lines. */
const MAX_HEAD = 1 << 16;

/** Splits chunks into entries. Empty lines are none. */
export class EntrySplitter {
  /** Why the rest of an array could not be read; undefined when all of it was. */
  problem: string | undefined;
  private head: Buffer | undefined;
  private form: "lines" | "array" | "objects" | undefined;
  private lineNumber = 0;
  private readonly lines: LineSplitter;
  private readonly values: ValueSplitter;

  constructor(private readonly visit: EntryVisitor) {
    this.lines = new LineSplitter((buffer, start, end, cut) => {
      this.lineNumber++;
      if (end > start) this.visit(buffer, start, end, this.lineNumber, cut);
    });
    this.values = new ValueSplitter(visit);
  }

  push(chunk: Uint8Array): void {
    let buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.form === undefined) {
      if (this.head !== undefined) buffer = Buffer.concat([this.head, buffer]);
      this.form = formOf(buffer) ?? (buffer.length > MAX_HEAD ? "lines" : undefined);
      this.head = this.form === undefined ? Buffer.from(buffer) : undefined;
      if (this.form === undefined) return;
      this.values.inArray = this.form === "array";
    }
    if (this.form === "lines") this.lines.push(buffer);
    else this.values.push(buffer);
  }

  end(): void {
    if (this.head !== undefined) this.lines.push(this.head);
    if (this.form === "array" || this.form === "objects") {
      this.values.end();
      this.problem = this.values.problem;
    } else this.lines.end();
  }
}

/** Finds the values of an array, or those that stand one after the other, by their brackets. */
class ValueSplitter {
  inArray = false;
  problem: string | undefined;
  private lineNumber = 1;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Pieces of the value in hand, and where it began. */
  private pieces: Buffer[] = [];
  private bytes = 0;
  private startLine = 0;
  private open = false;
  /** Whether the value in hand has no brackets of its own. */
  private bare = false;
  private state: "before" | "within" | "after" = "before";

  constructor(private readonly visit: EntryVisitor) {}

  push(buffer: Buffer): void {
    let start = 0;
    for (let at = 0; at < buffer.length && this.problem === undefined; at++) {
      const byte = buffer[at]!;
      if (byte === LF) this.lineNumber++;
      if (this.open) {
        if (!this.isOver(byte)) continue;
        // A bracket belongs to the value that it ends; a comma does not.
        const closes = !this.bare;
        this.give(buffer.subarray(start, closes ? at + 1 : at));
        if (closes) continue;
      }
      if (this.between(byte)) {
        start = at;
        this.begin(byte);
      }
    }
    if (!this.open || this.problem !== undefined) return;
    this.keep(buffer.subarray(start));
  }

  end(): void {
    if (this.problem !== undefined) return;
    if (this.open) this.give(Buffer.alloc(0));
    if (this.inArray && this.state !== "after") this.problem = `the array is not closed, after line ${this.lineNumber}`;
  }

  private begin(byte: number): void {
    this.open = true;
    this.startLine = this.lineNumber;
    this.bare = byte !== OPEN_OBJECT && byte !== OPEN;
    this.depth = this.bare ? 0 : 1;
    this.inString = byte === QUOTE;
    this.escaped = false;
  }

  /** Goes on by a byte of the value in hand; whether the value ends with it, or before it. */
  private isOver(byte: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
      return false;
    }
    switch (byte) {
      case QUOTE:
        this.inString = true;
        return false;
      case OPEN_OBJECT:
      case OPEN:
        this.depth++;
        return false;
      case CLOSE_OBJECT:
      case CLOSE:
        if (this.bare) return true;
        return --this.depth === 0;
      case COMMA:
        return this.bare;
      default:
        return this.bare && isSpace(byte);
    }
  }

  /** Looks at a byte between values; whether a value begins with it. */
  private between(byte: number): boolean {
    if (isSpace(byte) || (MARK.includes(byte) && this.state === "before")) return false;
    if (this.state === "after") {
      this.problem = `something follows the array's end, in line ${this.lineNumber}`;
      return false;
    }
    if (this.inArray && this.state === "before") {
      this.state = "within";
      return false;
    }
    this.state = "within";
    if (byte === COMMA) return false;
    if (this.inArray && byte === CLOSE) {
      this.state = "after";
      return false;
    }
    return true;
  }

  /** Holds a piece of the value in hand; of one that is too long only its beginning, and how long it is. */
  private keep(piece: Buffer): void {
    const room = MAX_LINE_BYTES + 1 - this.bytes;
    if (room > 0) this.pieces.push(Buffer.from(piece.subarray(0, room)));
    this.bytes += piece.length;
  }

  private give(last: Buffer): void {
    let value = last;
    const bytes = this.bytes + last.length;
    if (this.bytes > 0) {
      this.keep(last);
      value = Buffer.concat(this.pieces);
    }
    this.pieces = [];
    this.bytes = 0;
    this.open = false;
    const cut = bytes > MAX_LINE_BYTES;
    if (bytes > 0) this.visit(value, 0, cut ? MAX_LINE_BYTES + 1 : bytes, this.startLine, cut);
  }
}
