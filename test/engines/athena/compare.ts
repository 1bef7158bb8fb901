/** Rows of two engines, made comparable: the same value is the same text. */
import type { QueryResult } from "../../../src/local/duckdbLake";
import type { TrinoResult } from "../tools/trino";

export interface Answer {
  readonly columns: readonly string[];
  /** One JSON text a row: values in the columns' order. */
  readonly rows: readonly string[];
}

/** JSON has one kind of number and no -0; both engines write dates and timestamps alike. */
const rowText = (values: readonly unknown[]): string =>
  JSON.stringify(values.map((value) => (Object.is(value, -0) ? 0 : value)));

export const answerOfTrino = ({ columns, rows }: TrinoResult): Answer => ({
  columns: columns.map(({ name }) => name),
  rows: rows.map(rowText),
});

export const answerOfDuckdb = ({ columns, rows }: QueryResult): Answer => ({
  columns: columns.map(({ name }) => name),
  rows: rows.map((row) => rowText(columns.map(({ name }) => row[name]))),
});

export const sorted = ({ columns, rows }: Answer): Answer => ({ columns, rows: [...rows].sort() });

const PERCENTILE = /approx_percentile\(([^,()]+), (0\.\d+)\)/g;
/** More values than this, and Trino's digest gives no value of them but one between two, another one on each run. */
export const EXACT_PERCENTILES = 100;
/** By how much of all values it may be off: its authors' bound is below a hundredth. */
const RANK_ERROR = 0.03;

/** The same question about percentiles that are a little lower, or higher. */
export const shiftPercentiles = (sql: string, direction: -1 | 1): string =>
  sql.replace(PERCENTILE, (_, value: string, fraction: string) => {
    const shifted = Math.min(1, Math.max(0, Number(fraction) + direction * RANK_ERROR));
    return `approx_percentile(${value}, ${shifted.toFixed(4)})`;
  });
