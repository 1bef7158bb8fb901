/** What is older than the table keeps rows: partitions, then files, then states, so that a run that breaks off is gone on with. */
import { compactedDatePrefix, isBeyondRetention, parseCompacted } from "../../src/model/compaction";
import { hourlyLocation } from "../../src/model/dayState";
import { DAY_MS, floorDay, isoDate } from "../../src/model/windows";
import { inParallel } from "../../src/parallel";
import type { MaintenanceStore, PartitionCatalog } from "../../src/ports";
import { dayStateKey, REQUESTS, type AppDay } from "../dayStates";

/** In one run: where the retention was shortened by years, the next hours do the rest. */
const MAX_DAYS = 5000;

/** Files of these days, wherever compactions put them. */
const filesOf = async (store: MaintenanceStore, days: readonly AppDay[]): Promise<string[]> => {
  const hourly = await inParallel(days, REQUESTS, ({ app, date }) => store.list(hourlyLocation(app, date)));
  const mine = new Set(days.map(({ app, date }) => `${app} ${date}`));
  const dates = [...new Set(days.map(({ date }) => date))];
  const compacted = await inParallel(dates, REQUESTS, async (date) =>
    (await store.list(compactedDatePrefix(date))).filter(({ key }) => {
      const parts = parseCompacted(key);
      return parts !== undefined && mine.has(`${parts.app} ${parts.date}`);
    }),
  );
  return [...hourly.flat(), ...compacted.flat()].map(({ key }) => key);
};

/**
 * Drops the days of all apps, removed ones too, whose rows are older than `tableDays`. It does so a day before the bucket's own rule
 * by age: no partition ever points to files that expired. Returns how many days of an app there were.
 */
export const dropExpired = async (
  { store, catalog }: { readonly store: MaintenanceStore; readonly catalog: PartitionCatalog },
  { tableDays }: { readonly tableDays: number },
  announced: readonly AppDay[],
  timeMs: number,
): Promise<number> => {
  const newest = isoDate(floorDay(timeMs) - tableDays * DAY_MS);
  const expired = announced
    .filter(({ date }) => isBeyondRetention(Date.parse(date), timeMs, tableDays))
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .slice(0, MAX_DAYS);
  // Registered ahead of rows that never came, a day has a partition and no state.
  const registered = await catalog.partitions({ to: newest });
  await catalog.drop(registered);
  if (expired.length > 0) {
    await store.deleteMany(await filesOf(store, expired));
    await store.deleteMany(expired.map(dayStateKey));
  }
  return new Set([...registered, ...expired].map(({ app, date }) => `${app} ${date}`)).size;
};
