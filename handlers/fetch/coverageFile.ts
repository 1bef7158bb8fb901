import { isConflict } from "../../src/errors";
import { parseCoverage, renderCoverage, type CoverageRow } from "../../src/model/coverage";
import { coverageKey } from "../../src/model/keys";
import { floorDay } from "../../src/model/windows";
import type { ObjectStore } from "../../src/ports";

/** Each lost race means that another run of the app got its write through: so many may be at it at once. */
const ATTEMPTS = 20;

export type HourUpdate = (before: CoverageRow | undefined) => CoverageRow;

export interface HourChange {
  readonly before: CoverageRow | undefined;
  readonly after: CoverageRow;
}

/** Brings the hours' rows up to date, one conditional write a day; gives back what each was and is. */
export const updateCoverage = async (
  store: ObjectStore,
  app: string,
  updates: ReadonlyMap<number, HourUpdate>,
): Promise<Map<number, HourChange>> => {
  const changes = new Map<number, HourChange>();
  const days = new Map<number, number[]>();
  for (const hourMs of updates.keys()) days.set(floorDay(hourMs), [...(days.get(floorDay(hourMs)) ?? []), hourMs]);
  for (const [dayMs, hours] of days) {
    const key = coverageKey({ app, hourMs: dayMs });
    for (let attempt = 1; ; attempt++) {
      const stored = await store.get(key);
      const rows = stored === undefined ? new Map<number, CoverageRow>() : parseCoverage(stored.body, key);
      for (const hourMs of hours) {
        const before = rows.get(hourMs);
        const after = updates.get(hourMs)!(before);
        rows.set(hourMs, after);
        changes.set(hourMs, { before, after });
      }
      try {
        await store.put(key, Buffer.from(renderCoverage(rows)), { ifMatch: stored?.etag ?? null });
        break;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }
  return changes;
};
