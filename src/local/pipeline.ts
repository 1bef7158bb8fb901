/**
 * The deployed pipeline on a directory: each function with the environment that the program gave it, on a clock that can be
 * wound. Amplify is the simulated endpoint, the bucket a folder, its events a queue, Athena DuckDB.
 */
import { setTimeout as wait } from "node:timers/promises";
import { SUPERSEDED } from "../model/compaction";
import { PREFIXES, rawDayPrefix } from "../model/keys";
import { firings } from "../model/scheduleExpression";
import { HOUR_MS } from "../model/windows";
import { parseAppList } from "../model/appList";
import { planBackfill, type IsoRange } from "../model/backfill";
import type { BackfillRuns, Clock, TimeRange } from "../ports";
import { AnnouncingStore } from "./announcingStore";
import { loadBundle, type FetchResult, type ReadApplicationObject, type ReadDelivery } from "./bundles";
import type { DeployedSchedule, Deployment } from "./deployment";
import { runCompaction, type CompactionSteps } from "./compaction";
import { DirectoryMaintenanceStore } from "./directoryMaintenanceStore";
import { DirectoryStore } from "./directoryStore";
import { bucketPath, catalogNames } from "./localCatalog";
import { openApplicationLogs, openCloudFront, pipelineSource, type PipelineSource } from "./localSources";
import { LocalPartitions } from "./localPartitions";
import { LocalQueryEngine } from "./localQueryEngine";

export interface WoundClock extends Clock {
  set(ms: number): void;
}

export const woundClock = (ms: number): WoundClock => {
  let now = ms;
  return { now: () => now, set: (next) => (now = next) };
};

export interface PipelineOptions {
  readonly lake: string;
  readonly deployment: Deployment;
  readonly clock: WoundClock;
  readonly amplifyUrl: string;
  readonly logHost: string;
  /** Socket file that it listens on. */
  readonly socketPath: string;
}

export interface PipelineCounts {
  fetches: number;
  failures: number;
  conversions: number;
  /** Rows that the typed table did not have. */
  converted: number;
  partitionUpdates: number;
  /** Days of an app whose hourly files were united. */
  compactions: number;
  rowsAdded: number;
  /** Ranges that the gap finder had asked for again. */
  gapRanges: number;
  /** Ranges that the backfill's own schedule asked for. */
  backfillRanges: number;
}

export interface LocalPipeline {
  /** Where CloudFront delivers to; undefined where the program deploys none. */
  readonly cloudFront: PipelineSource<ReadDelivery> | undefined;
  readonly applicationLogs: PipelineSource<ReadApplicationObject> | undefined;
  readonly counts: PipelineCounts;
  /** Errors of fetches that a later run has to make good. */
  readonly errors: readonly string[];
  /** Winds the clock over the range and runs what is due; `onTick` hears of each hour, and is waited for. */
  wind(range: TimeRange, onTick: (ms: number) => void | Promise<void>): Promise<void>;
  /** Asks once more for all hours of a range, for every app. */
  fetchAgain(range: TimeRange): Promise<FetchResult[]>;
}

