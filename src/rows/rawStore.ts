import { createHash } from "node:crypto";
import { isConflict } from "../errors";
import { rawKey, type AppHour } from "../model/keys";
import type { ObjectStore } from "../ports";
import { unzipped, zipped } from "./gzip";
import { RawHour } from "./rawHour";

/** How often a lost race is run again before the caller hears of it. */
const ATTEMPTS = 5;
/** Level 4 writes twice as fast as the default for 5 % more bytes, and raw objects live 30 days. */
const LEVEL = 4;
const sha256Of = (pieces: readonly Buffer[]): string => {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
};

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
      // Most answers of a lookback are what is stored, byte for byte: no need to look at each line.
      if (await fresh.isFile(unzipped(stored.body))) change = { added: 0, lacking: 0 };
      else {
        merged = new RawHour();
        await merged.addFile(unzipped(stored.body));
        change = await merged.merge(fresh);
      }
    }
    const pieces = merged.pieces();
    const result = { key, rows: merged.rows, ...change, existed, sha256: sha256Of(pieces) };
    if (stored !== undefined && change.added === 0) return { ...result, bytes: stored.body.byteLength };
    const body = await zipped(pieces, LEVEL);
    try {
      await store.put(key, body, { ifMatch: stored?.etag ?? null });
      return { ...result, bytes: body.byteLength };
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
};
