/** Days as their states and files say, and the catalogue brought in line with them: for the compaction and the updater. */
import { AmplifyLogsError } from "../src/errors";
import { hourlyLocation, parseDayState, type DayState, type HourTags } from "../src/model/dayState";
import { parseParquetKey, stateKey } from "../src/model/keys";
import { isoHour } from "../src/model/windows";
import { inParallel } from "../src/parallel";
import type { DayPartition, MaintenanceStore, ObjectStore, PartitionCatalog } from "../src/ports";

export interface AppDay {
  readonly app: string;
  /** `YYYY-MM-DD` in UTC. */
  readonly date: string;
}

/** Requests to S3 at one time: well below what one prefix takes (3,500 writes a second), and a page of memory each. */
export const REQUESTS = 16;
const ROUNDS = 5;

export const dayStateKey = ({ app, date }: AppDay): string => stateKey({ app, hourMs: Date.parse(date) });

/** A day's state with its ETag; undefined where the day was never announced. */
export const readDayState = async (
  store: Pick<ObjectStore, "get">,
  day: AppDay,
): Promise<{ readonly etag: string; readonly state: DayState } | undefined> => {
  const key = dayStateKey(day);
  const stored = await store.get(key);
  return stored === undefined ? undefined : { etag: stored.etag, state: parseDayState(key, stored.body) };
};

/** The day's hourly files with their ETags; anything else in their folder is not ours. */
export const listHours = async (
  store: Pick<MaintenanceStore, "listWithEtags">,
  { app, date }: AppDay,
): Promise<HourTags> =>
  Object.fromEntries(
    (await store.listWithEtags(hourlyLocation(app, date))).flatMap(({ key, etag }) => {
      const hour = parseParquetKey(key);
      return hour === undefined ? [] : [[isoHour(hour.hourMs), etag]];
    }),
  );

/** Where the days lie by their states; those that have none lie where the converter writes. */
export const locationsOf = (store: Pick<ObjectStore, "get">, days: readonly AppDay[]): Promise<DayPartition[]> =>
  inParallel(days, REQUESTS, async ({ app, date }) => {
    const found = await readDayState(store, { app, date });
    return { app, date, location: found?.state.location ?? hourlyLocation(app, date) };
  });

/**
 * Lets the catalogue point to where the states say. They are read again afterwards: who read an old state and was slow would else
 * have the last word, and readers would be sent to files that are about to expire.
 */
export const alignPartitions = async (
  store: Pick<ObjectStore, "get">,
  catalog: Pick<PartitionCatalog, "relocate">,
  days: readonly DayPartition[],
): Promise<void> => {
  let wanted = days;
  for (let round = 0; wanted.length > 0; round++) {
    if (round === ROUNDS) {
      throw new AmplifyLogsError("a day's state changed each time that its partition was set", {
        field: dayStateKey(wanted[0]!),
        retryable: true,
      });
    }
    await catalog.relocate(wanted);
    const now = await locationsOf(store, wanted);
    const before = wanted;
    wanted = now.filter(({ location }, index) => location !== before[index]!.location);
  }
};
