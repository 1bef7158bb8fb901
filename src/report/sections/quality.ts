/** How far the figures can be trusted: the hours that are there, the rows that are not. */
import {
  coverageCalendar,
  isDue,
  isIncomplete,
  type CalendarDay,
  type CalendarHour,
  type HourState,
} from "../coverageHours";
import { listDays } from "../range";
import { formatCount, formatWeekday } from "../format";
import { cut, markup, type Html } from "../html";
import { card, section, table } from "../tables";
import type { RejectedReason, ReportData } from "../types";

const STATES: Readonly<Record<HourState, { readonly fill: string; readonly words: string }>> = {
  fetched: { fill: "f-ok", words: "fetched" },
  quiet: { fill: "f-quiet", words: "quiet: proven to have no requests" },
  filling: { fill: "f-part", words: "filling: not over, or rows still to come" },
  provisional: { fill: "f-warn", words: "provisional: only a part of it was asked for" },
  blank: { fill: "f-warn", words: "blank, in part, or no answer" },
  "no-url": { fill: "f-warn", words: "no address in the answer" },
  refused: { fill: "f-bad", words: "refused or failed" },
  failed: { fill: "f-bad", words: "failed" },
  missing: { fill: "f-none", words: "missing: never asked for" },
  open: { fill: "f-open", words: "not due" },
};
const LEGEND: readonly HourState[] = ["fetched", "quiet", "filling", "blank", "refused", "missing", "open"];

/** Rectangles that are drawn at most: the page stays below half a megabyte whatever the hours say. */
const MAX_RECTANGLES = 1_200;
/** Calendars with more days than this draw neighbouring hours of one state as one. */
const MERGED_ABOVE = 60;

const clock = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

/** Neighbours of one state become one rectangle. */
const runsOf = (hours: readonly CalendarHour[]): CalendarHour[][] =>
  hours.reduce<CalendarHour[][]>((runs, hour) => {
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.state === hour.state && hour.error === run[0].error) run.push(hour);
    else runs.push([hour]);
    return runs;
  }, []);

const drawHours = ({ day, hours }: CalendarDay, merge: boolean): Html => {
  const runs = merge ? runsOf(hours) : hours.map((hour) => [hour]);
  return markup`<svg class="hours" aria-hidden="true">${runs.map((run) => {
    const { hour = 0, state = "open", error } = run[0] ?? {};
    const rows = run.reduce((sum, each) => sum + each.rows, 0);
    const title = `${day} ${clock(hour)}\u2013${clock(hour + run.length)} UTC: ${STATES[state].words}${rows > 0 ? `, ${formatCount(rows)} rows` : ""}${error === undefined ? "" : `, ${cut(error, 80)}`}`;
    const x = Number(((hour / 24) * 100 + 0.25).toFixed(2));
    return markup`<rect class="${STATES[state].fill}" x="${x}%" y="2" width="${Number(((run.length / 24) * 100 - 0.5).toFixed(2))}%" height="14" rx="2"><title>${title}</title></rect>`;
  })}</svg>`;
};

const hourAxis = markup`<svg class="hours" aria-hidden="true">${[0, 6, 12, 18].map(
  (hour) =>
    markup`<text x="${Number(((hour / 24) * 100 + 0.25).toFixed(2))}%" y="12">${clock(hour).slice(0, 2)}</text>`,
)}</svg>`;

const summary = ({ hours }: CalendarDay): Html | string => {
  const due = hours.filter(({ state }) => isDue(state));
  const bad = due.filter(({ state }) => isIncomplete(state)).length;
  if (due.length === 0) return "not due";
  return bad === 0 ? `${due.length} of ${due.length}` : markup`<strong>${due.length - bad}</strong> of ${due.length}`;
};

const calendarOf = (app: string, days: readonly CalendarDay[], merge: boolean): Html =>
  markup`<h3 class="appname">${app}</h3><div class="calendar">${table<CalendarDay>(
    `Hours of ${app} by day, UTC`,
    [
      { title: "Day", numeric: false, cell: ({ day }) => formatWeekday(day) },
      { title: hourAxis, cell: (day) => drawHours(day, merge) },
      { title: "Complete", numeric: true, cell: summary },
    ],
    days,
  )}</div>`;

/** The apps whose calendars fit; of the first at least its newest days. */
const withinBudget = (calendars: readonly (readonly CalendarDay[])[], merge: boolean): (readonly CalendarDay[])[] => {
  const costOf = ({ hours }: CalendarDay): number => (merge ? runsOf(hours).length : hours.length);
  let left = MAX_RECTANGLES;
  const shown: (readonly CalendarDay[])[] = [];
  for (const days of calendars) {
    const cost = days.reduce((sum, day) => sum + costOf(day), 0);
    if (cost > left) return shown.length > 0 ? shown : [days.slice(-Math.floor(MAX_RECTANGLES / 24))];
    left -= cost;
    shown.push(days);
  }
  return shown;
};

const coverage = (data: ReportData): Html => {
  const calendar = coverageCalendar(data);
  if (calendar === undefined) {
    const why =
      data.coverage === undefined
        ? "The table fetch_coverage could not be read."
        : "Nothing was fetched in these days. Files that were imported by hand leave no trace here, so gaps in them cannot be seen.";
    return card("Coverage", markup`<p>${why}</p>`, { note: "Which hours are known to be complete" });
  }
  const merge = calendar.length > MERGED_ABOVE;
  const apps = [...new Set(calendar.map(({ app }) => app))];
  const shown = withinBudget(
    apps.map((app) => calendar.filter((day) => day.app === app)),
    merge,
  );
  const left = apps.length - shown.length;
  const notes = [
    "Each app\u2019s hours, UTC: only fetched and quiet ones are complete; all others are asked for again.",
    left > 0 && ` ${left} more ${left === 1 ? "app is" : "apps are"} not drawn; ask fetch_coverage.`,
    shown[0] !== undefined &&
      shown[0].length < listDays(data.range).length &&
      ` Only the last ${shown[0].length} days are drawn.`,
  ];
  const body = markup`<div class="calendars">${shown.map((days) => markup`<div>${calendarOf(days[0]?.app ?? "", days, merge)}</div>`)}</div><ul class="legend">${LEGEND.map(
    (state) =>
      markup`<li><svg aria-hidden="true"><rect class="${STATES[state].fill}" x="1" y="1" width="9" height="9" rx="2" /></svg>${STATES[state].words}</li>`,
  )}</ul>`;
  return card("Coverage", body, { width: "full", note: notes });
};

const rejected = (data: ReportData): Html => {
  if (data.rejected === undefined) {
    return card("Rejected rows", markup`<p>The table of rejected rows could not be read.</p>`);
  }
  const { rows, reasons } = data.rejected;
  return card(
    "Rejected rows",
    table<RejectedReason>(
      "Rejected rows by reason",
      [
        {
          title: "Reason",
          cell: ({ reason, rule }) => markup`${cut(reason, 160)} <span class="dim small">${cut(rule, 20)}</span>`,
        },
        { title: "App", cell: ({ app }) => app },
        { title: "Rows", numeric: true, cell: (row) => formatCount(row.rows) },
      ],
      reasons,
      "None: every row kept the rules.",
    ),
    rows > 0
      ? {
          note: `${formatCount(rows)} ${rows === 1 ? "row" : "rows"} broke a rule and ${rows === 1 ? "is" : "are"} not in the figures`,
        }
      : {},
  );
};

export const renderQuality = (data: ReportData): Html =>
  section("quality", "Data quality", [coverage(data), rejected(data)]);
