/** Downloads a range of an app's logs with one's own credentials, by the same code as the deployed fetcher. */
import { AmplifyClient } from "@aws-sdk/client-amplify";
import { S3Client } from "@aws-sdk/client-s3";
import { allowedLogHosts, AmplifyLogSource, MAX_ATTEMPTS } from "../aws/amplifySource";
import { S3Store } from "../aws/s3Store";
import { PREFIXES, rawKey } from "../model/keys";
import { DAY_MS, HOUR_MS, windowsOf } from "../model/windows";
import { systemClock, type ObjectStore, type TimeRange } from "../ports";
import { loadBundle, quietSdk, type FetchOutcome, type HourResult } from "./bundles";
import { DirectoryStore } from "./directoryStore";
import { openConverter, registerPartitions } from "./lakeWriter";
import { bucketPath, declareApps } from "./localCatalog";
import type { PullApp } from "./pullConfig";

export type PullTarget =
  { readonly lake: string } | { readonly s3: { readonly bucket: string; readonly prefix: string } };

export interface PullProgress {
  readonly app: string;
  readonly range: TimeRange;
  readonly rows: number;
  readonly added: number;
}

/** Hours that follow each other, of one app, that were not answered. */
export interface Unanswered extends TimeRange {
  readonly app: string;
  readonly why: string;
}

export interface PullResult {
  readonly added: number;
  readonly rows: number;
  readonly rejected: number;
  readonly unanswered: readonly Unanswered[];
}

/** Amplify, with one's own credentials. */
export const sourceOf = ({ region, profile }: PullApp): AmplifyLogSource => {
  const client = new AmplifyClient({
    maxAttempts: MAX_ATTEMPTS,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  });
  return new AmplifyLogSource(client, { logHosts: allowedLogHosts(process.env) });
};

const storeOf = (target: PullTarget, { region, profile }: PullApp): ObjectStore => {
  if ("lake" in target) return new DirectoryStore(bucketPath(target.lake));
  const client = new S3Client({
    followRegionRedirects: true,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    // A stand-in for S3 has no host for each bucket.
    ...(process.env["AWS_ENDPOINT_URL_S3"] === undefined ? {} : { forcePathStyle: true }),
  });
  return new S3Store(client, target.s3.bucket);
};

/** Why an hour is not answered in whole, or undefined when it is. */
const whyNot = ({ hour, state }: HourResult, range: TimeRange, nowMs: number): string | undefined => {
  const hourMs = Date.parse(hour);
  if (state === "fetched" || state === "quiet") return undefined;
  if (state !== "provisional") return state;
  // Part of an hour is answered when that part is over; the hour itself stays provisional.
  return Math.min(range.endMs, hourMs + HOUR_MS) <= nowMs ? undefined : "not over yet";
};

const join = (gaps: Unanswered[], gap: Unanswered): void => {
  const last = gaps.at(-1);
  if (last !== undefined && last.app === gap.app && last.why === gap.why && last.endMs === gap.startMs)
    gaps[gaps.length - 1] = { ...last, endMs: gap.endMs };
  else gaps.push(gap);
};

const pullApp = async (
  app: PullApp,
  target: PullTarget,
  { range, chunkDays }: { readonly range: TimeRange; readonly chunkDays: number },
  onProgress: (progress: PullProgress) => void,
): Promise<PullResult> => {
  const store = storeOf(target, app);
  const prefix = "lake" in target ? PREFIXES.raw : target.s3.prefix;
  const environment = {
    APP_NAME: app.name,
    APP_ID: app.appId,
    DOMAIN_NAME: app.domainName,
    RAW_PREFIX: prefix,
    DELAY_MINUTES: "0",
    LOOKBACK_HOURS: "1",
    SETTLING_HOURS: "1",
    CHUNK_DAYS: String(chunkDays),
  };
  const fetcher = loadBundle("fetch").over(environment, { source: sourceOf(app), store, clock: systemClock });
  const converter = "lake" in target ? await openConverter(store) : undefined;
  const unanswered: Unanswered[] = [];
  const sum = { rows: 0, added: 0, rejected: 0 };
  // Window by window, so that what was got is told, and kept, as it comes.
  for (const chunk of windowsOf(range, chunkDays * DAY_MS)) {
    const outcome: FetchOutcome = await fetcher.fetchHours(chunk);
    const nowMs = systemClock.now();
    for (const hour of outcome.hours) {
      const hourMs = Date.parse(hour.hour);
      const why = whyNot(hour, chunk, nowMs);
      if (why !== undefined) {
        const words = hour.error === undefined ? why : `${why}: ${hour.error}`;
        join(unanswered, { app: app.name, startMs: hourMs, endMs: hourMs + HOUR_MS, why: words });
      }
      sum.rows += hour.rows;
      // Also what an earlier run fetched and did not come to convert: again changes nothing.
      if (converter !== undefined && hour.rows > 0)
        sum.rejected += (await converter.convert(rawKey(prefix, { app: app.name, hourMs }))).rejected;
    }
    sum.added += outcome.added;
    onProgress({
      app: app.name,
      range: chunk,
      rows: outcome.hours.reduce((rows, hour) => rows + hour.rows, 0),
      added: outcome.added,
    });
  }
  return { ...sum, unanswered };
};

/** Pulls a half-open range of all these apps; what one app cannot give stops no other. Again completes it and doubles nothing. */
export const pull = async (
  apps: readonly PullApp[],
  target: PullTarget,
  options: { readonly range: TimeRange; readonly chunkDays: number },
  onProgress: (progress: PullProgress) => void,
): Promise<PullResult> => {
  quietSdk();
  const names = apps.map(({ name }) => name);
  if ("lake" in target) declareApps(target.lake, names);
  const results: PullResult[] = [];
  for (const app of apps) {
    try {
      results.push(await pullApp(app, target, options, onProgress));
    } catch (error) {
      const why = `failed: ${(error as Error).message}`;
      results.push({ rows: 0, added: 0, rejected: 0, unanswered: [{ app: app.name, ...options.range, why }] });
    }
  }
  if ("lake" in target) await registerPartitions(target.lake, names);
  const total = (pick: (result: PullResult) => number): number =>
    results.reduce((sum, result) => sum + pick(result), 0);
  return {
    rows: total(({ rows }) => rows),
    added: total(({ added }) => added),
    rejected: total(({ rejected }) => rejected),
    unanswered: results.flatMap((result) => result.unanswered),
  };
};
