/** Rows as the table's files have them. */
import { LOG_COLUMNS } from "../../src/model/columns";
import type { ObjectStore } from "../../src/ports";
import { readParquet, writeParquet, type Cell } from "../../src/rows/parquetFile";

export type Row = Readonly<Record<string, Cell>>;

/** What Amplify's line says of a request, whatever is done with addresses later. */
export const COLUMNS_OF_A_LINE: readonly string[] = LOG_COLUMNS.map(({ name }): string => name).filter(
  (name) => !["date", "request_ip", "xforwarded_for"].includes(name),
);

/** What files hold, by ETag: readers come often, and most files are those of last time. */
const known = new Map<string, readonly Row[]>();
const MOST_KNOWN = 500;
const SMALL_BYTES = 1 << 14;

const rowsOf = async (etag: string, body: Uint8Array): Promise<readonly Row[]> => {
  if (body.length > SMALL_BYTES) return readParquet(body);
  const rows = known.get(etag) ?? (await readParquet(body));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(etag, rows);
  return rows;
};

/** All rows of the files below a prefix, as a query reads them. */
export const readRows = async (store: ObjectStore, prefix: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for (const { key } of await store.list(prefix)) {
    const file = await store.get(key);
    if (file === undefined) throw new Error(`HIVE_CANNOT_OPEN_SPLIT: ${key} is gone`);
    for (const row of await rowsOf(file.etag, file.body)) rows.push(row);
  }
  return rows;
};

export const writeRows = (rows: readonly Row[]): Uint8Array =>
  writeParquet(rows.length, ({ name }, row) => rows[row]![name] ?? null, {});
