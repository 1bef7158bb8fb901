/** What the log holds in truth: rows that can be told apart for ever, some of them as hostile as strangers make them. */
import type { Random } from "../../src/local/simulator/random";
import { HOUR_MS } from "../../src/model/windows";
import type { TimeRange } from "../../src/ports";
import { logLine } from "../rows/logLines";

export interface SourceRow {
  readonly app: string;
  /** The domain association that Amplify gives the row for. */
  readonly domain: string;
  readonly ms: number;
  /** Decoded, and unlike that of any other row: how rows are told apart when all is over. */
  readonly uri: string;
  /** The row in Amplify's file, a byte per character. */
  readonly line: string;
  /** The same row as it is given at first, broken; undefined for most. */
  readonly broken?: string;
  readonly repairedMs: number;
  readonly visibleMs: number;
  /** From then on Amplify has forgotten it. */
  readonly goneMs: number;
}

/** The end of a path as a stranger may have it: in the file, and decoded. */
export const HOSTILE_ENDS: readonly (readonly [string, string])[] = [
  ["%3Cscript%3Ealert\\(1)%3C/script%3E", "<script>alert(1)</script>"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["\\=cmd|'/C%20calc'!A0", "=cmd|'/C calc'!A0"],
  ["+1-1@SUM\\(A1)", "+1-1@SUM(A1)"],
  ['"quoted";DROP%20TABLE%20access_logs;--', '"quoted";DROP TABLE access_logs;--'],
  ["%22%2522", '"%22'],
  ["%0A2026-11-01%2C00:00:00%2C", "\n2026-11-01,00:00:00,"],
  ["%0D%0A", "\r\n"],
  ["\u0000%00\u0001", "\u0000\u0000\u0001"],
  ["\u00ff\u00fe", "\ufffd\ufffd"],
  ["%FF%C0%AF", "%FF%C0%AF"],
  ["\u00c3\u00a9", "é"],
  ["%F0%9F%98%80", "😀"],
  ["../../../../etc/passwd", "../../../../etc/passwd"],
  ["%2e%2e%2f..%5c..%5c", "../..\\..\\"],
  ["${jndi:ldap://x}`id`$\\(id)", "${jndi:ldap://x}`id`$(id)"],
  ["a".repeat(9000), "a".repeat(9000)],
];

/** Lines that are no rows: none may come into the table, and none may harm its neighbours. */
export const HOSTILE_LINES: readonly string[] = [
  "\u0000".repeat(40),
  "\u00ff\u00fe\u00fd",
  '"',
  ",".repeat(31),
  ",".repeat(33),
  ",".repeat(500),
  "=1+1,@SUM(A1),<script>",
  "date,time,x-edge-location",
  "\r",
  "2026-10-31",
  "2026-13-45,99:99:99,x",
  "#Version: 1.0",
];

const timeOf = (ms: number): { date: string; time: string } => {
  const text = new Date(ms).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
};

/** A row that nobody asked for. */
export const strayLine = (ms: number, number: number): string =>
  logLine({ ...timeOf(ms), uri: `/outside/${number}`, request_id: `out${number}` });

/** Numbers that no other row of the history has. */
export type Numbers = () => number;

export interface RowOptions {
  readonly app: string;
  readonly domains: readonly string[];
  readonly range: TimeRange;
  readonly hostile: boolean;
}

export const makeRows = (
  random: Random,
  numbers: Numbers,
  { app, domains, range, hostile }: RowOptions,
): SourceRow[] => {
  const rows: SourceRow[] = [];
  // In some histories Amplify forgets most of what it gave: then nothing that goes wrong is made good by asking again.
  const forgets = random.pick([0, 0.2, 0.9]);
  for (let hourMs = range.startMs; hourMs < range.endMs; hourMs += HOUR_MS) {
    for (let left = random.below(7); left > 0; left--) {
      // Boundary seconds are where systems lose and double.
      const second = [0, 3599, 1800, random.below(3600)][random.below(4)]!;
      const ms = hourMs + second * 1000;
      const number = numbers();
      const [raw, told] = hostile && random.chance(0.4) ? random.pick(HOSTILE_ENDS) : ["", ""];
      const id = random.unit() < 0.15 ? "-" : `id${number}==`;
      const referrer = random.unit() < 0.2 ? "a%2Cb\\=c" : "-";
      const line = logLine({ ...timeOf(ms), uri: `/r/${number}${raw}`, request_id: id, referrer });
      const visibleMs = ms + random.below(5 * HOUR_MS);
      const goneMs = random.chance(forgets) ? visibleMs + random.below(2 * HOUR_MS) : Infinity;
      const twice = id !== "-" && random.unit() < 0.1 ? { broken: line.replace(",200,", ",2x0,") } : {};
      const shown = { visibleMs, repairedMs: visibleMs + 2 * HOUR_MS, goneMs };
      rows.push({ app, domain: random.pick(domains), ms, uri: `/r/${number}${told}`, line, ...twice, ...shown });
    }
  }
  return rows;
};
