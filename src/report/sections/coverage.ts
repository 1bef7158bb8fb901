/** Which hours are known to be complete: a calendar of each app, and what its hours lack. */
import {
  countedIn,
  coverageCalendar,
  gapsIn,
  isDue,
  isIncomplete,
  type CalendarDay,
  type CalendarHour,
  type Gap,
  type HourState,
} from "../coverageHours";
import { formatCount, formatDay, formatShown, formatWeekday, share } from "../format";
import { cut, markup, type Html, type HtmlValue } from "../html";
import { listDays } from "../range";
import { card, table, type TableColumn } from "../tables";
import type { ReportData } from "../types";

const STATES: Readonly<Record<HourState, { readonly fill: string; readonly words: string }>> = {
  fetched: { fill: "f-ok", words: "fetched" },
  quiet: { fill: "f-quiet", words: "quiet: proven to have no requests" },
  filling: { fill: "f-part", words: "filling: not over, or rows still to come" },
  provisional: { fill: "f-half", words: "provisional: only a part of it was asked for" },
  blank: { fill: "f-warn", words: "blank, or no answer" },
  "no-url": { fill: "f-warn", words: "no address in the answer" },
  refused: { fill: "f-bad", words: "refused or failed" },
  failed: { fill: "f-bad", words: "failed" },
  missing: { fill: "f-none", words: "missing: never asked for" },
  open: { fill: "f-open", words: "not due" },
};
const LEGEND: readonly HourState[] = [
  "fetched",
  "quiet",
  "filling",
  "provisional",
  "blank",
  "refused",
  "missing",
  "open",
];
/** Gaps that are listed, of all apps. */
const MOST_GAPS = 12;

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

/** What the drawing shows, for those who do not see it. */
const spokenHours = (day: CalendarDay): Html | undefined => {
  const lacking = gapsIn([day]).map(({ startMs, endMs, state }) => {
    const [from, to] = [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(11, 16));
    return `${from} to ${to === "00:00" ? "24:00" : to} ${STATES[state].words}`;
  });
  return lacking.length === 0 ? undefined : markup`<span class="hidden">${lacking.join("; ")}</span>`;
};

const drawHours = (calendarDay: CalendarDay, merge: boolean): Html => {
  const { day, hours } = calendarDay;
  const runs = merge ? runsOf(hours) : hours.map((hour) => [hour]);
  return markup`${spokenHours(calendarDay)}<svg class="hours" aria-hidden="true">${runs.map((run) => {
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

const shownShare = (days: readonly CalendarDay[]): HtmlValue => {
  const counted = countedIn(days);
  return counted === undefined ? "\u2013" : formatShown(share(counted.shown, counted.requests));
};

const calendarOf = (app: string, days: readonly CalendarDay[], merge: boolean): Html => {
  const columns: TableColumn<CalendarDay>[] = [
    { title: "Day", numeric: false, cell: ({ day }) => formatWeekday(day) },
    { title: hourAxis, cell: (day) => drawHours(day, merge) },
    { title: "Complete", numeric: true, cell: summary },
  ];
  if (countedIn(days) !== undefined)
    columns.push({ title: "Of requests", numeric: true, wideOnly: true, cell: (day) => shownShare([day]) });
  return markup`<h3 class="appname">${app}</h3><div class="calendar">${table(`Hours of ${app} by day, UTC`, columns, days)}</div>`;
};

/** `18 Nov 04:00 – 05:00`; each end stays on one line. */
const when = ({ startMs, endMs }: Gap): Html => {
  const [from, to] = [startMs, endMs].map((ms) => {
    const text = new Date(ms).toISOString();
    return { day: formatDay(text.slice(0, 10)), time: text.slice(11, 16) };
  }) as [{ day: string; time: string }, { day: string; time: string }];
  const end = to.day === from.day ? to.time : `${to.day}\u00a0${to.time}`;
  return markup`<span class="small nowrap">${from.day}\u00a0${from.time}</span> <span class="small nowrap">\u2013\u00a0${end}</span>`;
};

const gapTable = (gaps: readonly Gap[]): Html | undefined => {
  if (gaps.length === 0) return undefined;
  const newest = [...gaps].sort((a, b) => b.startMs - a.startMs || (a.app < b.app ? -1 : 1)).slice(0, MOST_GAPS);
  const more = gaps.length - newest.length;
  return markup`<h3 class="gaps">Hours that are not complete, newest first</h3>${table<Gap>(
    "Hours that are not complete",
    [
      { title: "App, hours in UTC", cell: (gap) => markup`<span class="app">${gap.app}</span>${when(gap)}` },
      {
        title: "What is known",
        cell: ({ state, error }) =>
          markup`${STATES[state].words}${error !== undefined && markup`<span class="dim small"> ${cut(error, 160)}</span>`}`,
      },
    ],
    newest,
  )}${more > 0 && markup`<p class="sub">And ${more} older; ask fetch_coverage.</p>`}`;
};

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

export const renderCoverage = (data: ReportData): Html => {
  const calendar = coverageCalendar(data);
  if (calendar === undefined) {
    const why =
      data.coverage === undefined
        ? "The table fetch_coverage could not be read."
        : "Nothing was fetched in these days. Files that were imported by hand leave no trace here, so gaps in them cannot be seen.";
    return card("Coverage", markup`<p>${why}</p>`, { note: "Which hours are known to be complete" });
  }
  const merge = calendar.length > MERGED_ABOVE;
  const compared = countedIn(calendar);
  const apps = [...new Set(calendar.map(({ app }) => app))];
  const shown = withinBudget(
    apps.map((app) => calendar.filter((day) => day.app === app)),
    merge,
  );
  const left = apps.length - shown.length;
  const notes = [
    "Each app\u2019s hours, UTC: only fetched and quiet ones are complete; all others are asked for again.",
    compared !== undefined &&
      ` Rows show ${formatShown(share(compared.shown, compared.requests))} of the ${formatCount(compared.requests)} requests that Amplify\u2019s own metric counted.`,
    left > 0 && ` ${left} more ${left === 1 ? "app is" : "apps are"} not drawn; ask fetch_coverage.`,
    shown[0] !== undefined &&
      shown[0].length < listDays(data.range).length &&
      ` Only the last ${shown[0].length} days are drawn.`,
  ];
  const body = markup`<div class="calendars">${shown.map((days) => markup`<div>${calendarOf(days[0]?.app ?? "", days, merge)}</div>`)}</div><ul class="legend">${LEGEND.map(
    (state) =>
      markup`<li><svg aria-hidden="true"><rect class="${STATES[state].fill}" x="1" y="1" width="9" height="9" rx="2" /></svg>${STATES[state].words}</li>`,
  )}</ul>${gapTable(gapsIn(calendar))}`;
  return card("Coverage", body, { width: "full", note: notes });
};
