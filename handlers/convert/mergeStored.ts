/**
 * Rule 4: what is stored never shrinks. Rows of the stored Parquet that the raw object lacks stay (it expired, say, and was
 * backfilled partially); rows that are in both are taken from raw, with the time at which they were first converted.
 */
import { TABLE_COLUMNS } from "../../src/model/columns";
import { hasRequestId, LINE_COLUMNS } from "../../src/model/rowIdentity";
import type { Cell } from "../../src/rows/parquetFile";
import type { HourTable } from "../../src/rows/hourTable";
import { NONE_MOVED, type MovedIds } from "./movedIds";
import type { StoredRows } from "./storedHour";
import { orderKey, type StoredRow } from "./typedHour";

export interface MergedHour {
  readonly rows: number;
  readonly cell: (name: string, row: number) => Cell;
  /** Rows that were stored and that the raw object lacks. */
  readonly kept: number;
  /** Rows that were not stored before. */
  readonly added: number;
}

/** Rows without a request id are known by what they say; the same words may come several times, so they are counted. */
const countContents = (keys: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

export const mergeStored = async (
  table: HourTable,
  readers: ReadonlyMap<string, (row: number) => Cell>,
  stored: StoredRows | undefined,
  nowMs: number,
  moved: MovedIds = NONE_MOVED,
): Promise<MergedHour> => {
  const now = BigInt(nowMs);
  const rawCell = (name: string, row: number): Cell => readers.get(name)!(row);
  // Rows that other rules wrote have other addresses: they would not be found again, and be there twice.
  const contentColumns = stored === undefined || stored.sameRules ? TABLE_COLUMNS : LINE_COLUMNS;
  const contentOf = (cells: (name: string) => Cell): string => orderKey(cells, contentColumns);
  const convertedAt = new Map<string, Cell>();
  let kept: StoredRow[] = [];
  let storedRows = 0;

  if (stored !== undefined) {
    const rawIds = new Set<string>();
    const rawContents: string[] = [];
    for (let row = 0; row < table.rowCount; row++) {
      const id = rawCell("request_id", row);
      if (hasRequestId(id)) rawIds.add(id);
      else rawContents.push(contentOf((name) => rawCell(name, row)));
    }
    const left = countContents(rawContents);
    const idOf = (row: StoredRow): string => {
      const id = row["request_id"] ?? null;
      return hasRequestId(id) ? id : contentOf((name) => row[name] ?? null);
    };
    // Two columns first: an hour whose raw object is whole needs no more of the stored file.
    const ids = await stored.read(["request_id", "processed_timestamp"]);
    storedRows = ids.length;
    const inRaw = (id: string): boolean => rawIds.has(id) || moved.inRaw.has(id);
    const known = ids.every((row) => hasRequestId(row["request_id"]!) && inRaw(row["request_id"]));
    const all: StoredRow[] = known ? ids : await stored.read();
    kept = all.filter((row) => {
      const id = row["request_id"] ?? null;
      const key = idOf(row);
      convertedAt.set(key, row["processed_timestamp"] ?? now);
      if (hasRequestId(id)) return !inRaw(key);
      const same = left.get(key) ?? 0;
      if (same > 0) left.set(key, same - 1);
      return same === 0;
    });
  }

  const total = table.rowCount + kept.length;
  const source = (name: string, index: number): Cell =>
    index < table.rowCount ? rawCell(name, index) : (kept[index - table.rowCount]![name] ?? null);
  const order = sortRows(total, source, (index) => orderKey((name) => source(name, index), TABLE_COLUMNS));
  const processed = (index: number): Cell => {
    if (index >= table.rowCount) return source("processed_timestamp", index);
    if (convertedAt.size === 0 && moved.convertedAt.size === 0) return now;
    const id = rawCell("request_id", index);
    const key = hasRequestId(id) ? id : contentOf((name) => rawCell(name, index));
    return convertedAt.get(key) ?? moved.convertedAt.get(key) ?? now;
  };
  return {
    rows: total,
    kept: kept.length,
    added: total - storedRows,
    cell: (name, row) => (name === "processed_timestamp" ? processed(order[row]!) : source(name, order[row]!)),
  };
};

/** By time, then by request id, then by content: one order for one set of rows, however they came. */
const sortRows = (
  total: number,
  source: (name: string, index: number) => Cell,
  content: (index: number) => string,
): Uint32Array => {
  const times = new Array<string>(total);
  const ids = new Array<string>(total);
  for (let index = 0; index < total; index++) {
    times[index] = source("time", index) as string;
    ids[index] = source("request_id", index) as string;
  }
  return Uint32Array.from({ length: total }, (_, index) => index).sort((a, b) => {
    if (times[a]! !== times[b]!) return times[a]! < times[b]! ? -1 : 1;
    if (ids[a]! !== ids[b]!) return ids[a]! < ids[b]! ? -1 : 1;
    const left = content(a);
    const right = content(b);
    return left < right ? -1 : left > right ? 1 : 0;
  });
};
