/** What went wrong, for people and for bots apart. */
import { bar } from "../charts";
import { formatCount, formatShare, share } from "../format";
import { cut, externalLink, markup, type Html } from "../html";
import { card, section, stack, table } from "../tables";
import { errorChart } from "../timeline";
import type { DimensionRow, ErrorRow, ReportData } from "../types";
import { appColumn, pathOfApp } from "./content";

const REASONS: Readonly<Record<string, string>> = {
  "0": "connection closed by the viewer",
  "200": "OK",
  "201": "created",
  "202": "accepted",
  "204": "no content",
  "206": "partial content",
  "301": "moved permanently",
  "302": "found elsewhere",
  "303": "see other",
  "304": "not modified",
  "307": "temporary redirect",
  "308": "permanent redirect",
  "400": "bad request",
  "401": "unauthorised",
  "403": "forbidden",
  "404": "not found",
  "405": "method not allowed",
  "406": "not acceptable",
  "408": "request time-out",
  "409": "conflict",
  "410": "gone",
  "412": "precondition failed",
  "413": "body too large",
  "414": "address too long",
  "415": "unsupported media type",
  "416": "range not satisfiable",
  "422": "unprocessable",
  "429": "too many requests",
  "431": "headers too large",
  "499": "closed by the viewer",
  "500": "internal error",
  "501": "not implemented",
  "502": "bad gateway",
  "503": "unavailable",
  "504": "gateway time-out",
};

const fillOf = (status: number): string => (status >= 500 ? "f-bad" : status >= 400 ? "f-warn" : "f-ok");

const statuses = (data: ReportData): Html =>
  card(
    "Status codes",
    table<DimensionRow>(
      "Requests by status",
      [
        {
          title: "Status",
          cell: ({ value }) =>
            markup`<svg class="dot" width="9" height="9" aria-hidden="true"><circle class="${fillOf(Number(value))}" cx="4.5" cy="4.5" r="4.5" /></svg> ${value ?? "none"} <span class="dim small">${REASONS[value ?? ""]}</span>`,
        },
        { title: "People", numeric: true, cell: ({ people }) => formatCount(people) },
        { title: "Bots", numeric: true, cell: ({ requests, people }) => formatCount(requests - people) },
        { title: "Share", numeric: true, cell: ({ requests }) => formatShare(share(requests, data.totals.requests)) },
      ],
      data.dimensions.status.slice(0, 14),
    ),
    { note: "All requests" },
  );

const list = (data: ReportData, who: "people" | "bots"): Html => {
  const rows = (who === "people" ? data.peopleErrors : data.botErrors).slice(0, 12);
  const most = Math.max(1, ...rows.map((row) => row[who]));
  return card(
    who === "people" ? "Errors that people met" : "Errors that bots met",
    table<ErrorRow>(
      `Paths that answered ${who} with an error`,
      [
        {
          title: "Path",
          cell: (row) =>
            markup`${bar(row[who] / most, pathOfApp(data, row), who === "people" ? "f-bar" : "f-barbot")}${
              who === "people" &&
              row.referrer !== undefined &&
              markup`<span class="cellbox"><span class="dim small from">from ${externalLink(row.referrer, cut(row.referrer.replace(/^https?:\/\//i, ""), 90))}</span></span>`
            }`,
        },
        ...appColumn<ErrorRow>(data),
        { title: "Status", numeric: true, cell: ({ status }) => String(status) },
        { title: "Requests", numeric: true, cell: (row) => formatCount(row[who]) },
      ],
      rows,
      "None.",
    ),
    {
      note:
        who === "people"
          ? "Dead links and failures, with one page that led there where it is known"
          : "Mostly scanners that look for what is not there",
    },
  );
};

export const renderErrors = (data: ReportData): Html =>
  section("errors", "Status and errors", [
    stack("two-thirds", [
      card("Errors over time", errorChart(data), { note: `People and bots, by ${data.bucket}, UTC` }),
      list(data, "people"),
    ]),
    stack("third", [statuses(data), list(data, "bots")]),
  ]);
