/** The rules that a row of an application's log must keep, and the defaults. What they mean is in src/rows/applicationRules. */
import { LEVEL_FIELD, TIMESTAMP_FIELD } from "./applicationColumns";

export const VALUE_TYPES = ["string", "number", "integer", "boolean", "timestamp", "address"] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

export const CROSS_OPERATORS = ["=", "!=", "<", "<=", ">", ">="] as const;
export type CrossOperator = (typeof CROSS_OPERATORS)[number];

export const RULE_KINDS = ["required", "type", "enum", "regex", "range", "cross"] as const;

interface OnField {
  /** The field that it is about. */
  readonly field: string;
}

/** A rule as the settings have it. */
export type ApplicationRule = OnField &
  (
    | { readonly rule: "required" }
    | { readonly rule: "type"; readonly type: ValueType }
    | { readonly rule: "enum"; readonly values: readonly (string | number | boolean)[] }
    | { readonly rule: "regex"; readonly pattern: string }
    | { readonly rule: "range"; readonly min?: number | undefined; readonly max?: number | undefined }
    | { readonly rule: "cross"; readonly operator: CrossOperator; readonly other: string }
  );

/** Levels of the usual libraries, and of syslog. */
export const LEVELS = [
  "TRACE",
  "DEBUG",
  "INFO",
  "NOTICE",
  "WARN",
  "WARNING",
  "ERROR",
  "CRITICAL",
  "ALERT",
  "EMERGENCY",
  "FATAL",
];

/** Where the settings name no rules. */
export const DEFAULT_RULES: readonly ApplicationRule[] = [
  { rule: "required", field: TIMESTAMP_FIELD },
  { rule: "required", field: LEVEL_FIELD },
  { rule: "enum", field: LEVEL_FIELD, values: LEVELS },
  { rule: "range", field: "status_code", min: 100, max: 599 },
  { rule: "range", field: "response_time_ms", min: 0 },
];
