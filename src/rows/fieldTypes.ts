/** From a field's text to a typed value, or the reason why not. Called once per distinct value of a column. */
import type { HiveType, LogColumn } from "../model/columns";
import type { RejectedRow } from "../model/coverage";
import { decodeField } from "../model/escapes";

export type FieldValue = string | number | bigint | null;

export class BadField {
  constructor(
    readonly rule: RejectedRow["rule"],
    readonly reason: string,
  ) {}
}

const DIGITS = /^\d+$/;
const NEGATIVE = /^-\d+(\.\d+)?$/;
const DECIMAL = /^\d+(\.\d+)?([eE][+-]?\d+)?$/;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_INT32 = 2 ** 31 - 1;

/** Upper bounds that a value of the field has by its nature. */
const UPPER_BOUND: Readonly<Record<string, number>> = { status: 999, c_port: 65_535 };

const excerpt = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** `-` is null; Amplify also writes `-0` and nothing at all for it. */
const isNull = (text: string): boolean => text === "-" || text === "-0" || text === "";

const readWhole = (column: LogColumn, text: string): FieldValue | BadField => {
  if (NEGATIVE.test(text)) return new BadField("range", `${column.name} is negative: ${excerpt(text)}`);
  if (!DIGITS.test(text)) return new BadField("type", `${column.name} is not a whole number: ${excerpt(text)}`);
  const value = text.length > 19 ? MAX_INT64 + 1n : BigInt(text);
  const limit = BigInt(UPPER_BOUND[column.name] ?? (column.type === "int" ? MAX_INT32 : MAX_INT64));
  if (value > limit) return new BadField("range", `${column.name} is over ${limit}: ${excerpt(text)}`);
  return column.type === "bigint" ? value : Number(value);
};

const readDecimal = (column: LogColumn, text: string): FieldValue | BadField => {
  if (NEGATIVE.test(text)) return new BadField("range", `${column.name} is negative: ${excerpt(text)}`);
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : new BadField("type", `${column.name} is not a number: ${excerpt(text)}`);
};

export const readField = (column: LogColumn, text: string): FieldValue | BadField => {
  const type: HiveType = column.type;
  switch (type) {
    case "bigint":
    case "int":
      return isNull(text) ? null : readWhole(column, text);
    case "float":
    case "double":
      return isNull(text) ? null : readDecimal(column, text);
    case "string":
      return decodeField(text);
    case "date":
    case "timestamp":
    case "boolean":
      return text;
    default:
      return type satisfies never;
  }
};
