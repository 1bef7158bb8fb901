/** Whether the lake has each line of each object as often as it should, and nothing else. */
import { gunzipSync } from "node:zlib";
import { readParquet } from "../../../src/rows/parquetFile";
import type { Verdict } from "../check";
import type { ApplicationHistory } from "./history";
import type { LogLine } from "./lines";

const MARK = /mark-\d+\./;

/** How often the lines of a version are in it. */
const countMarks = (lines: readonly LogLine[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const { mark } of lines) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
};

interface Found {
  readonly rows: Map<string, number>;
  readonly errors: Map<string, number>;
}

const increment = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);

export const checkLake = async (history: ApplicationHistory): Promise<Verdict> => {
  const { lake, source, registered } = history;
  const wrong = [...history.complaints];
  const byKey = new Map<string, Found>(
    [...source.versions.keys()].map((key) => [key, { rows: new Map(), errors: new Map() }]),
  );
  const lineOf = new Map(
    [...source.versions.values()].flat().flatMap(({ lines }) => lines.map((line) => [line.mark, line] as const)),
  );
  const ids = new Set<string>();
  let stored = 0;
  for (const { key } of await lake.list("processed/")) {
    const [, service, year, month, day] =
      /^processed\/service=([a-z0-9_-]+)\/year=(\d{4})\/month=(\d\d)\/day=(\d\d)\/[0-9a-f]{16}\.parquet$/.exec(key) ??
      [];
    if (!registered.has(key.slice(0, key.lastIndexOf("/") + 1))) wrong.push(`no partition shows ${key}`);
    for (const row of await readParquet((await lake.get(key))!.body)) {
      stored++;
      const mark = MARK.exec(String(row["message"]))?.[0] ?? "";
      const expected = lineOf.get(mark)?.row;
      if (expected?.service !== service || expected?.date !== `${year}-${month}-${day}`)
        wrong.push(`a row of ${mark} lies in ${key}`);
      if (row["service"] !== service) wrong.push(`a row of ${key} says ${String(row["service"])}`);
      if (JSON.stringify([row["client_ip"], row["extra"]]).includes("198.51.100.7"))
        wrong.push(`${key} has an address`);
      ids.add(`${String(row["source"])} ${String(row["entry_id"])}`);
      increment(byKey.get(String(row["source"]))!.rows, mark);
    }
  }
  if (ids.size !== stored) wrong.push(`${stored} rows have ${ids.size} ids`);
  const errorFiles = new Set<string>();
  for (const { key } of await lake.list("errors/")) {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (errorFiles.has(name)) wrong.push(`${name} is there on two days`);
    errorFiles.add(name);
    for (const line of gunzipSync((await lake.get(key))!.body)
      .toString("utf8")
      .trim()
      .split("\n")) {
      const row = JSON.parse(line) as { readonly raw: string; readonly source: string; readonly line_number: number };
      if (row.line_number === 0) continue;
      stored++;
      increment(byKey.get(row.source)!.errors, MARK.exec(row.raw)?.[0] ?? "");
    }
  }
  let served = 0;
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const [key, versions] of source.versions) {
    const { rows, errors } = byKey.get(key)!;
    const [least, most] = [new Map<string, number>(), new Map<string, number>()];
    const raise = (counts: Map<string, number>, lines: readonly LogLine[]): void => {
      for (const [mark, count] of countMarks(lines)) counts.set(mark, Math.max(counts.get(mark) ?? 0, count));
    };
    versions.forEach((version, at) => {
      raise(most, version.lines);
      // The last one is read for certain; others only by the runs that happened to come while they were there.
      if (version.read || at === versions.length - 1) raise(least, version.lines.slice(0, version.whole));
    });
    for (const [mark, count] of most) {
      const wanted = least.get(mark) ?? 0;
      served += wanted;
      const [own, other] = lineOf.get(mark)!.row === undefined ? [errors, rows] : [rows, errors];
      const found = own.get(mark) ?? 0;
      if (found < wanted) lost.push(`${mark} of ${key}: ${found} of ${wanted}`);
      if (found > count) doubled.push(`${mark} of ${key}: ${found} of ${count}`);
      if (other.has(mark)) wrong.push(`${mark} of ${key} is ${own === rows ? "an error row too" : "a row"}`);
    }
  }
  return { served, stored, faults: history.faults, lost, doubled, wrong };
};
