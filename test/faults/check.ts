/** Whether each row that was given is in the table exactly once, and nothing else. */
import { isProven, type CoverageRow } from "../../src/model/coverage";
import { parseParquetKey, PREFIXES } from "../../src/model/keys";
import { isoDate } from "../../src/model/windows";
import { readRows } from "./tableFiles";
import type { World } from "./world";

export interface Verdict {
  readonly served: number;
  readonly stored: number;
  readonly faults: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Rows that no window held, days that no partition shows, hours without a proof, calm runs that failed. */
  readonly wrong: readonly string[];
}

const hourText = (ms: number): string => new Date(ms).toISOString().slice(0, 13);

export const checkTable = async (world: World): Promise<Verdict> => {
  const { bucket, rows, owed, given, cut, athena, failing } = world;
  const wrong = [...world.complaints];
  const stored = new Map<string, number>();
  const hourOf = new Map(rows.map((row) => [row.uri, `${row.app} ${hourText(row.ms)}`]));
  for (const { app, date, location } of athena.registered()) {
    for (const row of await readRows(bucket, location)) {
      const uri = String(row["uri"]);
      stored.set(uri, (stored.get(uri) ?? 0) + 1);
      if (!given.has(uri) && !cut.has(uri)) wrong.push(`${uri} was given in no window that was asked for`);
      else if (hourOf.get(uri) !== `${app} ${date}T${String(row["time"]).slice(0, 2)}`)
        wrong.push(`${uri} lies in ${location} at ${String(row["time"])}`);
    }
  }
  for (const { key } of await bucket.list(`${PREFIXES.accessLogs}/`)) {
    const hour = parseParquetKey(key);
    if (hour === undefined) wrong.push(`${key} is no hour's file`);
    else if (!athena.partitions.has(`${hour.app} ${isoDate(hour.hourMs)}`)) wrong.push(`no partition shows ${key}`);
  }
  for (const { key } of await bucket.list(`${PREFIXES.coverage}/`)) {
    if (failing !== undefined && key.includes(`/app=${failing}/`)) continue;
    for (const line of Buffer.from((await bucket.get(key))!.body)
      .toString()
      .trim()
      .split("\n")) {
      const { hour, state } = JSON.parse(line) as CoverageRow;
      if (!isProven(state)) wrong.push(`${key} ${hour} is ${state} in the end`);
    }
  }
  return {
    served: given.size,
    stored: [...stored.values()].reduce((sum, count) => sum + count, 0),
    faults: world.mishaps.faults,
    lost: [...owed].filter((uri) => !stored.has(uri)),
    doubled: [...stored].filter(([, count]) => count > 1).map(([uri]) => uri),
    wrong,
  };
};
