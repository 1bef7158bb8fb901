/** The columns of the application logs, once: the settings' fields, what the reader adds to each row, and what an error row has. */
import type { Column } from "./columns";

/** Types that a field of an application's log may have, in Hive's words. */
export const FIELD_TYPES = ["string", "bigint", "int", "double", "boolean"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A field of the log that has a column of its own. */
export interface ApplicationField {
  readonly name: string;
  readonly type: FieldType;
  /** Default: none. */
  readonly comment?: string | undefined;
  /** Whether its value is an address, which ipPolicy treats. Default: false. */
  readonly address?: boolean | undefined;
}

/** The field whose value decides a row's day. */
export const TIMESTAMP_FIELD = "timestamp";
/** Its text is upper case in the table, however it was written. */
export const LEVEL_FIELD = "level";
/** The row's service: a partition, and a column that the reader writes itself. */
export const SERVICE_FIELD = "service";

/** The fields where the settings name none: those of `glue-log-analysis-pipelines.md`, and what its requests have besides. */
export const DEFAULT_FIELDS: readonly ApplicationField[] = [
  { name: TIMESTAMP_FIELD, type: "string", comment: "UTC, YYYY-MM-DDTHH:MM:SS.sssZ" },
  { name: LEVEL_FIELD, type: "string", comment: "level, upper case" },
  { name: "message", type: "string", comment: "the text" },
  { name: "request_id", type: "string", comment: "id of the request" },
  { name: "method", type: "string", comment: "HTTP method" },
  { name: "endpoint", type: "string", comment: "path of the request" },
  { name: "status_code", type: "int", comment: "HTTP status" },
  { name: "response_time_ms", type: "double", comment: "milliseconds until the answer" },
  { name: "client_ip", type: "string", comment: "client's address, subject to ipPolicy", address: true },
  { name: "user_agent", type: "string", comment: "user agent" },
  { name: "user_id", type: "string", comment: "id of the user" },
];

const SERVICE_COLUMN: Column = { name: SERVICE_FIELD, type: "string", comment: "service, as its partition has it" };

/** What the reader adds to each row, after the fields. */
const ADDED_COLUMNS: readonly Column[] = [
  { name: "extra", type: "string", comment: "JSON of what the schema does not name; null when there is none" },
  { name: "processed_timestamp", type: "timestamp", comment: "when this row was first read, UTC" },
  { name: "source", type: "string", comment: "key of the object that it came in" },
  { name: "line_number", type: "bigint", comment: "line of the object, from 1" },
  { name: "entry_id", type: "string", comment: "hash of the line, and of how often the object has it" },
];

const calendarKey = (name: string): Column => ({ name, type: "string", comment: `${name} of the row, UTC` });
/** Text, so that a key's zeros stay. */
export const CALENDAR_KEYS: readonly Column[] = ["year", "month", "day"].map(calendarKey);

const RESERVED = [SERVICE_COLUMN, ...ADDED_COLUMNS, ...CALENDAR_KEYS].map(({ name }) => name);
/** Whether a field may not have this name, because the reader writes such a column, or a partition has it. */
export const isReservedField = (name: string): boolean => RESERVED.includes(name);

/** All columns of a file in processed/, in its order. */
export const applicationColumns = (fields: readonly ApplicationField[]): readonly Column[] => [
  ...fields.map(({ name, type, comment = "" }) => ({ name, type, comment })),
  SERVICE_COLUMN,
  ...ADDED_COLUMNS,
];

/** The columns of a line in errors/. */
export const APPLICATION_ERROR_COLUMNS: readonly Column[] = [
  { name: "line_number", type: "bigint", comment: "line of the object, from 1; 0 when the whole object is meant" },
  { name: "service", type: "string", comment: "service, where it was known" },
  { name: "rule", type: "string", comment: "the rule that it broke" },
  { name: "reason", type: "string", comment: "why" },
  {
    name: "raw",
    type: "string",
    comment: "the line as it came, addresses subject to ipPolicy; at most 4,096 characters",
  },
  { name: "source", type: "string", comment: "key of the object" },
  { name: "entry_id", type: "string", comment: "hash of the line, and of how often the object has it" },
];
