/** What people read, and where they came from. */
import { bar } from "../charts";
import { formatBytes, formatCount, formatSeconds, formatShare, share } from "../format";
import { breakable, cut, externalLink, markup, type Html } from "../html";
import { SLOW_PAGE_MINIMUM } from "../queries";
import { nameSources, ownHostsOf, referringPages, type Source } from "../sources";
import { card, section, stack, table, type TableColumn } from "../tables";
import type { PathRow, ReferrerRow, ReportData } from "../types";

/** A path that may be long: two lines at most, broken after slashes where that helps, whole in the tooltip. */
export const pathCell = (uri: string): Html =>
  markup`<span title="${cut(uri, 300)}">${breakable(cut(uri, 160))}</span>`;

/** A path of an app; on narrow screens, which have no room for the app's column, after its name. */
export const pathOfApp = (data: ReportData, { app, uri }: { readonly app: string; readonly uri: string }): Html =>
  data.apps.length > 1
    ? markup`<span title="${cut(uri, 300)}"><span class="narrow dim">${cut(app, 30)} </span>${breakable(cut(uri, 160))}</span>`
    : pathCell(uri);

/** The app's column, where there is more than one. */
export const appColumn = <Row extends { readonly app: string }>(data: ReportData): TableColumn<Row>[] =>
  data.apps.length > 1
    ? [{ title: "App", wideOnly: true, cell: ({ app }) => markup`<span class="dim app" title="${app}">${app}</span>` }]
    : [];

const largest = (values: readonly number[]): number => Math.max(1, ...values);

const pages = (data: ReportData): Html => {
  const most = largest(data.pages.map(({ requests }) => requests));
  return card(
    "Pages",
    table<PathRow>(
      "Pages by views",
      [
        { title: "Page", cell: (row) => bar(row.requests / most, pathOfApp(data, row)) },
        ...appColumn<PathRow>(data),
        { title: "Views", numeric: true, cell: ({ requests }) => formatCount(requests) },
        { title: "Visitors", numeric: true, cell: ({ visitors }) => formatCount(visitors) },
        {
          title: "Share",
          numeric: true,
          wideOnly: true,
          cell: ({ requests }) => formatShare(share(requests, data.totals.pageViews)),
        },
      ],
      data.pages,
      "No pages: no HTML was sent to people.",
    ),
    { note: "HTML that people got, query strings left out; images, scripts and other files are under Delivery" },
  );
};

const KINDS: Readonly<Record<Source["kind"], string>> = {
  search: "search",
  social: "social",
  assistant: "assistant",
  site: "",
  direct: "",
  other: "",
};

const sources = (data: ReportData, own: ReadonlySet<string>): Html => {
  const rows = nameSources(data.referrers, own).slice(0, 14);
  const most = largest(rows.map(({ pageViews }) => pageViews));
  return card(
    "Sources",
    table<Source>(
      "Where page views came from",
      [
        {
          title: "Source",
          cell: ({ name, kind, pageViews }) =>
            bar(pageViews / most, markup`${cut(name, 80)} <span class="dim small">${KINDS[kind]}</span>`),
        },
        { title: "Page views", numeric: true, cell: ({ pageViews }) => formatCount(pageViews) },
        { title: "Visitors", numeric: true, cell: ({ visitors }) => formatCount(visitors) },
      ],
      rows,
      "No page view came from elsewhere.",
    ),
    { note: "Page views of people that did not come from the site itself" },
  );
};

const referringTable = (data: ReportData, own: ReadonlySet<string>): Html => {
  const rows = referringPages(data.referrers, own).slice(0, 12);
  const most = largest(rows.map(({ pageViews }) => pageViews));
  return card(
    "Referring pages",
    table<ReferrerRow>(
      "Pages elsewhere that sent readers",
      [
        {
          title: "Page",
          cell: ({ url, pageViews }) =>
            bar(pageViews / most, externalLink(url ?? "", cut((url ?? "").replace(/^https?:\/\//i, ""), 120))),
        },
        { title: "Page views", numeric: true, cell: ({ pageViews }) => formatCount(pageViews) },
      ],
      rows,
      "None: browsers mostly give the host only.",
    ),
    { note: "Search engines left out; links were written by strangers" },
  );
};

const slow = (data: ReportData): Html => {
  const most = Math.max(...data.slowPages.map(({ p95 }) => p95 ?? 0));
  return card(
    "Slow pages",
    table<PathRow>(
      "Pages by the time that they take",
      [
        { title: "Page", cell: (row) => bar(most === 0 ? 0 : (row.p95 ?? 0) / most, pathOfApp(data, row)) },
        ...appColumn<PathRow>(data),
        { title: "Views", numeric: true, wideOnly: true, cell: ({ requests }) => formatCount(requests) },
        { title: "p50", numeric: true, cell: ({ p50 }) => formatSeconds(p50) },
        { title: "p95", numeric: true, cell: ({ p95 }) => formatSeconds(p95) },
      ],
      data.slowPages,
      `No page was read ${SLOW_PAGE_MINIMUM} times.`,
    ),
    { note: `Time to the last byte, people only, pages with at least ${SLOW_PAGE_MINIMUM} views` },
  );
};

export const assetTable = (data: ReportData): Html => {
  const most = largest(data.assets.map(({ bytes }) => bytes));
  return card(
    "Heaviest files",
    table<PathRow>(
      "Files that are no pages, by bytes sent",
      [
        { title: "File", cell: (row) => bar(row.bytes / most, pathOfApp(data, row)) },
        ...appColumn<PathRow>(data),
        { title: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
        { title: "Sent", numeric: true, cell: ({ bytes }) => formatBytes(bytes) },
        {
          title: "Hits",
          numeric: true,
          wideOnly: true,
          cell: ({ hits, requests }) => formatShare(share(hits, requests)),
        },
      ],
      data.assets,
    ),
    { note: "Images, scripts and everything else that people got and that is no page, by bytes sent" },
  );
};

export const renderContent = (data: ReportData): Html => {
  const own = ownHostsOf(data.dimensions.host_header.map(({ value }) => value));
  return section("content", "Pages and sources", [
    stack("half", [pages(data), slow(data)]),
    stack("half", [sources(data, own), referringTable(data, own)]),
  ]);
};
