/** From what a line gives for a field to the value of its column, or the reason why not. */
import type { FieldType } from "../model/applicationColumns";

/** A column's value as it waits on disk: whole numbers beyond 2^53 are their digits. */
export type ApplicationValue = string | number | boolean | null;

/** A rule that a line breaks. */
export class BrokenRule {
  constructor(
    readonly rule: string,
    readonly reason: string,
  ) {}
}

const WHOLE = /^[+-]?\d{1,40}$/;
const DECIMAL = /^[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,5})?$/;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT32 = 2 ** 31 - 1;
const MIN_INT32 = -(2 ** 31);

export const excerpt = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
};

/** What stands for nothing: null, no text, and the hyphen of web servers where a number is wanted. */
const isNothing = (value: unknown, type: FieldType): boolean =>
  value === undefined || value === null || (type !== "string" && (value === "" || value === "-"));

const wrong = (name: string, type: string, value: unknown): BrokenRule =>
  new BrokenRule("type", `${name} is not ${type}: ${excerpt(value)}`);

const beyond = (name: string, type: string, value: unknown): BrokenRule =>
  new BrokenRule("range", `${name} is beyond ${type}: ${excerpt(value)}`);

const readWhole = (name: string, type: "int" | "bigint", value: unknown): ApplicationValue | BrokenRule => {
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return wrong(name, "a whole number", value);
    if (!Number.isSafeInteger(value)) return beyond(name, type, value);
    return type === "int" && (value > MAX_INT32 || value < MIN_INT32) ? beyond(name, type, value) : value;
  }
  if (typeof value !== "string") return wrong(name, "a whole number", value);
  const text = value.trim();
  if (!WHOLE.test(text)) return wrong(name, "a whole number", value);
  const whole = BigInt(text.replace(/^\+/, ""));
  if (type === "int") return whole > MAX_INT32 || whole < MIN_INT32 ? beyond(name, type, value) : Number(whole);
  if (whole > MAX_INT64 || whole < MIN_INT64) return beyond(name, type, value);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole.toString();
};

const readDecimal = (name: string, value: unknown): ApplicationValue | BrokenRule => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !DECIMAL.test(value.trim())) return wrong(name, "a number", value);
  const decimal = Number(value);
  return Number.isFinite(decimal) ? decimal : beyond(name, "double", value);
};

const readBoolean = (name: string, value: unknown): ApplicationValue | BrokenRule => {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  return wrong(name, "true or false", value);
};

/** A column of text takes numbers as they are written, and objects as JSON. */
const readText = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

export const readValue = (name: string, type: FieldType, value: unknown): ApplicationValue | BrokenRule => {
  if (isNothing(value, type)) return null;
  switch (type) {
    case "string":
      return readText(value);
    case "int":
    case "bigint":
      return readWhole(name, type, value);
    case "double":
      return readDecimal(name, value);
    case "boolean":
      return readBoolean(name, value);
    default:
      return type satisfies never;
  }
};
