/** DuckDB's values as JSON, in Athena's notation of dates and timestamps. */
import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { decimalNumber, floatingNumber, wholeNumber, type JsonValue } from "../model/queryResult";

const MICROS_PER_DAY = 86_400_000_000n;

/** `YYYY-MM-DD HH:MM:SS.mmm`; what JavaScript's calendar does not reach stays DuckDB's text. */
const timestampText = (micros: bigint, fallback: string): string => {
  const ms = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
  if (Math.abs(Number(micros / MICROS_PER_DAY)) > 3_000_000 || ms < Date.UTC(0)) return fallback;
  return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
};

/** The shortest decimal that is the same 32-bit number: 0.093 and not 0.09300000220537186. */
const shortestFloat = (value: number): number => {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
};

const objectValue = (value: Exclude<DuckDBValue, null | boolean | number | bigint | string>): JsonValue => {
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros, value.toString());
  if (value instanceof DuckDBTimestampTZValue) return `${timestampText(value.micros, value.toString())} UTC`;
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis * 1000n, value.toString());
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds * 1_000_000n, value.toString());
  if (value instanceof DuckDBTimestampNanosecondsValue) return timestampText(value.nanos / 1000n, value.toString());
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return decimalNumber(value.toString());
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map((item) => jsonValue(item));
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, jsonValue(item)]));
  }
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map(({ key, value: item }) => [String(key), jsonValue(item)]));
  }
  return value.toString();
};

export const jsonValue = (value: DuckDBValue, type?: DuckDBType): JsonValue => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return wholeNumber(value);
  if (typeof value !== "number") return objectValue(value);
  return floatingNumber(type?.typeId === DuckDBTypeId.FLOAT && Number.isFinite(value) ? shortestFloat(value) : value);
};
