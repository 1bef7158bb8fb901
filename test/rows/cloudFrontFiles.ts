/** Objects as CloudFront delivers them, made of requests. The names and their order are those of CloudFront's Developer Guide. */
import { parquetWriteBuffer } from "hyparquet-writer";

export const CLOUDFRONT_FIELDS = (
  "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query " +
  "cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol " +
  "ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte " +
  "x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end"
).split(" ");

/** A request by CloudFront's names, values as CloudFront writes them. */
export type Request = Readonly<Record<string, string>>;

const TYPICAL: Request = {
  date: "2020-07-16",
  time: "10:00:01",
  "x-edge-location": "FRA56-P1",
  "sc-bytes": "1000",
  "c-ip": "203.0.113.40",
  "cs-method": "GET",
  "cs(Host)": "d111111abcdef8.cloudfront.net",
  "cs-uri-stem": "/",
  "sc-status": "200",
  "cs(User-Agent)": "Mozilla/5.0%20(X11;%20Linux%20x86_64)",
  "x-edge-request-id": "a1==",
  "x-host-header": "docs.example",
  "time-taken": "0.093",
  "sc-content-type": "text/html",
};

export const request = (fields: Request = {}): Request => ({ ...TYPICAL, ...fields });

export const tsv = (requests: readonly Request[], fields: readonly string[] = CLOUDFRONT_FIELDS): string =>
  [
    "#Version: 1.0",
    `#Fields: ${fields.join(" ")}`,
    ...requests.map((row) => fields.map((name) => row[name] ?? "-").join("\t")),
    "",
  ].join("\n");

export const jsonLog = (requests: readonly Request[], fields: readonly string[] = CLOUDFRONT_FIELDS): string =>
  requests
    .map((row) => `${JSON.stringify(Object.fromEntries(fields.map((name) => [name, row[name] ?? "-"])))}\n`)
    .join("");

/** `cs(User-Agent)` is `cs_user_agent` there. */
const parquetName = (name: string): string => name.toLowerCase().replace(/\)$/, "").replace(/[-(]/g, "_");

export const parquetLog = (requests: readonly Request[], fields: readonly string[] = CLOUDFRONT_FIELDS): Buffer =>
  Buffer.from(
    parquetWriteBuffer({
      columnData: fields.map((name) => ({
        name: parquetName(name),
        data: requests.map((row) => row[name] ?? "-"),
        type: "STRING" as const,
      })),
      rowGroupSize: 3,
    }),
  );

/** The request's line in Amplify's file. */
export const amplifyLine = (row: Request): string =>
  CLOUDFRONT_FIELDS.map((name) =>
    row[name] === undefined || row[name] === "" ? "-" : row[name].replaceAll(",", "%2C"),
  ).join(",");
