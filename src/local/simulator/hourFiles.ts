import { hourRows, type HourOptions, type SimulatedApp, type SimulatedRow } from "./traffic";

/** One hour's lines as bytes, in the order in which they become visible: what is visible at a time is a piece of the front. */
interface HourFile {
  readonly bytes: Buffer;
  /** Where each line ends, its line end included. */
  readonly ends: Float64Array;
  readonly visibleAtMs: Float64Array;
}

const NEVER: HourFile = { bytes: Buffer.alloc(0), ends: new Float64Array(0), visibleAtMs: new Float64Array(0) };

const toFile = (rows: readonly SimulatedRow[]): HourFile => {
  if (rows.length === 0) return NEVER;
  const ordered = [...rows].sort((left, right) => left.visibleAtMs - right.visibleAtMs);
  const ends = new Float64Array(ordered.length);
  const visibleAtMs = new Float64Array(ordered.length);
  let end = 0;
  let text = "";
  for (const [at, row] of ordered.entries()) {
    // What encodeField lets through is ASCII: characters are bytes.
    end += row.line.length + 1;
    ends[at] = end;
    visibleAtMs[at] = row.visibleAtMs;
    text += `${row.line}\n`;
  }
  return { bytes: Buffer.from(text, "latin1"), ends, visibleAtMs };
};

const countVisible = (times: Float64Array, nowMs: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= nowMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

export interface Piece {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Bytes of hours that are kept: some 300 hours of 600 rows. */
const CACHE_BYTES = 96 * 1024 * 1024;

/** The hours of all apps, made when they are asked for; the least recently used go first. */
export class HourFiles {
  private readonly cache = new Map<string, HourFile>();
  private cachedBytes = 0;

  constructor(private readonly options: Pick<HourOptions, "seed" | "requestsPerDay">) {}

  /** The hour's lines that are visible at a time, without a copy; `host` keeps only the rows of that x-host-header. */
  visible(app: SimulatedApp, hourMs: number, nowMs: number, host?: string): Piece {
    if (hourMs >= nowMs) return { bytes: NEVER.bytes, rows: 0 };
    const file = this.fileOf(app, hourMs, host);
    return this.front(file, countVisible(file.visibleAtMs, nowMs));
  }

  /** The same, of at most `limit` rows. */
  visibleUpTo(app: SimulatedApp, hourMs: number, nowMs: number, limit: number, host?: string): Piece {
    const file = this.fileOf(app, hourMs, host);
    return this.front(file, Math.min(limit, countVisible(file.visibleAtMs, nowMs)));
  }

  private front(file: HourFile, rows: number): Piece {
    return { bytes: rows === 0 ? NEVER.bytes : file.bytes.subarray(0, file.ends[rows - 1]), rows };
  }

  private fileOf(app: SimulatedApp, hourMs: number, host: string | undefined): HourFile {
    const key = `${app.appId} ${app.name} ${hourMs} ${host ?? ""}`;
    const known = this.cache.get(key);
    if (known !== undefined) {
      this.cache.delete(key);
      this.cache.set(key, known);
      return known;
    }
    const rows = hourRows({ ...this.options, app, hourMs });
    const file = toFile(host === undefined ? rows : rows.filter((row) => row.host === host));
    this.cache.set(key, file);
    this.cachedBytes += file.bytes.length;
    for (const [oldest, { bytes }] of this.cache) {
      if (this.cachedBytes <= CACHE_BYTES || oldest === key) break;
      this.cache.delete(oldest);
      this.cachedBytes -= bytes.length;
    }
    return file;
  }
}
