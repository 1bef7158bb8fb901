/** Whether each row that was given is in the table exactly once, and nothing else. */
import { datePrefix, parseParquetKey, PREFIXES } from "../../src/model/keys";
import type { CoverageRow } from "../../src/model/coverage";
import { readParquet } from "../../src/rows/parquetFile";
import type { Bucket } from "./bucket";
import type { SourceRow } from "./source";

export interface Verdict {
  readonly served: number;
  readonly stored: number;
  readonly faults: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Rows that no window held, days that no partition shows, hours without a proof, calm runs that failed. */
  readonly wrong: readonly string[];
}

export interface Outcome {
  readonly bucket: Bucket;
  readonly rows: readonly SourceRow[];
  readonly owed: ReadonlySet<string>;
  readonly given: ReadonlySet<string>;
  readonly partitions: ReadonlyMap<string, string>;
  readonly complaints: readonly string[];
  readonly faults: number;
}

export const checkTable = async (outcome: Outcome): Promise<Verdict> => {
  const { bucket, rows, owed, given, partitions } = outcome;
  const wrong = [...outcome.complaints];
  const stored = new Map<string, number>();
  const hourOf = new Map(rows.map((row) => [row.uri, `${row.app} ${new Date(row.ms).toISOString().slice(0, 13)}`]));
  for (const [key, { body }] of bucket.objects) {
    const hour = parseParquetKey(key);
    if (hour === undefined) continue;
    const place = `${hour.app} ${new Date(hour.hourMs).toISOString().slice(0, 13)}`;
    const location = `s3://lake/${datePrefix(PREFIXES.accessLogs, hour)}`;
    if (partitions.get(place.slice(0, -3)) !== location) wrong.push(`no partition shows ${key}`);
    for (const row of await readParquet(body)) {
      const uri = String(row["uri"]);
      stored.set(uri, (stored.get(uri) ?? 0) + 1);
      if (!given.has(uri)) wrong.push(`${uri} was given in no window that was asked for`);
      else if (hourOf.get(uri) !== place) wrong.push(`${uri} lies in the file of another hour: ${place}`);
    }
  }
  for (const [key, { body }] of bucket.objects) {
    if (!key.startsWith(`${PREFIXES.coverage}/`)) continue;
    for (const line of Buffer.from(body).toString().trim().split("\n")) {
      const { hour, state } = JSON.parse(line) as CoverageRow;
      if (state !== "fetched" && state !== "quiet") wrong.push(`${key} ${hour} is ${state} in the end`);
    }
  }
  return {
    served: given.size,
    stored: [...stored.values()].reduce((sum, count) => sum + count, 0),
    faults: outcome.faults,
    lost: [...owed].filter((uri) => !stored.has(uri)),
    doubled: [...stored].filter(([, count]) => count > 1).map(([uri]) => uri),
    wrong,
  };
};
