/** From an hour's lines to the cells of the typed table, united with what was stored of that hour. */
import { LOG_COLUMNS, columnIndex, type Column } from "../../src/model/columns";
import { agentReason } from "../../src/model/bots";
import { edgeCountry } from "../../src/model/edgeCountries";
import { treatAddress, treatForwardedFor, type IpPolicy } from "../../src/model/ipPolicy";
import { isProbe, probeKind } from "../../src/model/probePaths";
import { HOUR_MS, isoDate } from "../../src/model/windows";
import type { HourTable } from "../../src/rows/hourTable";
import type { Cell } from "../../src/rows/parquetFile";

export interface Privacy {
  readonly policy: IpPolicy;
  /** Needed by the policy "hashed" only. */
  readonly salt?: string;
}

type ReaderOf<Value extends Cell> = (row: number) => Value;
type Reader = ReaderOf<Cell>;

const TIME = columnIndex("time");

/** Answers from memory for a column's distinct values. */
const memoised = <Value extends Cell>(
  table: HourTable,
  column: number,
  compute: (value: string) => Value,
): ReaderOf<Value> => {
  const answers: (Value | undefined)[] = [];
  return (row) => {
    const code = table.code(column, row);
    const known = answers[code];
    if (known !== undefined) return known;
    return (answers[code] = compute(table.value(column, row) as string));
  };
};

const timestampReader = (table: HourTable): Reader => {
  const dayMs = Date.parse(`${isoDate(table.hourMs)}T00:00:00Z`);
  return memoised(table, TIME, (time) =>
    BigInt(
      dayMs + Number(time.slice(0, 2)) * HOUR_MS + Number(time.slice(3, 5)) * 60_000 + Number(time.slice(6, 8)) * 1000,
    ),
  );
};

/** For each column of the typed table, how a row's cell is had; processed_timestamp is the caller's. */
export const cellReaders = (table: HourTable, { policy, salt }: Privacy): Map<string, Reader> => {
  const readers = new Map<string, Reader>();
  LOG_COLUMNS.forEach(({ name }, column) => readers.set(name, (row) => table.value(column, row)));
  // Each part once per distinct value: classifyRequest would be asked for every combination of them.
  const byAgent = memoised(table, columnIndex("user_agent"), agentReason);
  const byPath = memoised(table, columnIndex("uri"), probeKind);
  const isProbeRow = (row: number): boolean => {
    const kind = byPath(row);
    if (kind === null) return false;
    return isProbe(kind, {
      status: table.valueOf("status", row) as number | null,
      referrer: table.valueOf("referrer", row) as string | null,
    });
  };
  const reason: Reader = (row) => byAgent(row) ?? (isProbeRow(row) ? "probe" : null);

  readers.set(
    "request_ip",
    memoised(table, columnIndex("request_ip"), (text) => treatAddress(policy, text, salt)),
  );
  readers.set(
    "xforwarded_for",
    memoised(table, columnIndex("xforwarded_for"), (text) => treatForwardedFor(policy, text, salt)),
  );
  readers.set("timestamp", timestampReader(table));
  readers.set("bot_reason", reason);
  readers.set("is_bot", (row) => reason(row) !== null);
  readers.set(
    "edge_country",
    memoised(table, columnIndex("location"), (location) => edgeCountry(location)),
  );
  return readers;
};

export type StoredRow = Readonly<Record<string, Cell>>;

/** A row's place in the hour: its time, then its id, then all that it says. */
export const orderKey = (cells: (name: string) => Cell, columns: readonly Column[]): string =>
  columns.map(({ name }) => (name === "processed_timestamp" ? "" : String(cells(name)))).join("\u001f");
