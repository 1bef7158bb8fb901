/**
 * The rows of one hour, column by column: every field is a small integer into the column's distinct values, so that a value is
 * decoded, typed and judged once, however often it comes, and an hour of a large site fits into a function's memory.
 */
import { LOG_COLUMNS, columnIndex, type LogColumnName } from "../model/columns";
import type { RejectedRow } from "../model/coverage";
import { isoDate, isoHour } from "../model/windows";
import { ByteInterner, hashPrime, hashStart } from "./byteInterner";
import { BadField, readField, type FieldValue } from "./fieldTypes";
import { MAX_LINE_BYTES } from "./lines";

const FIELDS = LOG_COLUMNS.length;
const COMMA = 44;
const COLON = 58;
const DATE = columnIndex("date");
const TIME = columnIndex("time");
const REQUEST_ID = columnIndex("request_id");
/** Longest field that is taken; CloudFront takes requests of 20,480 bytes, each of which may come as three. */
export const MAX_FIELD_BYTES = 1 << 16;
/** Rejected lines of an hour that are listed; of the others there is the number. */
export const MAX_LISTED_REJECTIONS = 10_000;
/** Bytes of a rejected line that are kept; a little more than is stored, so that no address is cut before it is hidden. */
export const RAW_EXCERPT = 4160;

export type Rejection = Omit<RejectedRow, "source">;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

export class HourTable {
  rowCount = 0;
  /**
   * Rows that came a second time under the same request id, or word for word where they have none. Of two that say different
   * things under one id the longer one counts, whichever came first: a cut line is shorter.
   */
  duplicates = 0;
  /** All lines that were rejected; the first of them are listed. */
  rejected = 0;
  readonly rejections: Rejection[] = [];

  private capacity = 128;
  private readonly codes: Int32Array[];
  private readonly interners: ByteInterner[];
  private readonly values: (FieldValue | BadField)[][];
  private readonly lines = new ByteInterner();
  private readonly starts = new Int32Array(FIELDS);
  private readonly ends = new Int32Array(FIELDS);
  private readonly hashes = new Int32Array(FIELDS);
  private readonly rowCodes = new Int32Array(FIELDS);
  private readonly dateBytes: Buffer;
  private readonly hourBytes: Buffer;

  constructor(
    readonly hourMs: number,
    private readonly maxListed = MAX_LISTED_REJECTIONS,
  ) {
    this.codes = LOG_COLUMNS.map(() => new Int32Array(this.capacity));
    this.interners = LOG_COLUMNS.map(() => new ByteInterner());
    this.values = LOG_COLUMNS.map(() => []);
    this.dateBytes = Buffer.from(isoDate(hourMs));
    this.hourBytes = Buffer.from(`${isoHour(hourMs)}:`);
  }

  /** Takes the line `buffer[start, end)`; `lineNumber` counts from 1, the header. */
  add(buffer: Buffer, start: number, end: number, lineNumber: number, cut = false): void {
    const reject = (rule: Rejection["rule"], reason: string): void => {
      if (this.rejected++ >= this.maxListed) return;
      const raw = buffer.toString("utf8", start, Math.min(end, start + RAW_EXCERPT));
      this.rejections.push({ line_number: lineNumber, rule, reason, raw });
    };
    if (cut) return reject("size", `the line is longer than ${MAX_LINE_BYTES} bytes`);
    const fields = this.split(buffer, start, end);
    if (fields !== FIELDS) return reject("columns", `${fields} fields where ${FIELDS} are wanted`);
    // CloudFront writes - for nothing. A row without a request id whose last letter was cut off would else stand beside the whole one.
    if (buffer[end - 1] === COMMA) return reject("columns", "the last field is empty: the line was cut");
    const misplaced = this.checkInstant(buffer);
    if (misplaced !== undefined) return reject(misplaced.rule, misplaced.reason);

    for (let field = DATE + 1; field < FIELDS; field++) {
      const interner = this.interners[field]!;
      const known = interner.size;
      const code = interner.intern(this.hashes[field]!, buffer, this.starts[field]!, this.ends[field]!);
      this.rowCodes[field] = code;
      // The id is looked at below: a rejected row must not make a later good one a duplicate.
      if (code === known) this.values[field]!.push(this.read(field, interner.text(code)));
      const value = this.values[field]![code];
      if (value instanceof BadField) return reject(value.rule, value.reason);
    }
    const earlier = this.earlierRow(buffer, start, end);
    if (earlier === undefined) return this.append();
    this.duplicates++;
    if (this.outranks(earlier)) this.write(earlier);
  }

  /** The typed value of a field. */
  value(column: number, row: number): FieldValue {
    return this.values[column]![this.codes[column]![row]!] as FieldValue;
  }

  /** The code of a field: equal values of a column have equal codes. */
  code(column: number, row: number): number {
    return this.codes[column]![row]!;
  }

  valueOf(name: LogColumnName, row: number): FieldValue {
    return this.value(columnIndex(name), row);
  }

