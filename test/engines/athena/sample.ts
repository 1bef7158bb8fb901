/** The lake that most suites ask: what the schedules fetched, and hours with every kind of hostile value. */
import { LOG_COLUMNS } from "../../../src/model/columns";
import { DAY_MS, isoDate } from "../../../src/model/windows";
import { logLine, type Fields } from "../../rows/logLines";
import type { HourOfLines } from "./lake";

/** Trino's clock and the pipeline's; a Saturday, in the middle of a month. */
export const NOW = "2026-10-17T14:20:00Z";
export const NOW_MS = Date.parse(NOW);
export const TODAY = "2026-10-17";
export const YESTERDAY = "2026-10-16";

export const daysBefore = (day: string, days: number): string => isoDate(Date.parse(day) - days * DAY_MS);

let number = 0;
/** A request with an id of its own. */
const line = (date: string, time: string, fields: Fields): string =>
  logLine({ date, time, request_id: `request-${String(++number).padStart(5, "0")}==`, ...fields });

const hour = (app: string, date: string, at: string, rows: readonly Fields[]): HourOfLines => ({
  app,
  hourMs: Date.parse(`${date}T${at}:00:00Z`),
  lines: rows.map((row, index) => line(date, `${at}:${String(index % 60).padStart(2, "0")}:30`, row)),
});

const page: Fields = { sc_content_type: "text/html; charset=utf-8", result_type: "Hit", time_to_first_byte: "0.01" };

/** As Amplify writes them: percent-encoded, with backslashes before what it takes for special. */
const HOSTILE: readonly Fields[] = [
  { ...page, uri: "/caf%C3%A9%20au%20lait", referrer: "https://news.example/?q=%22quoted%22" },
  { ...page, uri: "/%F0%9F%98%80/%2C", user_agent: "%22agent%22%20\\(with%20'both'%20quotes)" },
  { ...page, uri: "/%FF%FE/not-utf-8", query_string: "a=1&b=%0A%09&c=%25" },
  { ...page, uri: "/back%5Cslash/%255B", query_string: "x='%20OR%201=1%20--" },
  { ...page, uri: "/o'hara", user_agent: "-" },
  { ...page, uri: "/plus+and%2Bplus", host_header: "-", referrer: "-" },
  { ...page, uri: "/-", referrer: "https://news.example/-" },
  { status: "404", uri: `/${"a".repeat(700)}`, method: "POST", request_bytes: "123456789012" },
  { status: "503", uri: "/null/\\N", user_agent: "NULL", referrer: "null" },
  { status: "000", uri: "/nothing", time_taken: "0.000", bytes: "0" },
  { status: "200", uri: "/nan", user_agent: "NaN", location: "-", time_taken: "0.0000001" },
  { status: "301", uri: "/.env", method: "HEAD", time_taken: "12345.678", c_port: "65535" },
  { status: "304", uri: "/", sc_content_type: "-", sc_range_start: "0", sc_range_end: "9007199254740993" },
  { status: "206", uri: "/video.mp4", fle_encrypted_fields: "3", sc_content_len: "2147483648" },
];

/** Referrers of the source's question, its every condition hit and missed; an agent `-` among them. */
const REFERRED: readonly Fields[] = [
  { user_agent: "-" },
  { user_agent: "-" },
  { uri: "/other", user_agent: "-" },
  {},
  { referrer: "-" },
  { referrer: "https://shop.example/inside" },
  { user_agent: "Examplebot/2.1" },
  { user_agent: "baiduspider" },
  { status: "404" },
  { method: "HEAD" },
  { sc_content_type: "text/html; charset=utf-8" },
].map((fields): Fields => ({ sc_content_type: "text/html", referrer: "https://news.example/", ...fields }));

/** Enough views of two pages for percentiles, in a mixed order. */
const SLOW: readonly Fields[] = Array.from({ length: 40 }, (_, index) => ({
  ...page,
  uri: index % 2 === 0 ? "/slow" : "/quick",
  request_ip: `203.0.${index % 5}.7`,
  time_taken: (((index * 7) % 40) * (index % 2 === 0 ? 0.25 : 0.003) + 0.001).toFixed(3),
}));

const NO_VALUES: Fields = Object.fromEntries(
  LOG_COLUMNS.filter(({ name }) => !["date", "time", "request_id"].includes(name)).map(({ name }) => [name, "-"]),
);

/** Hours by what their values are: a writer that guesses types from them would write other files than the table declares. */
export const UNIFORM_HOURS = {
  whole: hour("shop", YESTERDAY, "07", [
    { time_taken: "1", time_to_first_byte: "2", bytes: "3", sc_content_len: "4", sc_range_start: "5", c_port: "6" },
    { time_taken: "7", time_to_first_byte: "8", bytes: "9", sc_content_len: "10", sc_range_start: "11", c_port: "12" },
  ]),
  empty: hour("shop", YESTERDAY, "08", [NO_VALUES, NO_VALUES]),
  none: hour("shop", YESTERDAY, "09", []),
} as const;

export const SAMPLE_HOURS: readonly HourOfLines[] = [
  ...Object.values(UNIFORM_HOURS),
  hour("shop", YESTERDAY, "03", HOSTILE),
  hour("shop", TODAY, "02", HOSTILE.slice(0, 5)),
  hour("shop", YESTERDAY, "04", REFERRED),
  hour("shop", YESTERDAY, "05", SLOW),
  hour("blog", YESTERDAY, "05", SLOW.slice(0, 24)),
  hour("shop", daysBefore(TODAY, 7), "00", [{ ...page, uri: "/a-week-ago" }]),
  hour("shop", daysBefore(TODAY, 8), "23", [{ ...page, uri: "/before-the-week" }]),
  hour("blog", daysBefore(TODAY, 30), "00", [{ ...page, uri: "/a-month-ago" }]),
  hour("blog", daysBefore(TODAY, 31), "23", [{ ...page, uri: "/before-the-month" }]),
  hour("shop", daysBefore(TODAY, 45), "12", [{ ...page, uri: "/largest", bytes: "9223372036854775807" }]),
  { ...hour("shop", YESTERDAY, "06", [{}]), lines: [line(YESTERDAY, "06:00:00", {}), "a,b,c", "not,a,row"] },
];
