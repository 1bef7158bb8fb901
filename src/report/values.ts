/** Reads the values of a result row: DuckDB gives bigints, numbers and booleans, Athena gives text for everything. */
import { AmplifyLogsError } from "../errors";

export type Row = Readonly<Record<string, unknown>>;

const wrong = (row: Row, name: string, expected: string): AmplifyLogsError =>
  new AmplifyLogsError(`the query's result has no ${expected} here`, {
    field: name,
    value: typeof row[name] === "bigint" ? String(row[name]) : row[name],
    fix: "check that the table has the columns of this version",
  });

export const textOrNull = (row: Row, name: string): string | null => {
  const value = row[name];
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  throw wrong(row, name, "text");
};

export const textOf = (row: Row, name: string): string => textOrNull(row, name) ?? "";

export const numberOrUndefined = (row: Row, name: string): number | undefined => {
  const value = row[name];
  if (value === null || value === undefined || value === "") return undefined;
  const number =
    typeof value === "number" || typeof value === "bigint" || typeof value === "string" ? Number(value) : NaN;
  if (!Number.isFinite(number)) throw wrong(row, name, "number");
  return number;
};

/** A count or a sum: null, which is the sum of nothing, is 0. */
export const numberOf = (row: Row, name: string): number => numberOrUndefined(row, name) ?? 0;

export const booleanOf = (row: Row, name: string): boolean => row[name] === true || row[name] === "true";
