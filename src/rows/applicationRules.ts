/** What the rules of src/model/applicationRules mean for a row. A rule on a field that a row does not have says nothing, but for `required`. */
import { isIP } from "node:net";
import type { ApplicationRule, CrossOperator, ValueType } from "../model/applicationRules";
import { LinearRegex } from "../model/regexMatcher";
import { parsePattern } from "../model/regexParser";
import { BrokenRule, excerpt, type ApplicationValue } from "./applicationValues";
import { parseTimestamp } from "./timestampText";

/** A row as rules see it. */
export interface JudgedRow {
  /** The column's value. */
  value(field: string): ApplicationValue;
  /** As the line has it. */
  given(field: string): unknown;
}

export type RowCheck = (row: JudgedRow) => BrokenRule | undefined;

const isGiven = (value: ApplicationValue): boolean => value !== null && value !== "";

const TYPE_WORDS: Record<ValueType, string> = {
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  timestamp: "a time",
  address: "an address",
};

/** Lines that are no JSON have only texts: what reads as the type is of the type. */
const isOfType = (type: ValueType, given: unknown): boolean => {
  switch (type) {
    case "string":
      return typeof given === "string";
    case "number":
      return typeof given === "number" || (typeof given === "string" && /^[+-]?\d{1,400}(\.\d{1,400})?$/.test(given));
    case "integer":
      return Number.isInteger(given) || (typeof given === "string" && /^[+-]?\d{1,400}$/.test(given));
    case "boolean":
      return typeof given === "boolean" || given === "true" || given === "false";
    case "timestamp":
      return !Number.isNaN(parseTimestamp(given));
    case "address":
      return typeof given === "string" && isIP(given) !== 0;
    default:
      return type satisfies never;
  }
};

/** Negative when the left one is less; undefined when they cannot be compared. Numbers as numbers, times as times, texts as texts. */
const compare = (left: ApplicationValue, right: ApplicationValue): number | undefined => {
  const numbers = [left, right].map((value) => (typeof value === "number" ? value : NaN));
  if (!numbers.some(Number.isNaN)) return numbers[0]! - numbers[1]!;
  const whole = [left, right].map((value) =>
    typeof value === "number" && Number.isInteger(value)
      ? BigInt(value)
      : typeof value === "string" && /^-?\d{1,40}$/.test(value)
        ? BigInt(value)
        : undefined,
  );
  if (whole[0] !== undefined && whole[1] !== undefined)
    return Number(whole[0] > whole[1]) - Number(whole[0] < whole[1]);
  const times = [left, right].map(parseTimestamp);
  if (!times.some(Number.isNaN)) return times[0]! - times[1]!;
  if (typeof left === "string" && typeof right === "string") return Number(left > right) - Number(left < right);
  return typeof left === "boolean" && typeof right === "boolean" ? Number(left) - Number(right) : undefined;
};

const holds = (operator: CrossOperator, order: number): boolean => {
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return operator satisfies never;
  }
};

const checkEnum = ({ field, values }: Extract<ApplicationRule, { rule: "enum" }>): RowCheck => {
  const known = new Set<unknown>(values);
  const shown = values.slice(0, 20).map(String).join(", ");
  return (row) => {
    const value = row.value(field);
    if (!isGiven(value) || known.has(value)) return undefined;
    return new BrokenRule("enum", `${field} is not one of ${shown}: ${excerpt(value)}`);
  };
};

const checkRegex = ({ field, pattern }: Extract<ApplicationRule, { rule: "regex" }>): RowCheck => {
  const parsed = parsePattern(pattern);
  // Settings are checked before they come here.
  if ("problem" in parsed) throw new Error(`rule on ${field}: the pattern ${parsed.problem}`);
  const regex = new LinearRegex(parsed);
  return (row) => {
    const value = row.value(field);
    if (!isGiven(value) || regex.test(String(value))) return undefined;
    return new BrokenRule("regex", `${field} does not match ${pattern.slice(0, 100)}: ${excerpt(value)}`);
  };
};

const checkRange = ({
  field,
  min = -Infinity,
  max = Infinity,
}: Extract<ApplicationRule, { rule: "range" }>): RowCheck => {
  const bounds = [min === -Infinity ? "" : `from ${min}`, max === Infinity ? "" : `to ${max}`]
    .filter(Boolean)
    .join(" ");
  return (row) => {
    const value = row.value(field);
    if (!isGiven(value)) return undefined;
    const number = typeof value === "boolean" ? NaN : Number(value);
    if (Number.isNaN(number)) return new BrokenRule("range", `${field} is not a number: ${excerpt(value)}`);
    return number >= min && number <= max
      ? undefined
      : new BrokenRule("range", `${field} is not ${bounds}: ${excerpt(value)}`);
  };
};

/** A rule as a function of a row. */
export const compileRule = (rule: ApplicationRule): RowCheck => {
  const { field } = rule;
  switch (rule.rule) {
    case "required":
      return (row) => (isGiven(row.value(field)) ? undefined : new BrokenRule("required", `${field} is missing`));
    case "type":
      return (row) => {
        if (!isGiven(row.value(field)) || isOfType(rule.type, row.given(field))) return undefined;
        return new BrokenRule("type", `${field} is not ${TYPE_WORDS[rule.type]}: ${excerpt(row.given(field))}`);
      };
    case "enum":
      return checkEnum(rule);
    case "regex":
      return checkRegex(rule);
    case "range":
      return checkRange(rule);
    case "cross":
      return (row) => {
        const [left, right] = [row.value(field), row.value(rule.other)];
        if (!isGiven(left) || !isGiven(right)) return undefined;
        const order = compare(left, right);
        if (order !== undefined && holds(rule.operator, order)) return undefined;
        return new BrokenRule(
          "cross",
          `${field} ${excerpt(left)} is not ${rule.operator} ${rule.other} ${excerpt(right)}`,
        );
      };
    default:
      return rule satisfies never;
  }
};
