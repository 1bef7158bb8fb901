/** Hours of a closed day, with everything that makes two requests hard to tell apart. */
import { parquetKey } from "../../../src/model/keys";
import { DAY_MS as ONE_DAY, HOUR_MS, isoDate, isoHour } from "../../../src/model/windows";
import { logLine, type Fields } from "../../rows/logLines";
import type { HourOfLines } from "../athena/lake";

/** Closed long ago, with weeks of closed days behind it: a run of the state machine knows no other time than its own. */
export const DAY = isoDate(Date.now() - 40 * ONE_DAY);
export const DAY_MS = Date.parse(DAY);

/** As Amplify writes them; what they decode to could break text in SQL, in JSON or in a key. */
const HOSTILE: readonly Fields[] = [
  { uri: "/it's", query_string: "a=%22b%22%2C'%20OR%201=1%20--", user_agent: "%F0%9F%98%80\\(x)" },
  { uri: "/null/\\N", user_agent: "NULL", referrer: "-" },
  { uri: "/%00%0A%0D", query_string: "%FF%FE" },
  { uri: `/${"a".repeat(700)}`, status: "000", bytes: "9223372036854775807", time_taken: "0.0000001" },
  { uri: "/|1:-|2:+", referrer: "-", sc_range_end: "9007199254740993" },
];

/** `number` makes the ids: hours with the same number and app have the same rows. */
export const hourOf = (app: string, hour: number, more: readonly Fields[] = [], day = DAY): HourOfLines => {
  const hourMs = Date.parse(day) + hour * HOUR_MS;
  const at = (second: number): Fields => ({
    date: day,
    time: `${isoHour(hourMs)}:00:${String(second).padStart(2, "0")}`,
  });
  const rows: Fields[] = [
    ...HOSTILE.map((fields, index): Fields => ({ ...fields, request_id: `${app}-${day}-${hour}-${index}==` })),
    // No id, and after their addresses were cut the same words several times: as many requests as lines. A second later, others.
    ...[1, 1, 1, 2].map((second, index): Fields => ({
      ...at(second),
      request_id: "-",
      uri: "/health",
      request_ip: `203.0.113.${index}`,
    })),
    { request_id: "-", uri: "/health", method: "HEAD" },
    // The last second of the hour is its own.
    { ...at(0), time: `${isoHour(hourMs)}:59:59`, request_id: `${app}-${day}-${hour}-last==` },
    ...more,
  ];
  return { app, hourMs, lines: rows.map((fields) => logLine({ ...at(0), ...fields })) };
};

/** Rows of `hourOf` without more. */
export const HOUR_ROWS = HOSTILE.length + 6;

export const hoursOf = (app: string, hours: number, day = DAY): HourOfLines[] =>
  Array.from({ length: hours }, (_, hour) => hourOf(app, hour, [], day));

export const hourlyKey = (app: string, hour: number, day = DAY): string =>
  parquetKey({ app, hourMs: Date.parse(day) + hour * HOUR_MS });
