/** The hours of each app as a calendar in the terminal: a line for each day, a sign for each hour, and what is not complete. */
import pico from "picocolors";
import {
  countedIn,
  gapsIn,
  isIncomplete,
  type CalendarDay,
  type CalendarHour,
  type Counted,
  type Gap,
  type HourState,
} from "../report/coverageHours";
import { visibleText } from "./output";
import { many, number } from "./figures";

/** From few rows to many, by the app's own busiest hour. */
const SHADES = ["░", "▒", "▓", "█"] as const;

const SIGNS: Readonly<Record<Exclude<HourState, "fetched">, string>> = {
  quiet: "·",
  filling: "~",
  provisional: "/",
  blank: "?",
  "no-url": "?",
  refused: "!",
  failed: "!",
  missing: "!",
  open: " ",
};

const WORDS: Readonly<Record<HourState, string>> = {
  fetched: "fetched",
  quiet: "quiet",
  filling: "filling",
  provisional: "provisional: only a part was asked for",
  blank: "blank: an empty file proves nothing",
  "no-url": "no address in the answer",
  refused: "refused",
  failed: "failed",
  missing: "missing: never asked for",
  open: "not due",
};

/** Gaps that are listed for an app. */
const MOST_GAPS = 6;

const paint = (state: HourState, sign: string): string => {
  if (state === "fetched") return pico.green(sign);
  if (state === "filling" || state === "quiet" || state === "open") return pico.dim(sign);
  return state === "blank" || state === "no-url" || state === "provisional" ? pico.yellow(sign) : pico.red(sign);
};

const signOf = ({ state, rows }: CalendarHour, most: number): string => {
  if (state !== "fetched") return SIGNS[state];
  const step = Math.min(SHADES.length - 1, Math.floor((rows / Math.max(1, most)) * SHADES.length));
  return SHADES[step]!;
};

/** Never rounded up: 100 % is said of what lacks nothing. */
const percent = ({ requests, shown }: Counted): string => `${Math.floor((shown / requests) * 1000) / 10} %`;

const instant = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

const gapLine = ({ startMs, endMs, state, error }: Gap): string => {
  const end = instant(endMs);
  const until = end.slice(0, 10) === instant(startMs).slice(0, 10) ? end.slice(11) : end;
  const why = error === undefined ? "" : `: ${visibleText(error.slice(0, 80))}`;
  return `  ${instant(startMs)} to ${until}  ${WORDS[state]}${why}`;
};

const gapLines = (gaps: readonly Gap[]): string[] => {
  if (gaps.length === 0) return [];
  const more = gaps.length - MOST_GAPS;
  return [
    pico.bold("  Not complete, oldest first:"),
    ...gaps.slice(0, MOST_GAPS).map(gapLine),
    ...(more > 0 ? [`  and ${number(more)} more; --format json has every hour`] : []),
  ];
};

const appMap = (app: string, days: readonly CalendarDay[]): string[] => {
  const hours = days.flatMap((day) => day.hours);
  const most = Math.max(0, ...hours.map(({ rows }) => rows));
  const counted = countedIn(days);
  const lines = days.map((day) => {
    const rows = day.hours.reduce((sum, hour) => sum + hour.rows, 0);
    const open = day.hours.filter(({ state }) => isIncomplete(state)).length;
    const cells = day.hours.map((hour) => paint(hour.state, signOf(hour, most))).join("");
    const ofDay = countedIn([day]);
    const share = counted === undefined ? "" : `  ${(ofDay === undefined ? "" : percent(ofDay)).padStart(11)}`;
    const note = open === 0 ? "" : pico.red(`  ${open} not complete`);
    return `${day.day}  ${cells}  ${number(rows).padStart(11)}${share}${note}`.trimEnd();
  });
  const incomplete = hours.filter(({ state }) => isIncomplete(state)).length;
  const proven = hours.filter(({ state }) => state === "fetched" || state === "quiet").length;
  const compared =
    counted === undefined
      ? ""
      : `, rows for ${percent(counted)} of ${number(counted.requests)} requests that Amplify counted`;
  return [
    pico.bold(`${app}  ${many(proven, "hour")} complete, ${number(incomplete)} not${compared}`),
    pico.dim(`            0     6     12    18           rows${counted === undefined ? "" : "  of requests"}`),
    ...lines,
    ...gapLines(gapsIn(days)),
    "",
  ];
};

const LEGEND = [
  `${SHADES.join("")} fetched, few to many rows   · quiet   ~ still filling   / provisional, in part`,
  "? blank or no answer   ! missing, refused or failed; hours in UTC. All but fetched and quiet are asked for again.",
];

export const renderCoverage = (calendar: readonly CalendarDay[]): string => {
  const apps = [...new Set(calendar.map(({ app }) => app))];
  return [
    ...apps.flatMap((app) =>
      appMap(
        app,
        calendar.filter((day) => day.app === app),
      ),
    ),
    ...LEGEND.map((line) => pico.dim(line)),
    "",
  ].join("\n");
};
