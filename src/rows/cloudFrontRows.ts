/** Rows of CloudFront's, in whatever form they came, as lines of Amplify's file: 33 fields between commas, without quotes. */
import { readEpoch, type FieldPlan } from "../model/cloudFrontFields";
import { columnIndex, LOG_COLUMNS } from "../model/columns";
import { RAW_EXCERPT, type Rejection } from "./hourTable";
import { MAX_LINE_BYTES } from "./lines";
import { HourReader } from "./rawFile";

/** Takes what an object holds. */
export interface RowSink {
  /** A row: a line without its end, valid during the call only, and the time that it says, ms UTC. */
  row(line: Buffer, end: number, ms: number): void;
  reject(rejection: Rejection): void;
}

const COLUMNS = LOG_COLUMNS.length;
const DATE = columnIndex("date");
const TIME = columnIndex("time");
const AFTER_TIME = TIME + 1;
const COMMA = 44;
const DASH = 45;
const PERCENT = 37;
const HEX = Buffer.from("0123456789ABCDEF");
const FIRST_BYTES = 1 << 13;

/**
 * What may not stand in a field as it is: control characters and commas, which would end it; a backslash, which conversion would take
 * for one of Amplify's; and all but ASCII, as CloudFront itself writes it, so that bytes which are not UTF-8 stay what they are.
 */
const ENCODED = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === COMMA || byte === 0x5c || byte >= 0x7f ? 1 : 0,
);

/** Where fields lie in a line of text. */
export interface FieldPlaces {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Date and time count; where one of them has no value, epoch time does: its field, or undefined. */
const epochOf = ({ positions, epochs }: FieldPlan, isEmpty: (field: number) => boolean): number | undefined =>
  epochs.length > 0 && (isEmpty(positions[DATE]!) || isEmpty(positions[TIME]!))
    ? epochs.find((field) => !isEmpty(field))
    : undefined;

export class CloudFrontRows {
  rows = 0;
  rejected = 0;
  private out = Buffer.allocUnsafe(FIRST_BYTES);
  private used = 0;
  private readonly hours = new HourReader();

  constructor(private readonly sink: RowSink) {}

  /** A row of text, of whose fields it is known where they lie. */
  addFields(plan: FieldPlan, line: Buffer, { starts, ends }: FieldPlaces, lineNumber: number, lineEnd: number): void {
    this.used = 0;
    const isEmpty = (field: number): boolean =>
      field === -1 ||
      starts[field] === ends[field] ||
      (ends[field]! - starts[field]! === 1 && line[starts[field]!] === DASH);
    const epoch = epochOf(plan, isEmpty);
    if (epoch !== undefined) this.putEpoch(line.toString("latin1", starts[epoch], ends[epoch]));
    for (let column = epoch === undefined ? 0 : AFTER_TIME; column < COLUMNS; column++) {
      if (column > 0) this.separate();
      const field = plan.positions[column]!;
      if (field === -1) this.putBytes(line, 0, 0);
      else this.putBytes(line, starts[field]!, ends[field]!);
    }
    this.finish(lineNumber, () => line.toString("utf8", starts[0], Math.min(lineEnd, starts[0]! + RAW_EXCERPT)));
  }

  /** A row of values by the object's fields: those of JSON and Parquet. */
  addValues(plan: FieldPlan, values: readonly unknown[], lineNumber: number, excerpt: () => string): void {
    this.used = 0;
    const isEmpty = (field: number): boolean => field === -1 || ["", "-"].includes(textOf(values[field]));
    const epoch = epochOf(plan, isEmpty);
    if (epoch !== undefined) this.putEpoch(textOf(values[epoch]));
    for (let column = epoch === undefined ? 0 : AFTER_TIME; column < COLUMNS; column++) {
      if (column > 0) this.separate();
      const field = plan.positions[column]!;
      this.putText(field === -1 ? "" : textOf(values[field]));
    }
    this.finish(lineNumber, excerpt);
  }

  reject(lineNumber: number, rule: Rejection["rule"], reason: string, raw: string): void {
    this.rejected++;
    this.sink.reject({ line_number: lineNumber, rule, reason, raw });
  }

  private finish(lineNumber: number, excerpt: () => string): void {
    if (this.used > MAX_LINE_BYTES)
      return this.reject(lineNumber, "size", `the row is longer than ${MAX_LINE_BYTES} bytes`, excerpt());
    const ms = this.hours.instant(this.out, 0, this.used);
    if (Number.isNaN(ms)) return this.reject(lineNumber, "pattern", this.describeInstant(), excerpt());
    this.rows++;
    this.sink.row(this.out, this.used, ms);
  }

  private describeInstant(): string {
    const [date = "", time = ""] = this.out.toString("latin1", 0, Math.min(this.used, 200)).split(",", 2);
    return `date and time are not YYYY-MM-DD and HH:MM:SS: ${JSON.stringify(`${date} ${time}`.slice(0, 60))}`;
  }

  private putEpoch(text: string): void {
    const [date, time] = readEpoch(text) ?? [text, ""];
    this.putText(date);
    this.separate();
    this.putText(time);
  }

  private separate(): void {
    this.reserve(1);
    this.out[this.used++] = COMMA;
  }

  private putText(text: string): void {
    this.reserve(text.length + 1);
    const { out } = this;
    let used = this.used;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x80 && ENCODED[code] === 0) out[used++] = code;
      else {
        const bytes = Buffer.from(text);
        return this.putBytes(bytes, 0, bytes.length);
      }
    }
    if (used === this.used) out[used++] = DASH;
    this.used = used;
  }

  /** A field; one without content is Amplify's null. */
  private putBytes(from: Buffer, start: number, end: number): void {
    this.reserve(3 * (end - start) + 1);
    const { out } = this;
    let used = this.used;
    if (end === start) out[used++] = DASH;
    for (let at = start; at < end; at++) {
      const byte = from[at]!;
      if (ENCODED[byte] === 0) out[used++] = byte;
      else {
        out[used++] = PERCENT;
        out[used++] = HEX[byte >> 4]!;
        out[used++] = HEX[byte & 15]!;
      }
    }
    this.used = used;
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.out.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.out.length, this.used + bytes));
    this.out.copy(grown, 0, 0, this.used);
    this.out = grown;
  }
}

/** A value of JSON or Parquet as CloudFront's text has it. */
const textOf = (value: unknown): string => {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "" : JSON.stringify(value);
    default:
      return "";
  }
};
