/** How the site was delivered: latency, cache, protocols, hosts, heavy files. */
import { bar, legend, percentileDots } from "../charts";
import { formatBytes, formatCount, formatSeconds, formatShare, share } from "../format";
import { cut, markup, type Html } from "../html";
import { card, section, stack, table, type Width } from "../tables";
import type { DimensionRow, LatencyRow, ReportData } from "../types";
import { assetTable } from "./content";

const RESULTS: Readonly<Record<string, string>> = {
  Hit: "Hit",
  RefreshHit: "Hit, revalidated",
  OriginShieldHit: "Hit at the shield",
  Miss: "Miss",
  Error: "Error",
  Redirect: "Redirect",
  LimitExceeded: "Limit exceeded",
  CapacityExceeded: "Capacity exceeded",
};

const latency = (data: ReportData): Html => {
  const rows = data.latency.filter(({ requests }) => requests > 0);
  const most = Math.max(0, ...rows.map(({ total }) => total.p99 ?? 0));
  return card(
    "Latency and cache",
    markup`${table<LatencyRow>(
      "Time by cache result: percentiles",
      [
        {
          title: "Result",
          cell: ({ resultType }) =>
            resultType === undefined
              ? markup`<strong>All requests</strong>`
              : (RESULTS[resultType] ?? cut(resultType, 40)),
        },
        { title: "Requests", numeric: true, wideOnly: true, cell: ({ requests }) => formatCount(requests) },
        {
          title: "Share",
          numeric: true,
          wideOnly: true,
          cell: ({ requests }) => formatShare(share(requests, data.totals.requests)),
        },
        { title: "Sent", numeric: true, wideOnly: true, cell: ({ bytes }) => formatBytes(bytes) },
        {
          title: "First byte p50",
          numeric: true,
          wideOnly: true,
          cell: ({ firstByte }) => formatSeconds(firstByte.p50),
        },
        {
          title: "First byte p95",
          numeric: true,
          wideOnly: true,
          cell: ({ firstByte }) => formatSeconds(firstByte.p95),
        },
        {
          title: markup`<span class="hidden">Time to the last byte, drawn</span>`,
          wideOnly: true,
          cell: ({ total }) => percentileDots([total.p50, total.p95, total.p99], most),
        },
        { title: "p50", numeric: true, cell: ({ total }) => formatSeconds(total.p50) },
        { title: "p95", numeric: true, cell: ({ total }) => formatSeconds(total.p95) },
        { title: "p99", numeric: true, cell: ({ total }) => formatSeconds(total.p99) },
      ],
      rows,
    )}<div class="wide">${legend([
      { name: "p50", fill: "f-people" },
      { name: "p95", fill: "f-warn" },
      { name: "p99", fill: "f-bad" },
    ])}</div>`,
    {
      width: "full",
      note: "Time to the last byte at the 50th, 95th and 99th percentile, by what the edge cache did; all requests. The dots stand on a square-root scale.",
    },
  );
};

const plain = (title: string, head: string, rows: readonly DimensionRow[], note: string, width?: Width): Html => {
  const total = rows.reduce((sum, { requests }) => sum + requests, 0);
  return card(
    title,
    table<DimensionRow>(
      title,
      [
        {
          title: head,
          cell: ({ value, requests }) =>
            bar(share(requests, rows[0]?.requests ?? 0), value === null || value === "-" ? "none" : cut(value, 80)),
        },
        { title: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
        { title: "Share", numeric: true, cell: ({ requests }) => formatShare(share(requests, total)) },
      ],
      rows.slice(0, 8),
    ),
    { note, ...(width === undefined ? {} : { width }) },
  );
};

export const renderDelivery = (data: ReportData): Html =>
  section("delivery", "Delivery", [
    latency(data),
    plain("Hosts", "Host", data.dimensions.host_header, "As the viewer asked for them (x-host-header)", "two-thirds"),
    stack("third", [
      plain("HTTP versions", "Version", data.dimensions.http_version, "All requests"),
      plain("TLS versions", "Version", data.dimensions.ssl_protocol, "All requests; none means plain HTTP"),
    ]),
    assetTable(data),
  ]);
