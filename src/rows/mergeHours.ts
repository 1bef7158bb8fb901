/** Hours that wait, into raw/: each united with what is stored of it. */
import { isConflict } from "../errors";
import type { AppHour } from "../model/keys";
import type { ObjectStore } from "../ports";
import type { RawHour } from "./rawHour";
import type { RawHours } from "./rawHours";
import type { RawMerge } from "./rawMerge";
import { mergeRawHour } from "./rawStore";

/** For hours that others write at the same time, again and again. */
export interface Patience {
  /** How often a merge that lost all its races is begun again. */
  readonly rounds: number;
  /** Waits before a round, the first being 1. */
  readonly wait: (round: number) => Promise<void>;
}

const NO_PATIENCE: Patience = { rounds: 0, wait: () => Promise.resolve() };

export interface MergeHoursOptions<Key> {
  readonly store: ObjectStore;
  /** Of raw/. */
  readonly prefix: string;
  /** The hour that stands under a key. */
  readonly hourOf: (key: Key) => AppHour;
  /** An hour that rows still come into: it waits on. */
  readonly except?: Key | undefined;
  /** Default: none; who loses five races in a row has failed. */
  readonly patience?: Patience;
  /** What comes of an hour once it is written. It may run while the next one is merged. */
  readonly merged: (merge: RawMerge, key: Key) => Promise<void> | void;
  /** Hears of an hour that could not be merged, and lets the others go on. Default: the first failure ends it. */
  readonly failed?: (key: Key, error: unknown) => void;
}

const mergePatiently = async (
  { store, prefix, patience = NO_PATIENCE }: Pick<MergeHoursOptions<unknown>, "store" | "prefix" | "patience">,
  hour: AppHour,
  rows: RawHour,
): Promise<RawMerge> => {
  for (let round = 1; ; round++) {
    try {
      return await mergeRawHour(store, prefix, hour, rows);
    } catch (error) {
      if (!isConflict(error) || round > patience.rounds) throw error;
      await patience.wait(round);
    }
  }
};

/** Takes the hours out of `hours` and merges them, the earliest first. */
export const mergeHours = async <Key>(hours: RawHours<Key>, options: MergeHoursOptions<Key>): Promise<void> => {
  const { hourOf, except, failed } = options;
  const done = [...hours].filter(([key]) => key !== except).sort(([a], [b]) => hourOf(a).hourMs - hourOf(b).hourMs);
  // One hour is compressed on another core while the one before it is worked on here.
  let before: Promise<void> = Promise.resolve();
  for (const [key, hour] of done) {
    hours.delete(key);
    let merge: RawMerge;
    try {
      merge = await mergePatiently(options, hourOf(key), hour);
    } catch (error) {
      if (failed === undefined) throw error;
      failed(key, error);
      continue;
    } finally {
      // Merged or not, its file is of no use any more.
      hour.spilled?.close();
    }
    await before;
    before = Promise.resolve(options.merged(merge, key));
    before.catch(() => undefined);
  }
  await before;
};
