/** A backfill of the local lake: the state machine's steps in this process, on the deployed fetcher's own code. */
import { planBackfill, parseRange, type BackfillItem } from "../model/backfill";
import {
  EMPTY_SUMMARY,
  NOTHING_YET,
  sumUp,
  type BackfillEnd,
  type BackfillSummary,
  type BackfillWork,
} from "../model/backfillProgress";
import { isProven } from "../model/coverage";
import { parseRawKey, PREFIXES, rawDayPrefix } from "../model/keys";
import { DAY_MS, floorDay, floorHour, hoursOf } from "../model/windows";
import { systemClock, type LogSource, type ObjectStore, type TimeRange } from "../ports";
import { readCoverageDay } from "../rows/storedCoverage";
import { loadBundle } from "./bundles";
import { DirectoryStore } from "./directoryStore";
import { openConverter, registerPartitions, type LocalConverter } from "./lakeWriter";
import { bucketPath, declareApps } from "./localCatalog";

export interface BackfillApp {
  readonly name: string;
  readonly appId: string;
  readonly domainName: string;
  readonly source: LogSource;
}

export interface LakeBackfill {
  readonly lake: string;
  readonly apps: readonly BackfillApp[];
  readonly from: string;
  readonly to: string;
  /** Whether hours that are proven already are left out. */
  readonly missing: boolean;
  readonly chunkDays: number;
}

export interface LakeProgress {
  readonly app: string;
  readonly work: BackfillWork;
}

/** After so long a turn ends: what came is converted and told. */
const TURN_MS = 10_000;

const plan = ({ apps, from, to, missing }: LakeBackfill, nowMs: number): BackfillItem[] => {
  const listed = apps.map(({ name, appId, domainName }) => ({
    name,
    appId,
    domains: [domainName],
    region: "local",
    fetcherArn: name,
    enabled: true,
  }));
  return planBackfill({ from, to, missing }, listed, { nowMs, days: 1 });
};

const rangesOf = ({ ranges }: Pick<BackfillItem, "ranges">): TimeRange[] => ranges.map((range) => parseRange(range));

/** Converts what is stored of a range, also what an earlier run fetched and did not come to convert: again changes nothing. */
const convertRange = async (
  store: ObjectStore,
  converter: LocalConverter,
  app: string,
  range: TimeRange,
): Promise<void> => {
  for (let dayMs = floorDay(range.startMs); dayMs < range.endMs; dayMs += DAY_MS) {
    for (const { key } of await store.list(rawDayPrefix(PREFIXES.raw, { app, hourMs: dayMs }))) {
      const hour = parseRawKey(PREFIXES.raw, key);
      const isWanted = hour !== undefined && hour.hourMs < range.endMs && hour.hourMs >= floorHour(range.startMs);
      if (isWanted) await converter.convert(key);
    }
  }
};

const runApp = async (
  { chunkDays }: LakeBackfill,
  { appId, domainName, source }: BackfillApp,
  { app, functionArn, ranges, missing }: BackfillItem,
  { store, converter }: { readonly store: ObjectStore; readonly converter: LocalConverter },
  onProgress: (progress: LakeProgress) => void,
): Promise<BackfillEnd> => {
  const environment = {
    APP_NAME: app,
    APP_ID: appId,
    DOMAIN_NAME: domainName,
    RAW_PREFIX: PREFIXES.raw,
    DELAY_MINUTES: "0",
    LOOKBACK_HOURS: "1",
    SETTLING_HOURS: "1",
    CHUNK_DAYS: String(chunkDays),
  };
  const fetcher = loadBundle("fetch").over(environment, { source, store, clock: systemClock });
  let work: BackfillWork = { ranges, missing, atMostHours: 0, turns: 0, skipped: 0, tally: NOTHING_YET };
  try {
    while (work.ranges.length > 0) {
      const before = work.ranges;
      work = await fetcher.fetchBackfill({ backfill: work }, systemClock.now() + TURN_MS);
      const leftMs = work.nextFrom === undefined ? Infinity : Date.parse(work.nextFrom);
      for (const { startMs, endMs } of rangesOf({ ranges: before })) {
        const range = { startMs, endMs: Math.min(endMs, leftMs) };
        if (range.startMs < range.endMs) await convertRange(store, converter, app, range);
      }
      onProgress({ app, work });
    }
    return { app, functionArn, work };
  } catch (error) {
    return { app, functionArn, work, error: (error as Error).message };
  }
};

/** Fetches a range of these apps; what one cannot give stops no other. Again asks only for what is missing. */
export const backfillLake = async (
  options: LakeBackfill,
  onProgress: (progress: LakeProgress) => void,
): Promise<{ readonly summary: BackfillSummary; readonly cause: string }> => {
  const { lake, apps } = options;
  const names = apps.map(({ name }) => name);
  declareApps(lake, names);
  const store = new DirectoryStore(bucketPath(lake));
  const converter = await openConverter(store);
  const items = plan(options, systemClock.now());
  const ends: BackfillEnd[] = [];
  for (const item of items) {
    const app = apps.find(({ name }) => name === item.app)!;
    ends.push(await runApp(options, app, item, { store, converter }, onProgress));
  }
  await registerPartitions(lake, names);
  const { summary, cause } = sumUp(items, ends, EMPTY_SUMMARY);
  return { summary, cause };
};

/** What a backfill would ask for, by app: hours, and those of them that are proven. */
export const surveyLake = async (
  options: LakeBackfill,
): Promise<readonly { readonly app: string; readonly hours: number; readonly proven: number }[]> => {
  const store = new DirectoryStore(bucketPath(options.lake));
  return Promise.all(
    plan(options, systemClock.now()).map(async (item) => {
      const hours = rangesOf(item).flatMap(hoursOf);
      let proven = 0;
      for (const dayMs of new Set(hours.map(floorDay))) {
        const rows = await readCoverageDay(store, item.app, dayMs);
        const isDone = (hourMs: number): boolean => isProven(rows.get(hourMs)?.state ?? "failed");
        proven += hours.filter((hourMs) => floorDay(hourMs) === dayMs && isDone(hourMs)).length;
      }
      return { app: item.app, hours: hours.length, proven };
    }),
  );
};
