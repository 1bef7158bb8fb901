/** The columns as their sources list them, written down a second time on purpose: what the model is compared with. */

/** The 33 columns with the types of "Analyzing AWS Amplify Access logs, part 2", as its CREATE TABLE lists them. */
const SOURCE = `date date, time string, location string, bytes bigint, request_ip string, method string, host string, uri string,
status int, referrer string, user_agent string, query_string string, cookie string, result_type string, request_id string,
host_header string, request_protocol string, request_bytes bigint, time_taken float, xforwarded_for string, ssl_protocol string,
ssl_cipher string, response_result_type string, http_version string, fle_status string, fle_encrypted_fields int, c_port int,
time_to_first_byte float, x_edge_detailed_result_type string, sc_content_type string, sc_content_len bigint,
sc_range_start bigint, sc_range_end bigint`;
const ADDED =
  "timestamp timestamp, is_bot boolean, bot_reason string, edge_country string, processed_timestamp timestamp";
const CALENDAR = "app string, year int, month int, day int";

const list = (text: string): string[] => text.split(/,\s+/);
const typed = list(SOURCE).map((column) => column.replace(" float", " double"));

/** `name type`, in Hive's words. */
export const RAW = list(SOURCE);
/** Without `date`, which is a partition key there; times are doubles. */
export const TABLE = [...typed.slice(1), ...list(ADDED)];
export const VIEW = [...typed, ...list(ADDED), ...list(CALENDAR)];