  private read(field: number, text: string): FieldValue | BadField {
    const column = LOG_COLUMNS[field]!;
    return this.ends[field]! - this.starts[field]! > MAX_FIELD_BYTES
      ? new BadField("size", `${column.name} is longer than ${MAX_FIELD_BYTES} bytes`)
      : readField(column, text);
  }

  /** For each code of an id, its row; -1 for ids of rejected lines only. */
  private rowOfId = new Int32Array(128).fill(-1);

  /** The row that the line in hand repeats, if there is one; else it is remembered as the next row. */
  private earlierRow(buffer: Buffer, start: number, end: number): number | undefined {
    const code = this.rowCodes[REQUEST_ID]!;
    const id = this.values[REQUEST_ID]![code];
    if (id === "-" || id === "") {
      const known = this.lines.size;
      // Word for word the same: nothing to compare, whichever row it is.
      return this.lines.internBytes(buffer, start, end) < known ? 0 : undefined;
    }
    if (code >= this.rowOfId.length) {
      const grown = new Int32Array(Math.max(code + 1, this.rowOfId.length * 2)).fill(-1);
      grown.set(this.rowOfId);
      this.rowOfId = grown;
    }
    if (this.rowOfId[code] !== -1) return this.rowOfId[code];
    this.rowOfId[code] = this.rowCount;
    return undefined;
  }

  /** Whether the line in hand is to stand for its id instead of an earlier one; the same answer in any order of arrival. */
  private outranks(row: number): boolean {
    const id = this.values[REQUEST_ID]![this.rowCodes[REQUEST_ID]!];
    if (id === "-" || id === "") return false;
    const differs = this.codes.some((codes, field) => field !== DATE && codes[row] !== this.rowCodes[field]);
    if (!differs) return false;
    const textOf = (code: (field: number) => number): string =>
      this.interners.map((interner, field) => (field === DATE ? "" : interner.text(code(field)))).join(",");
    const mine = textOf((field) => this.rowCodes[field]!);
    const theirs = textOf((field) => this.codes[field]![row]!);
    return mine.length === theirs.length ? mine > theirs : mine.length > theirs.length;
  }

  /** Finds the fields and hashes them on the way; returns how many there are. */
  private split(buffer: Buffer, start: number, end: number): number {
    let field = 0;
    let from = start;
    let hash = hashStart;
    for (let at = start; at < end; at++) {
      const byte = buffer[at]!;
      if (byte !== COMMA) {
        hash = Math.imul(hash ^ byte, hashPrime);
        continue;
      }
      if (field < FIELDS) this.mark(field, from, at, hash);
      field++;
      from = at + 1;
      hash = hashStart;
    }
    if (field < FIELDS) this.mark(field, from, end, hash);
    return field + 1;
  }

  private mark(field: number, start: number, end: number, hash: number): void {
    this.starts[field] = start;
    this.ends[field] = end;
    this.hashes[field] = hash;
  }

  /** A row must be of the hour that its file is named after, to the second. */
  private checkInstant(buffer: Buffer): { rule: Rejection["rule"]; reason: string } | undefined {
    const timeAt = this.starts[TIME]!;
    const dateAt = this.starts[DATE]!;
    const wellFormed =
      this.ends[TIME]! - timeAt === 8 &&
      buffer[timeAt + 2] === COLON &&
      buffer[timeAt + 5] === COLON &&
      isDigit(buffer[timeAt + 3]) &&
      buffer[timeAt + 3]! < 54 &&
      isDigit(buffer[timeAt + 4]) &&
      isDigit(buffer[timeAt + 6]) &&
      buffer[timeAt + 6]! < 54 &&
      isDigit(buffer[timeAt + 7]);
    const ours =
      this.ends[DATE]! - dateAt === this.dateBytes.length &&
      buffer.compare(this.dateBytes, 0, 10, dateAt, dateAt + 10) === 0 &&
      buffer.compare(this.hourBytes, 0, 3, timeAt, Math.min(timeAt + 3, this.ends[TIME]!)) === 0;
    if (ours && wellFormed) return undefined;
    const found = buffer.toString("utf8", dateAt, Math.min(this.ends[TIME]!, dateAt + 60));
    return /^\d{4}-\d\d-\d\d,\d\d:[0-5]\d:[0-5]\d$/.test(found)
      ? { rule: "window", reason: `${found} is not of the hour ${isoDate(this.hourMs)} ${isoHour(this.hourMs)}:00` }
      : { rule: "pattern", reason: `date and time are not YYYY-MM-DD,HH:MM:SS: ${JSON.stringify(found)}` };
  }

  private append(): void {
    if (this.rowCount === this.capacity) {
      this.capacity *= 2;
      for (let field = 0; field < FIELDS; field++) {
        const grown = new Int32Array(this.capacity);
        grown.set(this.codes[field]!);
        this.codes[field] = grown;
      }
    }
    this.write(this.rowCount);
    this.rowCount++;
  }

  private write(row: number): void {
    for (let field = DATE + 1; field < FIELDS; field++) this.codes[field]![row] = this.rowCodes[field]!;
  }
}