const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";
const NO_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export const openPipeline = async ({
  lake,
  deployment,
  clock,
  amplifyUrl,
  logHost,
  socketPath,
}: PipelineOptions): Promise<LocalPipeline> => {
  const counts: PipelineCounts = {
    fetches: 0,
    failures: 0,
    conversions: 0,
    converted: 0,
    partitionUpdates: 0,
    compactions: 0,
    rowsAdded: 0,
    gapRanges: 0,
    backfillRanges: 0,
  };
  const errors: string[] = [];
  const queue = new Set<string>();
  const { RAW_PREFIX: rawPrefix = "raw" } = deployment.converter.environment;
  const rawRoot = rawDayPrefix(rawPrefix, { app: "", hourMs: 0 }).split("app=")[0]!;
  const store = new AnnouncingStore(new DirectoryStore(bucketPath(lake)), (key) => {
    if (key.startsWith(rawRoot)) queue.add(key);
  });
  for (const { key, content } of deployment.objects) await store.put(key, Buffer.from(content));

  const noSecret = (name: string): Promise<string> => Promise.resolve(`local salt of ${name}`);
  const converter = await loadBundle("convert").local(deployment.converter.environment, { store, clock }, noSecret);
  const keeper = new DirectoryMaintenanceStore(bucketPath(lake));
  const { table } = catalogNames(deployment);
  const maintenance = {
    engine: new LocalQueryEngine(lake),
    store: keeper,
    catalog: new LocalPartitions(lake, table),
    clock,
    sleep: () => Promise.resolve(),
  };
  const updater = loadBundle("partitions").local(deployment.updater.environment, maintenance);
  const { compaction } = deployment;
  const compactor =
    compaction === undefined ? undefined : loadBundle("compact").local(compaction.compactor.environment, maintenance);
  const fetchers = deployment.fetchers.map(({ arn, environment }) => ({
    arn,
    app: environment["APP_NAME"],
    ...loadBundle("fetch").local(environment, {
      store,
      clock,
      amplifyUrl,
      logHost,
      socketPath,
      credentials: NO_CREDENTIALS,
    }),
  }));

  const drain = async (): Promise<void> => {
    for (const key of queue) {
      queue.delete(key);
      counts.converted += (await converter.convert(key)).added;
      counts.conversions++;
    }
  };
  const sourcePorts = { lake, clock, secret: noSecret };
  const cloudFront = deployment.cloudFront && openCloudFront(deployment.cloudFront, { ...sourcePorts, store });
  const applicationLogs = deployment.applicationLogs && openApplicationLogs(deployment.applicationLogs, sourcePorts);

  const fetchOne = async (run: () => Promise<FetchResult>): Promise<FetchResult | undefined> => {
    counts.fetches++;
    try {
      const result = await run();
      counts.rowsAdded += result.added;
      return result;
    } catch (error) {
      // As deployed: the next run asks for these hours again.
      counts.failures++;
      errors.push(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      await drain();
    }
  };

  // In the state machine's place: the ranges, one after the other, at once.
  const fetchRange = async (app: string, range: IsoRange): Promise<void> => {
    const fetcher = fetchers.find((each) => each.app === app);
    if (fetcher !== undefined) await fetchOne(() => fetcher.fetch(range));
  };
  const backfill: BackfillRuns = {
    running: () => Promise.resolve(false),
    start: async (_name, { ranges }) => {
      counts.gapRanges += ranges.length;
      for (const { app, ...range } of ranges) await fetchRange(app, range);
    },
  };
  const runBackfill = async (event: unknown, nowMs: number): Promise<void> => {
    const { APPS_KEY: key = "", BACKFILL_DAYS: days } = deployment.backfill.planner.environment;
    const { apps } = parseAppList(Buffer.from((await store.get(key))?.body ?? []).toString("utf8"), key);
    for (const { app, ranges } of planBackfill(event, apps, { nowMs, days: Number(days) })) {
      counts.backfillRanges += ranges.length;
      for (const range of ranges) await fetchRange(app, range);
    }
  };
  const { gapFinder } = deployment;
  const finder = gapFinder && loadBundle("gaps").local(gapFinder.environment, { store, clock, backfill });

  const compact = async (steps: CompactionSteps, time: string): Promise<void> => {
    // What the bucket's lifecycle rule does at midnight.
    for (const prefix of [PREFIXES.accessLogs, PREFIXES.compacted])
      await keeper.expire(`${prefix}/`, Object.entries(SUPERSEDED)[0]!);
    counts.compactions += (await runCompaction(steps, time, (ms) => wait(ms))).switched;
  };

  const runScheduled = async (target: string, input: string, timeMs: number): Promise<void> => {
    const event = JSON.parse(input.replaceAll(SCHEDULED_TIME, new Date(timeMs).toISOString())) as { time: string };
    const fetcher = fetchers.find(({ arn }) => target.endsWith(arn));
    if (fetcher !== undefined) await fetchOne(() => fetcher.fetch(event));
    else if (target.endsWith(deployment.updater.arn)) {
      await updater.update(event);
      counts.partitionUpdates++;
    } else if (gapFinder !== undefined && target.endsWith(gapFinder.arn)) await finder?.fill(event);
    else if (compaction !== undefined && target.endsWith(compaction.arn)) await compact(compactor!, event.time);
    else if (target.endsWith(deployment.backfill.arn)) await runBackfill(event, timeMs);
  };

  return {
    counts,
    errors,
    cloudFront: cloudFront && pipelineSource(cloudFront, drain),
    applicationLogs: applicationLogs && pipelineSource(applicationLogs, drain),
    async wind(range, onTick) {
      const due = new Map<number, DeployedSchedule[]>();
      for (const schedule of deployment.schedules) {
        for (const timeMs of firings(schedule.expression, range))
          due.set(timeMs, [...(due.get(timeMs) ?? []), schedule]);
      }
      for (const [timeMs, schedules] of [...due].sort(([a], [b]) => a - b)) {
        clock.set(timeMs);
        // As in the cloud: what is due at one time runs at one time.
        await Promise.all(schedules.map(({ target, input }) => runScheduled(target, input, timeMs)));
        if (timeMs % HOUR_MS === 0) await onTick(timeMs);
      }
    },
    async fetchAgain(range) {
      const event = { from: new Date(range.startMs).toISOString(), to: new Date(range.endMs).toISOString() };
      const results: FetchResult[] = [];
      for (const fetcher of fetchers) {
        const result = await fetchOne(() => fetcher.fetch(event));
        if (result !== undefined) results.push(result);
      }
      await updater.update({ time: new Date(clock.now()).toISOString() });
      counts.partitionUpdates++;
      return results;
    },
  };
};
