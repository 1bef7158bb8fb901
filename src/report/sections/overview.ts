/** The first screen: headline figures, what stands out, requests over time, apps. */
import { bar, sparkline } from "../charts";
import { formatBytes, formatCount, formatRange, formatShare, share } from "../format";
import { findStandouts } from "../findings";
import { markup, type Html } from "../html";
import { card, table } from "../tables";
import { trafficChart } from "../timeline";
import type { AppTotals, ReportData, Totals } from "../types";

interface Tile {
  readonly label: string;
  readonly value: (totals: Totals) => number;
  readonly format: (value: number) => string;
  readonly note: string;
  /** Whether the figure is a share: its change is given in percentage points. */
  readonly isShare?: boolean;
  /** Which direction is good news. Default: none. */
  readonly better?: "more" | "less";
}

const errorsOf = ({ clientErrors, serverErrors }: Totals): number => clientErrors + serverErrors;

const tilesOf = (totals: Totals): Tile[] => {
  const people = totals.requests - totals.bots;
  return [
    {
      label: "Requests",
      value: ({ requests }) => requests,
      format: formatCount,
      note: `${formatCount(people)} by people`,
    },
    {
      label: "Visitors",
      value: ({ visitors }) => visitors,
      format: formatCount,
      note: "distinct addresses, people only",
    },
    { label: "Page views", value: ({ pageViews }) => pageViews, format: formatCount, note: "HTML that people got" },
    {
      label: "Data sent",
      value: ({ bytes }) => bytes,
      format: formatBytes,
      note: `${formatBytes(share(totals.bytes, totals.requests))} a request`,
    },
    {
      label: "Error share",
      value: (of) => share(errorsOf(of), of.requests),
      format: formatShare,
      note: `people ${formatShare(share(totals.peopleErrors, people))}; 5xx ${formatShare(share(totals.serverErrors, totals.requests))}`,
      isShare: true,
      better: "less",
    },
    {
      label: "Cache hits",
      value: (of) => share(of.cacheHits, of.requests),
      format: formatShare,
      note: `${formatCount(totals.cacheHits)} answered by the edge`,
      isShare: true,
      better: "more",
    },
    {
      label: "Bots",
      value: (of) => share(of.bots, of.requests),
      format: formatShare,
      note: `${formatCount(totals.bots)} requests`,
      isShare: true,
    },
  ];
};

const signed = (value: number, text: string): string => `${value > 0 ? "+" : "\u2212"}${text}`;

/** The change against the period before, in words and figures. */
export const formatChange = (now: number, before: number, isShare = false): string => {
  if (isShare) {
    const points = Math.round((now - before) * 1000) / 10;
    if (points === 0) return "unchanged";
    return signed(points, `${Math.abs(points).toFixed(1)} points`);
  }
  if (before === 0) return now === 0 ? "unchanged" : "new";
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return "unchanged";
  return signed(percent, `${formatCount(Math.abs(percent))}\u202f%`);
};

const drawChange = (tile: Tile, now: Totals, before: Totals | undefined): Html | undefined => {
  if (before === undefined) return undefined;
  const [current, previous] = [tile.value(now), tile.value(before)];
  const text = formatChange(current, previous, tile.isShare);
  const up = current > previous;
  const moved = tile.isShare === true ? Math.abs(current - previous) >= 0.005 : current !== previous;
  const tone = tile.better === undefined || !moved ? "" : up === (tile.better === "more") ? "good" : "bad";
  return markup`<dd class="delta ${tone}">${text}<span class="hidden"> against the period before</span></dd>`;
};

const drawTiles = (data: ReportData): Html =>
  markup`<dl class="tiles">${tilesOf(data.totals).map(
    (
      tile,
    ) => markup`<div class="tile"><dt>${tile.label}</dt><dd class="value">${tile.format(tile.value(data.totals))}</dd>
${drawChange(tile, data.totals, data.previous)}<dd class="note">${tile.note}</dd>${sparkline(data.days.map(tile.value))}</div>`,
  )}</dl>`;

const appTable = ({ apps, previous }: ReportData): Html => {
  const most = Math.max(...apps.map(({ current }) => current.requests));
  return table(
    "Figures by app",
    [
      { title: "App", cell: ({ app, current }: AppTotals) => bar(share(current.requests, most), app) },
      { title: "Requests", numeric: true, cell: ({ current }) => formatCount(current.requests) },
      ...(previous === undefined
        ? []
        : [
            {
              title: "Change",
              numeric: true,
              cell: ({ current, previous: before }: AppTotals) => formatChange(current.requests, before?.requests ?? 0),
            },
          ]),
      { title: "Visitors", numeric: true, cell: ({ current }) => formatCount(current.visitors) },
      { title: "Page views", numeric: true, wideOnly: true, cell: ({ current }) => formatCount(current.pageViews) },
      { title: "Data sent", numeric: true, wideOnly: true, cell: ({ current }) => formatBytes(current.bytes) },
      {
        title: "Errors",
        numeric: true,
        cell: ({ current }) => formatShare(share(errorsOf(current), current.requests)),
      },
      {
        title: "Cache hits",
        numeric: true,
        wideOnly: true,
        cell: ({ current }) => formatShare(share(current.cacheHits, current.requests)),
      },
      {
        title: "Bots",
        numeric: true,
        wideOnly: true,
        cell: ({ current }) => formatShare(share(current.bots, current.requests)),
      },
    ],
    apps,
  );
};

export const renderOverview = (data: ReportData): Html => {
  const standouts = findStandouts(data);
  const unit = data.bucket === "hour" ? "hour" : "day";
  return markup`<h2 id="overview" class="hidden">Overview</h2>${drawTiles(data)}
${standouts.length > 0 && markup`<ul class="card full standout" aria-label="What stands out">${standouts.map((text) => markup`<li>${text}</li>`)}</ul>`}
<h2 id="traffic">Traffic</h2><div class="cards">${card("Requests over time", trafficChart(data), {
    width: "full",
    note: `By ${unit}, UTC, ${formatRange(data.range)}`,
  })}${data.apps.length > 1 && card("Apps", appTable(data), { width: "full", note: "Visitors of several apps count once in the total" })}</div>`;
};
