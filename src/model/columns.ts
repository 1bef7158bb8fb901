/**
 * The schema, once. Everything that names a column derives it from here: Glue, Athena and DuckDB types, the parser, the
 * Parquet schema, the row's TypeScript type and the docs.
 *
 * Names and raw types are those of "Analyzing AWS Amplify Access logs, part 2"; headers are Amplify's, without backslashes.
 */

/** Hive's names of the types that we use; Glue and Athena's DDL take them as they stand. */
export type HiveType = "string" | "bigint" | "int" | "float" | "double" | "date" | "timestamp" | "boolean";

export interface Column {
  readonly name: string;
  readonly type: HiveType;
  readonly comment: string;
}

export interface LogColumn extends Column {
  /** The column's title in Amplify's CSV. */
  readonly header: string;
  /** The type in the raw CSV table, where it differs (the source declared float). */
  readonly rawType?: HiveType;
}

/** The 33 columns of Amplify's file, in its order. */
export const LOG_COLUMNS = [
  { name: "date", header: "date", type: "date", comment: "UTC date on which the edge finished responding" },
  { name: "time", header: "time", type: "string", comment: "UTC time of day, HH:MM:SS" },
  {
    name: "location",
    header: "x-edge-location",
    type: "string",
    comment: "edge location: an airport code and a number",
  },
  { name: "bytes", header: "sc-bytes", type: "bigint", comment: "bytes sent to the viewer, headers included" },
  { name: "request_ip", header: "c-ip", type: "string", comment: "viewer's address, subject to ipPolicy" },
  { name: "method", header: "cs-method", type: "string", comment: "HTTP method" },
  { name: "host", header: "cs(Host)", type: "string", comment: "the distribution's own host" },
  { name: "uri", header: "cs-uri-stem", type: "string", comment: "path, decoded" },
  { name: "status", header: "sc-status", type: "int", comment: "HTTP status" },
  { name: "referrer", header: "cs(Referer)", type: "string", comment: "referring page, decoded; - when none" },
  { name: "user_agent", header: "cs(User-Agent)", type: "string", comment: "user agent, decoded; - when none" },
  { name: "query_string", header: "cs-uri-query", type: "string", comment: "query string, decoded; - when none" },
  { name: "cookie", header: "cs(Cookie)", type: "string", comment: "never logged by Amplify: -" },
  { name: "result_type", header: "x-edge-result-type", type: "string", comment: "Hit, Miss, Error, Redirect ..." },
  { name: "request_id", header: "x-edge-request-id", type: "string", comment: "unique id of the request" },
  {
    name: "host_header",
    header: "x-host-header",
    type: "string",
    comment: "the site's host as the viewer asked for it",
  },
  { name: "request_protocol", header: "cs-protocol", type: "string", comment: "http, https, ws, wss" },
  { name: "request_bytes", header: "cs-bytes", type: "bigint", comment: "bytes of the request" },
  {
    name: "time_taken",
    header: "time-taken",
    type: "double",
    rawType: "float",
    comment: "seconds until the last byte was sent",
  },
  {
    name: "xforwarded_for",
    header: "x-forwarded-for",
    type: "string",
    comment: "addresses behind a proxy, subject to ipPolicy",
  },
  { name: "ssl_protocol", header: "ssl-protocol", type: "string", comment: "TLS version" },
  { name: "ssl_cipher", header: "ssl-cipher", type: "string", comment: "TLS cipher" },
  {
    name: "response_result_type",
    header: "x-edge-response-result-type",
    type: "string",
    comment: "result type before the response was returned",
  },
  { name: "http_version", header: "cs-protocol-version", type: "string", comment: "HTTP/1.1, HTTP/2.0, HTTP/3.0" },
  { name: "fle_status", header: "fle-status", type: "string", comment: "field-level encryption status" },
  { name: "fle_encrypted_fields", header: "fle-encrypted-fields", type: "int", comment: "number of encrypted fields" },
  { name: "c_port", header: "c-port", type: "int", comment: "viewer's port" },
  {
    name: "time_to_first_byte",
    header: "time-to-first-byte",
    type: "double",
    rawType: "float",
    comment: "seconds until the first byte was sent",
  },
  {
    name: "x_edge_detailed_result_type",
    header: "x-edge-detailed-result-type",
    type: "string",
    comment: "result type in detail",
  },
  { name: "sc_content_type", header: "sc-content-type", type: "string", comment: "content type; - on 304" },
  { name: "sc_content_len", header: "sc-content-len", type: "bigint", comment: "content length" },
  { name: "sc_range_start", header: "sc-range-start", type: "bigint", comment: "range start" },
  { name: "sc_range_end", header: "sc-range-end", type: "bigint", comment: "range end" },
] as const satisfies readonly LogColumn[];

/** What conversion adds to a row. */
export const DERIVED_COLUMNS = [
  { name: "timestamp", type: "timestamp", comment: "date and time as one value, UTC" },
  { name: "is_bot", type: "boolean", comment: "whether the request looks automated" },
  { name: "bot_reason", type: "string", comment: "why is_bot is true: agent, no-agent or probe; null otherwise" },
  { name: "edge_country", type: "string", comment: "ISO 3166 country of the edge location; null when unknown" },
  { name: "processed_timestamp", type: "timestamp", comment: "when this row was first converted, UTC" },
] as const satisfies readonly Column[];

/** The partition keys of the typed table. `date` is a string so that Trino hands its comparison to Glue. */
export const TABLE_PARTITION_KEYS = [
  { name: "app", type: "string", comment: "the app's name in the pipeline" },
  { name: "date", type: "string", comment: "UTC date, YYYY-MM-DD" },
] as const satisfies readonly Column[];

export type LogColumnName = (typeof LOG_COLUMNS)[number]["name"];

/** The typed table's own columns, that is all but its partition keys. */
export const TABLE_COLUMNS: readonly Column[] = [
  ...LOG_COLUMNS.filter((column) => column.name !== "date"),
  ...DERIVED_COLUMNS,
].map(({ name, type, comment }) => ({ name, type, comment }));

/** The raw table's columns: Amplify's file by position, with the source's types. */
export const RAW_COLUMNS: readonly Column[] = LOG_COLUMNS.map((column: LogColumn) => ({
  name: column.name,
  type: column.rawType ?? column.type,
  comment: column.comment,
}));

/** The columns of every view, in order: the source's 33, ours, then app and the calendar parts. */
export const VIEW_COLUMNS: readonly Column[] = [
  ...LOG_COLUMNS.map(({ name, type, comment }: LogColumn) => ({ name, type, comment })),
  ...DERIVED_COLUMNS,
  { name: "app", type: "string", comment: "the app's name in the pipeline" },
  { name: "year", type: "int", comment: "year of date" },
  { name: "month", type: "int", comment: "month of date" },
  { name: "day", type: "int", comment: "day of date" },
];

/** Position of a column in Amplify's file. */
export const columnIndex = (name: LogColumnName): number => LOG_COLUMNS.findIndex((column) => column.name === name);

const escapeHeader = (header: string): string => header.replace("(", "\\(");

/** Amplify's header line, backslashes included, without a line end. */
export const CSV_HEADER = LOG_COLUMNS.map((column) => escapeHeader(column.header)).join(",");

/** Types as Trino and DuckDB write them. */
export const trinoType = (type: HiveType): string => {
  switch (type) {
    case "string":
      return "varchar";
    case "int":
      return "integer";
    case "float":
      return "real";
    case "timestamp":
      return "timestamp(3)";
    default:
      return type;
  }
};

export const duckdbType = (type: HiveType): string => (type === "timestamp" ? "timestamp" : trinoType(type));
