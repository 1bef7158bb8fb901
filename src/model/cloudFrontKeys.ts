/** Keys of what is made of an object that CloudFront delivered. */
import { datePrefix, PREFIXES, type AppHour } from "./keys";
import { sourceHash } from "./sourceHash";
import { floorHour } from "./windows";

/** `2020-07-16-10` in a file's name, `2020/07/16/10` and `year=2020/month=07/day=16/hour=10` in folders. */
const HOUR_IN_KEY = /(?<!\d)(\d{4})[-/](?:month=)?(\d\d)[-/](?:day=)?(\d\d)[-/](?:hour=)?(\d\d)(?!\d)/g;

/** The hour that the key says its rows are of; undefined when it says none. It need not be true of each row. */
export const hourInKey = (key: string): number | undefined => {
  for (const [, year, month, day, hour] of key.matchAll(HOUR_IN_KEY)) {
    const iso = `${year}-${month}-${day}T${hour}:00:00`;
    const ms = Date.parse(`${iso}Z`);
    if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(iso)) return floorHour(ms);
  }
  return undefined;
};

const UNSAFE = /[^A-Za-z0-9._-]+/g;
const FILE_TYPE = /(\.(gz|json|ndjson|log|txt|tsv|parquet))+$/i;
const MAX_STEM = 100;

/** Where the lines of an object that are no rows are listed: one file an object, whichever hours it is of. */
export const cloudFrontRejectedKey = (hour: AppHour, bucket: string, key: string): string =>
  `${datePrefix(PREFIXES.rejected, hour)}cloudfront-${sourceHash(bucket, key)}.json.gz`;

/**
 * Where the object's rows of a day lie as JSON lines. Its file's name alone need not be the only one of its kind: names that differ in
 * their folders only would write over each other.
 */
export const cloudFrontJsonKey = (hour: AppHour, bucket: string, key: string): string => {
  const name = key.slice(key.lastIndexOf("/") + 1).replace(FILE_TYPE, "");
  const stem = name.replace(UNSAFE, "_").slice(0, MAX_STEM);
  return `${datePrefix(PREFIXES.cloudFrontJson, hour)}${stem}-${sourceHash(bucket, key).slice(0, 8)}.json.gz`;
};
