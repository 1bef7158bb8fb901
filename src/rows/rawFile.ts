/** Reading an answer of Amplify's, or a file from its console: a header, then rows that are put into the hours they belong to. */
import { UnknownHeaderError } from "../errors";
import type { TimeRange } from "../ports";
import { floorHour } from "../model/windows";
import { checkHeader } from "./header";
import { LineSplitter } from "./lines";
import { RawHour } from "./rawHour";

const COMMA = 44;
const DASH = 45;
const COLON = 58;

/** Bytes of rows that wait for the first one with a date. */
const MAX_EARLY_BYTES = 16 * 1024 ** 2;

const digits = (buffer: Buffer, at: number, count: number): number => {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = buffer[index]! - 48;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** Finds the hour that a row belongs to, from its first two fields; NaN when they are no date and time. */
export class HourReader {
  private lastDate = -1;
  private lastDateMs = NaN;

  /** `YYYY-MM-DD,HH:MM:SS` at `start`: ms since the epoch, UTC. */
  instant(buffer: Buffer, start: number, end: number): number {
    if (end - start < 19 || buffer[start + 10] !== COMMA || (end - start > 19 && buffer[start + 19] !== COMMA))
      return NaN;
    if (buffer[start + 4] !== DASH || buffer[start + 7] !== DASH) return NaN;
    if (buffer[start + 13] !== COLON || buffer[start + 16] !== COLON) return NaN;
    const date = digits(buffer, start, 4) * 10_000 + digits(buffer, start + 5, 2) * 100 + digits(buffer, start + 8, 2);
    const hour = digits(buffer, start + 11, 2);
    const minute = digits(buffer, start + 14, 2);
    const second = digits(buffer, start + 17, 2);
    if (Number.isNaN(date) || !(hour < 24 && minute < 60 && second < 60)) return NaN;
    if (date !== this.lastDate) {
      const iso = buffer.toString("latin1", start, start + 10);
      const ms = Date.parse(`${iso}T00:00:00Z`);
      this.lastDate = date;
      this.lastDateMs = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso) ? ms : NaN;
    }
    return this.lastDateMs + (hour * 3600 + minute * 60 + second) * 1000;
  }
}

/**
 * Puts the rows of a file into `hours`, trimmed to the half-open range. A row without a readable date goes where the row before
 * it went, so that the same file always gives the same hours; conversion rejects it there with its line and reason.
 */
export class RawFileReader {
  rows = 0;
  outside = 0;
  blank = true;
  private sawHeader = false;
  private last: number | undefined;
  /** Rows before the first one with a date: they wait for it. */
  private early: Buffer[] = [];
  private earlyBytes = 0;
  private readonly reader = new HourReader();
  private readonly splitter: LineSplitter;

  constructor(
    private readonly hours: Map<number, RawHour>,
    private readonly range: TimeRange,
    private readonly source: string,
  ) {
    this.splitter = new LineSplitter((buffer, start, end) => this.line(buffer, start, end));
  }

  /** @throws UnknownHeaderError */
  push(chunk: Uint8Array): void {
    if (chunk.byteLength > 0) this.blank = false;
    this.splitter.push(chunk);
  }

  /** Whether the header was read and known. */
  get headerSeen(): boolean {
    return this.sawHeader;
  }

  /** @throws UnknownHeaderError when rows came, but none with a date */
  end(): void {
    this.splitter.end();
    if (this.early.length > 0) this.placeEarly(this.firstInstant());
  }

  private line(buffer: Buffer, start: number, end: number): void {
    if (!this.sawHeader) {
      checkHeader(buffer.toString("utf8", start, Math.min(end, start + 4096)), this.source);
      this.sawHeader = true;
      return;
    }
    if (end === start) return;
    const ms = this.reader.instant(buffer, start, end);
    if (!Number.isNaN(ms)) {
      if (this.last === undefined) this.placeEarly(ms);
      this.last = ms;
    }
    if (this.last === undefined) this.wait(Buffer.from(buffer.subarray(start, end)));
    else this.put(this.last, buffer, start, end);
  }

  private wait(line: Buffer): void {
    this.early.push(line);
    this.earlyBytes += line.length + 1;
    if (this.earlyBytes > MAX_EARLY_BYTES) this.placeEarly(this.firstInstant());
  }

  /** Where rows go that no row with a date came before. */
  private firstInstant(): number {
    if (Number.isFinite(this.range.startMs)) return this.range.startMs;
    throw new UnknownHeaderError("no row of the file has a date and a time", { field: this.source });
  }

  private placeEarly(ms: number): void {
    for (const line of this.early) this.put(ms, line, 0, line.length);
    this.early = [];
    this.earlyBytes = 0;
  }

  private put(ms: number, buffer: Buffer, start: number, end: number): void {
    if (!(ms >= this.range.startMs && ms < this.range.endMs)) {
      this.outside++;
      return;
    }
    this.rows++;
    const hourMs = floorHour(ms);
    let hour = this.hours.get(hourMs);
    if (hour === undefined) this.hours.set(hourMs, (hour = new RawHour()));
    hour.add(buffer, start, end);
  }

  /** The hour that rows are being put into now. */
  get currentHourMs(): number | undefined {
    return this.last === undefined ? undefined : floorHour(this.last);
  }
}
