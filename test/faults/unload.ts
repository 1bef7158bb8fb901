/**
 * What Athena does for a compaction, on the bucket's Parquet: UNLOAD and the statement that verifies it. It reads of the SQL which
 * files are meant, and unites and compares rows by its own understanding of what makes two of them the same.
 */
import type { ObjectStore } from "../../src/ports";
import { COLUMNS_OF_A_LINE, readRows, writeRows, type Row } from "./tableFiles";

const FILTER = /WHERE "date" = '([\d-]+)'(?: AND "compaction" = '([\w-]+)')? AND "app" IN \(([^)]*)\)/g;
const TARGET = /TO 's3:\/\/lake\/(access_logs_compacted\/date=[\d-]+\/([\w-]+)\/)'/;

/** Where a statement reads. */
interface Part {
  readonly date: string;
  /** Undefined: the hourly files. */
  readonly compaction: string | undefined;
  readonly apps: readonly string[];
}

const partsOf = (sql: string): Part[] =>
  [...sql.matchAll(FILTER)].map(([, date, compaction, apps]) => ({
    date: date!,
    compaction,
    apps: [...apps!.matchAll(/'(\w+)'/g)].map(([, app]) => app!),
  }));

const prefixOf = ({ date, compaction }: Part, app: string): string =>
  compaction === undefined
    ? `access_logs/app=${app}/date=${date}/`
    : `access_logs_compacted/date=${date}/${compaction}/app=${app}/`;

/** What the parts hold of one app. */
const readParts = async (store: ObjectStore, parts: readonly Part[], app: string): Promise<Row[]> => {
  const prefixes = parts.filter(({ apps }) => apps.includes(app)).map((part) => prefixOf(part, app));
  const rows: Row[] = [];
  for (const prefix of new Set(prefixes)) for (const row of await readRows(store, prefix)) rows.push(row);
  return rows;
};

/** Its hour and its id; of rows without one, all that the line says, and the how-manieth it is that says so. */
const identified = (rows: readonly Row[]): Map<string, Row> => {
  const counts = new Map<string, number>();
  const known = new Map<string, Row>();
  for (const row of rows) {
    const id = row["request_id"];
    const hour = String(row["time"]).slice(0, 2);
    if (typeof id === "string" && id !== "" && id !== "-") {
      const key = `${hour} id ${id}`;
      if (!known.has(key)) known.set(key, row);
      continue;
    }
    const text = `${hour} line ${JSON.stringify(COLUMNS_OF_A_LINE.map((name) => String(row[name])))}`;
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    known.set(`${text} ${count}`, row);
  }
  return known;
};

const isHourly = ({ compaction }: Part): boolean => compaction === undefined;

/** One app's rows before the compaction. */
interface Before {
  readonly hourly: readonly Row[];
  readonly current: readonly Row[];
}

const readBefore = async (store: ObjectStore, parts: readonly Part[], app: string): Promise<Before> => ({
  hourly: await readParts(store, parts.filter(isHourly), app),
  current: await readParts(
    store,
    parts.filter((part) => !isHourly(part)),
    app,
  ),
});

const appsOf = (parts: readonly Part[]): string[] => [...new Set(parts.flatMap(({ apps }) => apps))];

/** What a statement has read, to be written or answered later: others go on meanwhile. */
export interface Reading {
  /** Ends the statement. `lies`: a row of each app is left out; `half`: it fails in the middle. */
  finish(how: { readonly lies: boolean; readonly half: boolean }): Promise<Record<string, string | number>[]>;
}

type Load = (app: string) => Promise<Before>;

const unload =
  (store: ObjectStore, apps: readonly string[], load: Load, prefix: string): Reading["finish"] =>
  async ({ lies, half }) => {
    for (const app of half ? apps.slice(0, 1) : apps) {
      const { hourly, current } = await load(app);
      // Of two versions of a row the hourly file's counts.
      const rows = [...new Map([...identified(current), ...identified(hourly)]).values()].slice(lies ? 1 : 0);
      if (rows.length > 0) await store.put(`${prefix}app=${app}/part-0.parquet`, writeRows(rows));
    }
    return [];
  };

const verify = async (store: ObjectStore, apps: readonly string[], load: Load, written: readonly Part[]) => {
  const answers: Record<string, string | number>[] = [];
  for (const app of apps) {
    const { hourly, current } = await load(app);
    const made = await readParts(store, written, app);
    const wanted = new Set([...identified(current).keys(), ...identified(hourly).keys()]);
    if (wanted.size + made.length === 0) continue;
    const found = identified(made);
    const missing = [...wanted].filter((key) => !found.has(key)).length;
    const hours = new Set(hourly.map((row) => String(row["time"]).slice(0, 2))).size;
    answers.push({ app, wanted: wanted.size, found: made.length, missing, hours });
  }
  return answers;
};

/** Begins a statement. `early`: it reads all that it reads now, and whoever writes until it ends is not seen. */
export const beginStatement = async (store: ObjectStore, sql: string, early: boolean): Promise<Reading> => {
  const [before, after] = sql.split("FULL OUTER JOIN") as [string, string | undefined];
  const parts = partsOf(before);
  const apps = appsOf(parts);
  const known = new Map<string, Before>();
  if (early) for (const app of apps) known.set(app, await readBefore(store, parts, app));
  const load: Load = async (app) => known.get(app) ?? (await readBefore(store, parts, app));
  const target = TARGET.exec(sql);
  if (target !== null) return { finish: unload(store, apps, load, target[1]!) };
  const answer = early ? await verify(store, apps, load, partsOf(after!)) : undefined;
  return { finish: async () => answer ?? (await verify(store, apps, load, partsOf(after!))) };
};
