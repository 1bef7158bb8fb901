/**
 * Request ids that stand in more than one slice of an hour, which only a doubtful answer has: one id with two times. In memory
 * a table sees both lines; slice by slice nobody does, so these few ids are looked at before.
 */
import { randomBytes } from "node:crypto";
import { AmplifyLogsError } from "../../src/errors";
import { columnIndex } from "../../src/model/columns";
import { decodeField } from "../../src/model/escapes";
import { hasRequestId } from "../../src/model/rowIdentity";
import { HourTable } from "../../src/rows/hourTable";
import type { Cell } from "../../src/rows/parquetFile";
import type { SlicedLines } from "../../src/rows/slicedLines";

/** Lines of moved ids that are compared, in memory: some 500 MB of them. */
const MAX_LINES = 500_000;
const COMMA = 44;
const REQUEST_ID = columnIndex("request_id");
const SEEDS = [randomBytes(4).readInt32LE(0), randomBytes(4).readInt32LE(0)] as const;
/** A slice's number as it is kept; 0 is an empty place. */
const FIRST = 1;

/** The id as it stands in a line; undefined where there is none. */
const rawIdOf = (buffer: Buffer, start: number, end: number): string | undefined => {
  let field = 0;
  let from = start;
  for (let at = start; at < end; at++) {
    if (buffer[at] !== COMMA) continue;
    if (field === REQUEST_ID) return buffer.toString("utf8", from, at);
    field++;
    from = at + 1;
  }
  return undefined;
};

/** The id as the table has it; undefined where a line has none. */
export const idOfLine = (buffer: Buffer, start: number, end: number): string | undefined => {
  const raw = rawIdOf(buffer, start, end);
  const id = raw === undefined ? undefined : decodeField(raw);
  return hasRequestId(id) ? id : undefined;
};

/**
 * Which slice an id was seen in first, by 64 bits of a hash. That two ids share them does no harm: the second is then looked at
 * as if it had moved, by its own letters, and has not.
 */
export class SeenIds {
  /** Ids that were seen in a second slice. */
  readonly moved = new Set<string>();
  private size = 0;
  private high = 0;
  private low = 0;
  private hashes = new Int32Array(1 << 15);
  private slices = new Uint8Array(1 << 14);

  see(id: string, slice: number): void {
    const place = this.find(id);
    const known = this.slices[place]!;
    if (known !== 0) {
      if (known !== slice + FIRST) this.moved.add(id);
      return;
    }
    this.hashes[place * 2] = this.high;
    this.hashes[place * 2 + 1] = this.low;
    this.slices[place] = slice + FIRST;
    if (++this.size * 4 > this.slices.length * 3) this.grow();
  }

  /** Looks at an id of the stored rows, which is not added; whether it is in another slice now. */
  compare(id: string, slice: number): boolean {
    const known = this.slices[this.find(id)]!;
    if (known === 0 || known === slice + FIRST) return this.moved.has(id);
    this.moved.add(id);
    return true;
  }

  /** The place of an id, and its hash in `high` and `low`. */
  private find(id: string): number {
    let [high, low] = SEEDS as [number, number];
    for (let at = 0; at < id.length; at++) {
      const code = id.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x5bd1e995);
      low ^= low >>> 13;
    }
    this.high = high;
    this.low = low;
    return this.place(high, low);
  }

  private place(high: number, low: number): number {
    const mask = this.slices.length - 1;
    let place = (high ^ (low >>> 7) ^ (high >>> 15)) & mask;
    while (this.slices[place] !== 0 && (this.hashes[place * 2] !== high || this.hashes[place * 2 + 1] !== low))
      place = (place + 1) & mask;
    return place;
  }

  private grow(): void {
    const { hashes, slices } = this;
    this.hashes = new Int32Array(hashes.length * 2);
    this.slices = new Uint8Array(slices.length * 2);
    for (let old = 0; old < slices.length; old++) {
      if (slices[old] === 0) continue;
      const place = this.place(hashes[old * 2]!, hashes[old * 2 + 1]!);
      this.hashes.set(hashes.subarray(old * 2, old * 2 + 2), place * 2);
      this.slices[place] = slices[old]!;
    }
  }
}

/** What was found out of the moved ids of an hour. */
export interface MovedIds {
  /** Whether another line, maybe of another slice, stands for the id of this one. */
  isOutranked(buffer: Buffer, start: number, end: number): boolean;
  /** Ids that some line of the raw object stands for, in whichever slice. */
  readonly inRaw: ReadonlySet<string>;
  /** When stored rows of moved ids were first converted. */
  readonly convertedAt: ReadonlyMap<string, Cell>;
}

export const NONE_MOVED: MovedIds = { isOutranked: () => false, inRaw: new Set(), convertedAt: new Map() };

/** Decides as HourTable does: of an id's good lines the longer one counts, and of equally long ones the greater. */
export const judgeMoved = (
  hourMs: number,
  slices: SlicedLines,
  moved: ReadonlySet<string>,
  convertedAt: ReadonlyMap<string, Cell>,
): MovedIds => {
  const judge = new HourTable(hourMs, 0);
  const good = new Map<string, Set<string>>();
  const inRaw = new Set<string>();
  let lines = 0;
  for (let slice = 0; slice < slices.slices; slice++) {
    slices.visit(slice, (buffer, start, end) => {
      const id = idOfLine(buffer, start, end);
      if (id === undefined || !moved.has(id)) return;
      const before = judge.rejected;
      judge.add(buffer, start, end, 0);
      if (judge.rejected > before) return;
      if (++lines > MAX_LINES) throw tooManyMoved(hourMs);
      inRaw.add(id);
      const raw = rawIdOf(buffer, start, end)!;
      const known = good.get(raw) ?? new Set();
      good.set(raw, known.add(buffer.toString("latin1", start, end)));
    });
  }
  const outranked = new Set<string>();
  for (const known of good.values()) {
    const [best, ...others] = [...known].sort(byRank);
    if (best !== undefined) for (const line of others) outranked.add(line);
  }
  const isOutranked = (buffer: Buffer, start: number, end: number): boolean =>
    outranked.size > 0 && outranked.has(buffer.toString("latin1", start, end));
  return { isOutranked, inRaw, convertedAt };
};

/** The line that counts comes first. */
const byRank = (left: string, right: string): number => {
  const [a, b] = [left, right].map((line) => Buffer.from(line, "latin1").toString("utf8")) as [string, string];
  if (a.length !== b.length) return b.length - a.length;
  return a > b ? -1 : a < b ? 1 : 0;
};

const tooManyMoved = (hourMs: number): AmplifyLogsError =>
  new AmplifyLogsError(`more than ${MAX_LINES} lines of the hour share a request id with a line of another time`, {
    field: new Date(hourMs).toISOString(),
    fix: "look at the raw object: its ids are not the requests' own",
  });
