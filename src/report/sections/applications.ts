/** What services wrote: how much of it is trouble, what is slow, which lines were no rows. */
import type { ApplicationsData, RefusedLines, ServiceLevels, SlowEndpoint } from "../applications";
import { bar } from "../charts";
import { formatCount, formatSeconds, formatShare, share } from "../format";
import { cut, markup, type Html } from "../html";
import { card, section, stack, table } from "../tables";
import { pathCell } from "./content";

const unreadable = markup`<p class="sub">Could not be read: the fields of these logs are others.</p>`;
const largest = (values: readonly number[]): number => Math.max(1, ...values);
const milliseconds = (value: number | undefined): string =>
  formatSeconds(value === undefined ? undefined : value / 1000);

const levels = (rows: readonly ServiceLevels[]): Html => {
  const most = largest(rows.map((row) => row.rows));
  return table<ServiceLevels>(
    "Lines by service and level",
    [
      { title: "Service", cell: ({ service, rows: lines }) => bar(lines / most, cut(service, 64)) },
      { title: "Lines", numeric: true, cell: ({ rows: lines }) => formatCount(lines) },
      { title: "Debug", numeric: true, wideOnly: true, cell: ({ details }) => formatCount(details) },
      { title: "Warnings", numeric: true, cell: ({ warnings }) => formatCount(warnings) },
      { title: "Errors", numeric: true, cell: ({ errors }) => formatCount(errors) },
      {
        title: "Of lines",
        numeric: true,
        wideOnly: true,
        cell: ({ errors, rows: lines }) => formatShare(share(errors, lines)),
      },
    ],
    rows,
    "None in these days.",
  );
};

const slow = (rows: readonly SlowEndpoint[]): Html => {
  const most = largest(rows.map(({ p95 }) => p95 ?? 0));
  return table<SlowEndpoint>(
    "Endpoints by the 95th percentile of their time",
    [
      { title: "Endpoint", cell: ({ endpoint, p95 }) => bar((p95 ?? 0) / most, pathCell(endpoint)) },
      { title: "Service", wideOnly: true, cell: ({ service }) => cut(service, 64) },
      { title: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
      { title: "Median", numeric: true, cell: ({ p50 }) => milliseconds(p50) },
      { title: "95 %", numeric: true, cell: ({ p95 }) => milliseconds(p95) },
    ],
    rows,
    "None was asked for often enough.",
  );
};

const refused = (rows: readonly RefusedLines[]): Html =>
  table<RefusedLines>(
    "Lines that are no rows, by reason",
    [
      {
        title: "Reason",
        cell: ({ reason, rule }) => markup`${cut(reason, 160)} <span class="dim small">${cut(rule, 20)}</span>`,
      },
      { title: "Service", wideOnly: true, cell: ({ service }) => cut(service, 64) },
      { title: "Lines", numeric: true, cell: ({ lines }) => formatCount(lines) },
    ],
    rows,
    "None: every line kept the rules.",
  );

/** Nothing at all where there are no application logs. */
export const renderApplications = (data: ApplicationsData | undefined): Html | undefined =>
  data &&
  section("applications", "Applications", [
    stack("half", [
      card("Services", data.services === undefined ? unreadable : levels(data.services), {
        note: "Lines of application logs that keep all rules",
      }),
      card("Refused lines", data.refused === undefined ? unreadable : refused(data.refused), {
        note: "Lines that broke a rule, of files that came since the first day of this page",
      }),
    ]),
    card("Slowest endpoints", data.slow === undefined ? unreadable : slow(data.slow), {
      width: "half",
      note: "By the time that one request in twenty takes longer than; numbers in paths are {id}",
    }),
  ]);
