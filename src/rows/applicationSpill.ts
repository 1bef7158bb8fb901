/** The rows of one object on disk, by service and day, and its lines that broke a rule: an object of 100 MB is never in memory. */
import type { ServiceDay } from "../model/applicationKeys";
import type { ApplicationValue } from "./applicationValues";
import { GarbageMeter } from "../garbage";
import { SlicedLines } from "./slicedLines";
import type { TemporaryFolder } from "./temporaryFolder";

/** Partitions that one object may have. An object of more is hostile, or should be cut: the lines of the others are error rows. */
export const MAX_PARTITIONS = 1000;
/** Bytes that wait in memory for all partitions. */
const MAX_BUFFERED = 6 * 1024 ** 2;
const ERRORS = 0;

/** A row as it waits. */
export interface SpilledRow {
  readonly lineNumber: number;
  /** Of what the row's id is made of. */
  readonly hash: string;
  readonly extra: string | null;
  readonly values: readonly ApplicationValue[];
}

/** A line that broke a rule, or what is wrong with the whole object, as it waits. */
export interface SpilledError {
  readonly line_number: number;
  readonly service: string | null;
  readonly rule: string;
  readonly reason: string;
  readonly raw: string;
  readonly hash: string;
}

export class ApplicationSpill {
  private readonly lines: SlicedLines;
  private readonly slices = new Map<string, { readonly day: ServiceDay; readonly slice: number }>();
  private readonly garbage = new GarbageMeter();
  private scratch = Buffer.allocUnsafe(1 << 16);

  constructor(folder: TemporaryFolder) {
    // Of disk the function has enough, of CPU and memory least of all.
    this.lines = new SlicedLines(folder, MAX_PARTITIONS + 1, false);
  }

  get partitions(): readonly { readonly day: ServiceDay; readonly rows: number }[] {
    return [...this.slices.values()].map(({ day, slice }) => ({ day, rows: this.lines.lines[slice]! }));
  }

  get errors(): number {
    return this.lines.lines[ERRORS]!;
  }

  /** False when the object has too many partitions for one more. */
  addRow(day: ServiceDay, { lineNumber, hash, extra, values }: SpilledRow): boolean {
    const name = `${day.service}/${day.date}`;
    let known = this.slices.get(name);
    if (known === undefined) {
      if (this.slices.size === MAX_PARTITIONS) return false;
      known = { day, slice: this.slices.size + 1 };
      this.slices.set(name, known);
    }
    this.put(known.slice, JSON.stringify([lineNumber, hash, extra, ...values]));
    return true;
  }

  addError(error: SpilledError): void {
    this.put(ERRORS, JSON.stringify(error));
  }

  /** The rows of one partition, in the object's order. */
  visitRows({ service, date }: ServiceDay, visit: (row: SpilledRow) => void): void {
    this.lines.visit(this.slices.get(`${service}/${date}`)!.slice, (buffer, start, end) => {
      const row = JSON.parse(buffer.toString("utf8", start, end)) as [
        number,
        string,
        string | null,
        ...ApplicationValue[],
      ];
      visit({ lineNumber: row[0], hash: row[1], extra: row[2], values: row.slice(3) });
      this.garbage.add(end - start);
    });
  }

  visitErrors(visit: (error: SpilledError) => void): void {
    this.lines.visit(ERRORS, (buffer, start, end) => {
      visit(JSON.parse(buffer.toString("utf8", start, end)) as SpilledError);
      this.garbage.add(end - start);
    });
  }

  close(): void {
    this.lines.close();
  }

  private put(slice: number, text: string): void {
    const most = text.length * 3;
    if (most > this.scratch.length) this.scratch = Buffer.allocUnsafe(most);
    const bytes = this.scratch.write(text);
    this.lines.add(slice, this.scratch, 0, bytes);
    if (this.lines.bufferedBytes > MAX_BUFFERED) this.lines.flush();
  }
}
