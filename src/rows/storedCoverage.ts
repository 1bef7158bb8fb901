import { parseCoverage, type CoverageRow } from "../model/coverage";
import { coverageKey } from "../model/keys";
import type { ObjectStore } from "../ports";

/** What is known of the hours of an app's day, by their start (ms UTC); empty where nothing is. @throws InputError on an object that is none. */
export const readCoverageDay = async (
  store: Pick<ObjectStore, "get">,
  app: string,
  dayMs: number,
): Promise<ReadonlyMap<number, CoverageRow>> => {
  const key = coverageKey({ app, hourMs: dayMs });
  const stored = await store.get(key);
  return stored === undefined ? new Map() : parseCoverage(stored.body, key);
};
