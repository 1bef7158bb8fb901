import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { isConflict } from "../errors";
import { rawKey, type AppHour } from "../model/keys";
import type { ObjectStore } from "../ports";
import { RawHour } from "./rawHour";

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** How often a lost race is run again before the caller hears of it. */
const ATTEMPTS = 5;
/** Level 4 writes twice as fast as the default for 5 % more bytes, and raw objects live 30 days. */
const LEVEL = 4;

export interface RawMerge {
  readonly key: string;
  /** Rows stored after the merge. */
  readonly rows: number;
  /** Rows that were not stored before. */
  readonly added: number;
  /** Stored rows that this answer lacked; they are kept. */
  readonly lacking: number;
  /** Whether something was stored before. */
  readonly existed: boolean;
  /** Size of the stored object, gzip. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Unites the hour with what is stored of it. Nothing is written when nothing is new; a lost race is read, merged and written again. */
export const mergeRawHour = async (
  store: ObjectStore,
  prefix: string,
  hour: AppHour,
  fresh: RawHour,
): Promise<RawMerge> => {
  const key = rawKey(prefix, hour);
  for (let attempt = 1; ; attempt++) {
    const stored = await store.get(key);
    const existed = stored !== undefined;
    let merged = fresh;
    let change = { added: fresh.rows, lacking: 0 };
    if (stored !== undefined) {
      const before = await gunzipAsync(stored.body);
      // Most answers of a lookback are what is stored, byte for byte: no need to look at each line.
      if (before.equals(fresh.content())) change = { added: 0, lacking: 0 };
      else {
        merged = new RawHour();
        merged.addFile(before);
        change = merged.merge(fresh);
      }
    }
    const content = merged.content();
    const sha256 = createHash("sha256").update(content).digest("hex");
    const result = { key, rows: merged.rows, ...change, existed, sha256 };
    if (stored !== undefined && change.added === 0) return { ...result, bytes: stored.body.byteLength };
    const body = await gzipAsync(content, { level: LEVEL });
    try {
      await store.put(key, body, { ifMatch: stored?.etag ?? null });
      return { ...result, bytes: body.byteLength };
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
};
