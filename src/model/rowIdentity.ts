/**
 * What makes two lines the same request: the request id within its hour; without one, all that Amplify's line says, and how
 * often it says it.
 */
import { LOG_COLUMNS, TABLE_COLUMNS, type Column } from "./columns";

/** What stands in `request_id` when the edge gave none. */
export const NO_REQUEST_ID: readonly string[] = ["-", ""];

/** Whether this is an id, as a cell of `request_id` has it. */
export const hasRequestId = (id: unknown): id is string => typeof id === "string" && !NO_REQUEST_ID.includes(id);

const ADDRESSES = ["request_ip", "xforwarded_for"];

/** Columns that Amplify's line alone decides, whatever the address policy and the rules for bots are. */
export const LINE_COLUMNS: readonly Column[] = TABLE_COLUMNS.filter(
  ({ name }) => !ADDRESSES.includes(name) && LOG_COLUMNS.some((column) => column.name === name),
);
