/** The hours of each app as a calendar in the terminal: a line for each day, a sign for each hour. */
import pico from "picocolors";
import type { CalendarDay, CalendarHour, HourState } from "../report/coverageHours";
import { isIncomplete } from "../report/coverageHours";

/** From few rows to many, by the app's own busiest hour. */
const SHADES = ["░", "▒", "▓", "█"] as const;

const SIGNS: Readonly<Record<Exclude<HourState, "fetched">, string>> = {
  quiet: "·",
  filling: "~",
  provisional: "~",
  blank: "?",
  "no-url": "?",
  refused: "!",
  failed: "!",
  missing: "!",
  open: " ",
};

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

const count = (value: number): string => value.toLocaleString("en-US");

const appMap = (app: string, days: readonly CalendarDay[]): string[] => {
  const hours = days.flatMap((day) => day.hours);
  const most = Math.max(0, ...hours.map(({ rows }) => rows));
  const lines = days.map((day) => {
    const rows = day.hours.reduce((sum, hour) => sum + hour.rows, 0);
    const open = day.hours.filter(({ state }) => isIncomplete(state)).length;
    const cells = day.hours.map((hour) => paint(hour.state, signOf(hour, most))).join("");
    const note = open === 0 ? "" : pico.red(`  ${open} not complete`);
    return `${day.day}  ${cells}  ${count(rows).padStart(11)}${note}`;
  });
  const incomplete = hours.filter(({ state }) => isIncomplete(state)).length;
  const proven = hours.filter(({ state }) => state === "fetched" || state === "quiet").length;
  return [
    pico.bold(`${app}  ${count(proven)} ${proven === 1 ? "hour" : "hours"} complete, ${count(incomplete)} not`),
    pico.dim(`            0     6     12    18           rows`),
    ...lines,
    "",
  ];
};

const LEGEND = `${SHADES.join("")} fetched, few to many rows   · quiet   ~ in part   ? blank or no answer   ! missing, refused or failed`;

export const renderCoverage = (calendar: readonly CalendarDay[]): string => {
  const apps = [...new Set(calendar.map(({ app }) => app))];
  return [
    ...apps.flatMap((app) =>
      appMap(
        app,
        calendar.filter((day) => day.app === app),
      ),
    ),
    pico.dim(`${LEGEND}; hours in UTC`),
    "",
  ].join("\n");
};
