/** The Parquet schema from the one list of columns. Every type is explicit: a writer that guesses makes INT32 of whole-number doubles. */
import type { SchemaElement } from "hyparquet";
import { TABLE_COLUMNS, type Column, type HiveType } from "../model/columns";

const physical = (type: HiveType): Omit<SchemaElement, "name"> => {
  switch (type) {
    case "string":
      return { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } };
    case "bigint":
      return { type: "INT64" };
    case "int":
      return { type: "INT32" };
    case "float":
      return { type: "FLOAT" };
    case "double":
      return { type: "DOUBLE" };
    case "date":
      return { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } };
    case "timestamp":
      // Without a zone: Athena's timestamp has none, and all of ours are UTC.
      return { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MILLIS" } };
    case "boolean":
      return { type: "BOOLEAN" };
    default:
      return type satisfies never;
  }
};

export const parquetSchema = (columns: readonly Column[] = TABLE_COLUMNS): SchemaElement[] => [
  { name: "schema", num_children: columns.length },
  ...columns.map(({ name, type }) => ({ name, repetition_type: "OPTIONAL" as const, ...physical(type) })),
];
