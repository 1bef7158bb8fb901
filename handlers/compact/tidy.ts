/** What follows a switch, at once or in a later run: the catalogue points to where the state says, and the rest is tagged. */
import { compactedDatePrefix, compactionOf, parseCompacted, SUPERSEDED } from "../../src/model/compaction";
import { hourlyLocation } from "../../src/model/dayState";
import { parseParquetKey } from "../../src/model/keys";
import { DAY_MS, isoHour } from "../../src/model/windows";
import { inParallel } from "../../src/parallel";
import type { TaggedObject } from "../../src/ports";
import { alignPartitions, readDayState, REQUESTS, type AppDay } from "../dayStates";
import type { CompactPorts } from "./ports";

/** Twice what a state machine's run may take: nobody writes to older files any more, and nobody switches to them. */
export const ATTEMPT_MS = DAY_MS;

/** Hourly files whose very content the location holds. */
const unitedHours = async ({ store }: CompactPorts, day: AppDay): Promise<TaggedObject[]> => {
  const state = (await readDayState(store, day))?.state;
  if (state === undefined || typeof compactionOf(state) !== "string") return [];
  const listed = await store.listWithEtags(hourlyLocation(day.app, day.date));
  return listed.filter(({ key, etag }) => {
    const hour = parseParquetKey(key);
    return hour !== undefined && state.hours?.[isoHour(hour.hourMs)] === etag;
  });
};

/** Files of earlier compactions, and of attempts that came to nothing: older than any attempt that may still switch to them. */
const oldCompactions = async (
  { store, clock }: CompactPorts,
  date: string,
  locations: ReadonlyMap<string, string>,
): Promise<TaggedObject[]> => {
  const before = clock.now() - ATTEMPT_MS;
  return (await store.listWithEtags(compactedDatePrefix(date))).filter(({ key, modifiedMs }) => {
    const location = locations.get(parseCompacted(key)?.app ?? "");
    return location !== undefined && !key.startsWith(location) && modifiedMs < before;
  });
};

/** Idempotent. Tags come last, and only for what neither the state nor the catalogue points to any more. */
export const tidyDay = async (ports: CompactPorts, date: string, apps: readonly string[]): Promise<number> => {
  const locations = new Map<string, string>();
  await inParallel(apps, REQUESTS, async (app) => {
    const found = await readDayState(ports.store, { app, date });
    if (found !== undefined && compactionOf(found.state) !== undefined) locations.set(app, found.state.location);
  });
  const days = [...locations].map(([app, location]) => ({ app, date, location }));
  await alignPartitions(ports.store, ports.catalog, days);
  const hours = await inParallel(days, REQUESTS, (day) => unitedHours(ports, day));
  const superseded = [...hours.flat(), ...(await oldCompactions(ports, date, locations))];
  const tagged = await inParallel(superseded, REQUESTS, ({ key, etag }) => ports.store.tag(key, etag, SUPERSEDED));
  return tagged.filter(Boolean).length;
};
