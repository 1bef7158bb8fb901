/** The table of the week against the traffic that was simulated, hour by hour. */
import type { SimulatedApp } from "../../../src/local/simulator/site";
import { hourRows } from "../../../src/local/simulator/traffic";
import { DAY_MS, HOUR_MS, isoDate } from "../../../src/model/windows";
import type { DayPartition, ObjectStore } from "../../../src/ports";
import { readParquet } from "../../../src/rows/parquetFile";

export interface WeekVerdict {
  readonly served: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: readonly string[];
}

export interface Traffic {
  readonly apps: readonly SimulatedApp[];
  readonly seed: number;
  readonly requestsPerDay: number;
  readonly startMs: number;
  readonly days: number;
}

/** How often each request of the day is in the table, by its hour and id. */
const countDay = async (store: ObjectStore, location: string | undefined): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  if (location === undefined) return counts;
  for (const { key } of await store.list(location)) {
    for (const row of await readParquet((await store.get(key))!.body, ["time", "request_id"])) {
      const name = `${String(row["time"])} ${String(row["request_id"])}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
};

export const checkWeek = async (
  store: ObjectStore,
  partitions: readonly DayPartition[],
  { apps, startMs, days, ...traffic }: Traffic,
): Promise<WeekVerdict> => {
  const locations = new Map(partitions.map(({ app, date, location }) => [`${app} ${date}`, location]));
  const wrong: string[] = [];
  let [served, stored, lost, doubled] = [0, 0, 0, 0];
  for (const app of apps) {
    for (let dayMs = startMs; dayMs < startMs + days * DAY_MS; dayMs += DAY_MS) {
      const counts = await countDay(store, locations.get(`${app.name} ${isoDate(dayMs)}`));
      for (let hourMs = dayMs; hourMs < dayMs + DAY_MS; hourMs += HOUR_MS) {
        for (const { ms, requestId } of hourRows({ ...traffic, app, hourMs })) {
          served++;
          const name = `${new Date(ms).toISOString().slice(11, 19)} ${requestId}`;
          const count = counts.get(name) ?? 0;
          counts.delete(name);
          stored += count;
          if (count === 0) lost++;
          if (count > 1) doubled++;
        }
      }
      for (const [name, count] of counts) {
        stored += count;
        if (wrong.length < 20) wrong.push(`${app.name} ${isoDate(dayMs)} ${name} was never served`);
      }
    }
  }
  return { served, stored, lost, doubled, wrong };
};
