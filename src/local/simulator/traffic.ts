import { DAY_MS, HOUR_MS, floorDay } from "../../model/windows";
import { ROWS_PER_VISIT, writeVisit, type Incident } from "./people";
import { Random, seedOf } from "./random";
import {
  ROWS_PER_CRAWL,
  ROWS_PER_SCAN,
  ROWS_PER_TOOL_RUN,
  UPTIME_CHECKS_PER_HOUR,
  writeCrawl,
  writeScan,
  writeToolRun,
  writeUptimeChecks,
} from "./robots";
import { RowWriter, type SimulatedRow } from "./rowWriter";
import { siteOf, type SimulatedApp } from "./site";

export type { SimulatedRow } from "./rowWriter";
export type { SimulatedApp } from "./site";

export interface HourOptions {
  /** Any text or number: the same seed gives the same traffic. */
  readonly seed: string | number;
  readonly app: SimulatedApp;
  /** Start of the hour, ms UTC. */
  readonly hourMs: number;
  /** Rows of an average day. */
  readonly requestsPerDay: number;
}

/** Requests by hour of the day, UTC: readers in Europe and America. */
const BY_HOUR = [
  46, 38, 32, 28, 28, 34, 48, 68, 88, 104, 112, 118, 122, 130, 142, 152, 158, 160, 158, 152, 140, 120, 92, 64,
];
/** Requests by day of the week, Sunday first. */
const BY_WEEKDAY = [78, 108, 114, 114, 110, 100, 76];

const relative = (values: readonly number[], at: number): number =>
  (values[at]! * values.length) / values.reduce((sum, value) => sum + value, 0);

/** How busy an hour is, against the average of its week: 1 is the average. */
export const activityOf = (hourMs: number): number => {
  const time = new Date(hourMs);
  return relative(BY_HOUR, time.getUTCHours()) * relative(BY_WEEKDAY, time.getUTCDay());
};

/** Rows that the hour has on average: what a window would hold, without writing it. */
export const expectedRows = ({ hourMs, requestsPerDay }: Pick<HourOptions, "hourMs" | "requestsPerDay">): number =>
  (requestsPerDay / 24) * activityOf(hourMs);

/** On two days of five the app's own code fails for some minutes. */
export const incidentOf = (siteSeed: number, hourMs: number): Incident | undefined => {
  const dayMs = floorDay(hourMs);
  const random = new Random(seedOf(siteSeed, "incident", dayMs));
  if (!random.chance(0.4)) return undefined;
  const startMs = dayMs + random.below(DAY_MS - HOUR_MS);
  return { startMs, endMs: startMs + random.between(8, 35) * 60_000 };
};

const times = (count: number, action: () => void): void => {
  for (let done = 0; done < count; done++) action();
};

/**
 * The log of one hour, in the order of time: people, crawlers, tools and scanners, as a site behind Amplify sees them. A pure
 * function of its arguments; hours do not depend on each other, so a visit ends with its hour.
 */
export const hourRows = ({ seed, app, hourMs, requestsPerDay }: HourOptions): SimulatedRow[] => {
  const site = siteOf(seed, app);
  const random = new Random(seedOf(site.seed, "hour", hourMs, requestsPerDay));
  const writer = new RowWriter(site, hourMs, random);
  const incident = incidentOf(site.seed, hourMs);
  const checks = requestsPerDay >= 48 * UPTIME_CHECKS_PER_HOUR ? UPTIME_CHECKS_PER_HOUR : 0;
  const rows = Math.max(0, expectedRows({ hourMs, requestsPerDay }) * (0.92 + 0.16 * random.unit()) - checks);
  const readers = Math.max(20, requestsPerDay / 6);

  if (checks > 0) writeUptimeChecks(writer, hourMs);
  times(random.round((rows * 0.74) / ROWS_PER_VISIT), () => writeVisit(writer, readers, incident));
  times(random.round((rows * 0.14) / ROWS_PER_CRAWL), () => writeCrawl(writer));
  times(random.round((rows * 0.04) / ROWS_PER_TOOL_RUN), () => writeToolRun(writer));
  times(random.round((rows * 0.08) / ROWS_PER_SCAN), () => writeScan(writer));
  return writer.rows.sort((left, right) => left.ms - right.ms);
};
