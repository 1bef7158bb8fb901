/** Athena's answers as JSON: GetQueryResults has all values as texts, and their types apart. */
import type { ResultSet } from "@aws-sdk/client-athena";
import {
  decimalNumber,
  floatingNumber,
  uniqueNames,
  wholeNumber,
  type JsonValue,
  type QueryResult,
} from "../model/queryResult";

/** A value as a query of the local lake gives it. Lists, maps and rows stay Athena's text, which cannot be read back for sure. */
export const athenaValue = (text: string | undefined, type: string): JsonValue => {
  if (text === undefined) return null;
  switch (type) {
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return wholeNumber(BigInt(text));
    case "float":
    case "double":
      return floatingNumber(Number(text));
    case "decimal":
      return decimalNumber(text);
    case "boolean":
      return text === "true";
    default:
      return text;
  }
};

type Row = readonly (string | undefined)[];

const textsOf = ({ Rows: rows = [] }: ResultSet): Row[] =>
  rows.map(({ Data: cells = [] }) => cells.map(({ VarCharValue }) => VarCharValue));

/** All pages of one answer, the first one with the columns. */
export const athenaResult = (pages: readonly ResultSet[]): QueryResult => {
  const info = pages[0]?.ResultSetMetadata?.ColumnInfo ?? [];
  const names = info.map(({ Name, Label }) => Label ?? Name ?? "");
  const columns = uniqueNames(names).map((name, index) => ({ name, type: info[index]!.Type ?? "varchar" }));
  const texts = pages.flatMap(textsOf);
  // Queries' answers begin with the columns' names; those of SHOW and of DDL do not, and nothing else tells them apart.
  const [first] = texts;
  const hasHeader = first !== undefined && names.length > 0 && names.every((name, index) => first[index] === name);
  const rows = texts
    .slice(hasHeader ? 1 : 0)
    .map((row) => Object.fromEntries(columns.map(({ name, type }, index) => [name, athenaValue(row[index], type)])));
  return { columns, rows };
};
