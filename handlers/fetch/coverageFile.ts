import { isConflict } from "../../src/errors";
import type { CoverageRow } from "../../src/model/coverage";
import { coverageKey } from "../../src/model/keys";
import { floorDay } from "../../src/model/windows";
import type { ObjectStore } from "../../src/ports";

const ATTEMPTS = 5;

export type HourUpdate = (before: CoverageRow | undefined) => CoverageRow;

export interface HourChange {
  readonly before: CoverageRow | undefined;
  readonly after: CoverageRow;
}

const parse = (body: Uint8Array): Map<string, CoverageRow> => {
  const rows = Buffer.from(body)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return new Map(rows.map((line) => JSON.parse(line) as CoverageRow).map((row) => [row.hour, row]));
};

const render = (rows: Iterable<CoverageRow>): Uint8Array =>
  Buffer.from(
    [...rows]
      .sort((a, b) => (a.hour < b.hour ? -1 : 1))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );

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
      const rows = stored === undefined ? new Map<string, CoverageRow>() : parse(stored.body);
      for (const hourMs of hours) {
        const hour = new Date(hourMs).toISOString();
        const before = rows.get(hour);
        const after = updates.get(hourMs)!(before);
        rows.set(hour, after);
        changes.set(hourMs, { before, after });
      }
      try {
        await store.put(key, render(rows.values()), { ifMatch: stored?.etag ?? null });
        break;
      } catch (error) {
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }
  return changes;
};
