/** The hour's Parquet file as it was before: its footer, and its rows from memory or from disk. */
import type { FileMetaData } from "hyparquet";
import { ConflictError } from "../../src/errors";
import type { ObjectStore } from "../../src/ports";
import { FOOTER_BYTES, footerBytes, readFooter, readParquet, type ParquetRow } from "../../src/rows/parquetFile";
import type { ParquetOnDisk, RowRange } from "../../src/rows/parquetOnDisk";
import { NO_TIME, sliceOfSecond } from "../../src/rows/slicedLines";

/** A footer beyond is none: 100 million rows have some 10 MB. */
const MAX_FOOTER_BYTES = 64 * 1024 ** 2;

export interface StoredFooter {
  readonly etag: string;
  /** Undefined when the object is no Parquet file. */
  readonly footer: FileMetaData | undefined;
}

export const storedFooter = async (store: ObjectStore, key: string): Promise<StoredFooter | undefined> => {
  const tail = await store.get(key, { lastBytes: FOOTER_BYTES });
  if (tail === undefined) return undefined;
  const footer = readFooter(tail.body);
  const bytes = footerBytes(tail.body) ?? Infinity;
  if (footer !== undefined || bytes > MAX_FOOTER_BYTES) return { etag: tail.etag, footer };
  const whole = await store.get(key, { lastBytes: bytes });
  if (whole?.etag !== tail.etag) throw new ConflictError(key);
  return { etag: tail.etag, footer: readFooter(whole.body) };
};

/** Rows that were stored before. */
export interface StoredRows {
  /** Whether the same rules for cells wrote them. */
  readonly sameRules: boolean;
  read(columns?: readonly string[]): Promise<ParquetRow[]>;
}

export const storedInMemory = (body: Uint8Array, sameRules: boolean): StoredRows => ({
  sameRules,
  read: (columns) => readParquet(body, columns),
});

/** The slice of a stored row, by its column `time`. */
export const sliceOfTime = (time: unknown): number => {
  const [, minute, second] = String(time).split(":");
  const slice = sliceOfSecond(Number(minute) * 60 + Number(second));
  return slice >= 0 && slice < NO_TIME ? slice : NO_TIME;
};

/** Where the slices of a stored file's row groups begin and end. */
export interface StoredGroup {
  readonly range: RowRange;
  readonly first: number;
  readonly last: number;
}

/** The stored rows of the slices [first, end). */
export const storedOnDisk = (
  file: ParquetOnDisk,
  groups: readonly StoredGroup[],
  { first, end }: { readonly first: number; readonly end: number },
  sameRules: boolean,
): StoredRows => ({
  sameRules,
  read: async (columns) => {
    const rows: ParquetRow[] = [];
    const wanted = columns === undefined ? undefined : [...new Set([...columns, "time"])];
    for (const group of groups) {
      if (group.first >= end || group.last < first) continue;
      for (const row of await file.read(group.range, wanted)) {
        const slice = sliceOfTime(row["time"]);
        if (slice >= first && slice < end) rows.push(row);
      }
    }
    return rows;
  },
});
