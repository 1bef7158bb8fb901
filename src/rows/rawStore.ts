import { createHash } from "node:crypto";
import { isConflict } from "../errors";
import { rawKey, type AppHour } from "../model/keys";
import type { ObjectStore, OpenedObject } from "../ports";
import { RAW_GZIP_LEVEL, unzipped, zipped } from "./gzip";
import { contentOf, openObject } from "./largeObjects";
import { mergeOnDisk } from "./mergeOnDisk";
import { RawHour } from "./rawHour";
import type { RawMerge } from "./rawMerge";

/** How often a lost race is run again before the caller hears of it. */
const ATTEMPTS = 5;
const sha256Of = (pieces: readonly Buffer[]): string => {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
};

export type { RawMerge };

/** What is merged in memory, bytes. */
export interface MergeLimits {
  /** Of the stored object, gzip; a larger one is merged on disk. */
  readonly gzipBytes: number;
  /** Of the stored object, unpacked. */
  readonly bytes: number;
  /** On disk: of the lines that are compared at a time. */
  readonly sliceBytes: number;
}

const LIMITS: MergeLimits = { gzipBytes: 4 * 1024 ** 2, bytes: 16 * 1024 ** 2, sliceBytes: 24 * 1024 ** 2 };

/** Unites the hour with what is stored of it. Nothing is written when nothing is new; a lost race is read, merged and written again. */
export const mergeRawHour = async (
  store: ObjectStore,
  prefix: string,
  hour: AppHour,
  fresh: RawHour,
  limits: MergeLimits = LIMITS,
): Promise<RawMerge> => {
  const key = rawKey(prefix, hour);
  for (let attempt = 1; ; attempt++) {
    try {
      let stored = await openObject(store, key);
      if (fresh.spilled === undefined && (stored?.bytes ?? 0) <= limits.gzipBytes) {
        const content = stored === undefined ? undefined : await contentOf(stored);
        if (stored !== undefined) stored = { ...stored, body: [content!] };
        const merge = await mergeInMemory(store, key, stored, content, fresh, limits.bytes);
        if (merge !== undefined) return merge;
      }
      return await mergeOnDisk(store, key, stored, fresh, limits.sliceBytes);
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
};

/** Undefined when the stored hour is too large for it. @throws ConflictError */
const mergeInMemory = async (
  store: ObjectStore,
  key: string,
  stored: OpenedObject | undefined,
  content: Uint8Array | undefined,
  fresh: RawHour,
  maxBytes: number,
): Promise<RawMerge | undefined> => {
  let merged = fresh;
  let change = { added: fresh.rows, lacking: 0 };
  if (content !== undefined) {
    // Most answers of a lookback are what is stored, byte for byte: no need to look at each line.
    if (await fresh.isFile(unzipped(content))) change = { added: 0, lacking: 0 };
    else {
      merged = new RawHour();
      if (!(await merged.addFileUpTo(unzipped(content), maxBytes))) return undefined;
      change = merged.merge(fresh);
    }
  }
  const pieces = merged.pieces();
  const result = { key, rows: merged.rows, ...change, existed: stored !== undefined, sha256: sha256Of(pieces) };
  if (stored !== undefined && change.added === 0) return { ...result, bytes: stored.bytes };
  const body = await zipped(pieces, RAW_GZIP_LEVEL);
  await store.put(key, body, { ifMatch: stored?.etag ?? null });
  return { ...result, bytes: body.byteLength };
};
