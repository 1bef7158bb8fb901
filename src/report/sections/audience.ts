/** Who: countries of the edge, browsers and devices of people, bots. */
import { botName, countAgents, type AgentShare } from "../agents";
import { bar } from "../charts";
import { countryName, formatCount, formatShare, share } from "../format";
import { cut, markup, type Html } from "../html";
import { card, section, table } from "../tables";
import type { AgentRow, DimensionRow, ReportData } from "../types";

const countries = (data: ReportData): Html => {
  const rows = data.dimensions.edge_country
    .filter(({ people }) => people > 0)
    .sort((a, b) => b.visitors - a.visitors || b.people - a.people);
  const most = Math.max(1, ...rows.map(({ visitors }) => visitors));
  return card(
    "Countries of the edge",
    table<DimensionRow>(
      "Visitors by the country of the edge location",
      [
        {
          title: "Country",
          cell: ({ value, visitors }) =>
            bar(visitors / most, value === null || value === "-" ? "Unknown edge" : countryName(cut(value, 40))),
        },
        { title: "Visitors", numeric: true, cell: ({ visitors }) => formatCount(visitors) },
        { title: "Requests", numeric: true, wideOnly: true, cell: ({ people }) => formatCount(people) },
      ],
      rows.slice(0, 12),
    ),
    {
      width: "third",
      note: "Where the CloudFront edge stands that answered people: near the visitor, but not always in the visitor\u2019s country",
    },
  );
};

const agentTable = (caption: string, title: string, rows: readonly AgentShare[], total: number): Html =>
  table<AgentShare>(
    caption,
    [
      { title, cell: ({ name, requests }) => bar(share(requests, rows[0]?.requests ?? 0), name) },
      { title: "Share", numeric: true, cell: ({ requests }) => formatShare(share(requests, total)) },
    ],
    rows,
  );

const browsers = (data: ReportData): Html[] => {
  const counts = countAgents(data.peopleAgents);
  const total = data.peopleAgents.reduce((sum, { requests }) => sum + requests, 0);
  const covered = share(total, data.totals.requests - data.totals.bots);
  const note =
    covered < 0.995
      ? `Requests of people; the ${data.peopleAgents.length} commonest agents, ${formatShare(covered)} of them`
      : "Requests of people, from the user agent";
  return [
    card("Browsers", agentTable("Requests of people by browser", "Browser", counts.browser.slice(0, 9), total), {
      width: "third",
      note,
    }),
    card(
      "Devices and systems",
      markup`${agentTable("Requests of people by device", "Device", counts.device, total)}${agentTable("Requests of people by system", "System", counts.system.slice(0, 7), total)}`,
      { width: "third", note: "Requests of people, from the user agent" },
    ),
  ];
};

const BOT_REASONS: Readonly<Record<string, string>> = {
  agent: "Says so in its user agent",
  "no-agent": "Sends no user agent",
  probe: "Asks for what only scanners ask for",
};

const bots = (data: ReportData): Html[] => {
  const reasons = data.dimensions.bot_reason.filter(({ value }) => value !== null && value !== "-");
  const most = Math.max(1, ...reasons.map(({ requests }) => requests));
  const topAgent = Math.max(1, ...data.botAgents.map(({ requests }) => requests));
  return [
    card(
      "Bots by reason",
      table<DimensionRow>(
        "Automated requests by reason",
        [
          {
            title: "Why",
            cell: ({ value, requests }) =>
              bar(requests / most, BOT_REASONS[value ?? ""] ?? cut(value ?? "", 60), "f-barbot"),
          },
          { title: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
          {
            title: "Of all",
            numeric: true,
            cell: ({ requests }) => formatShare(share(requests, data.totals.requests)),
          },
        ],
        reasons,
        "No automated request was recognised.",
      ),
      { width: "third", note: "How a request is recognised as automated" },
    ),
    card(
      "Bots by agent",
      table<AgentRow>(
        "Automated requests by agent",
        [
          {
            title: "Agent",
            cell: ({ agent, requests }) =>
              bar(
                requests / topAgent,
                markup`<span title="${cut(agent, 300)}">${cut(botName(agent), 80)}${botName(agent) !== agent && agent !== "-" && markup` <span class="dim small">${cut(agent, 140)}</span>`}</span>`,
                "f-barbot",
              ),
          },
          { title: "Addresses", numeric: true, wideOnly: true, cell: ({ visitors }) => formatCount(visitors) },
          { title: "Requests", numeric: true, cell: ({ requests }) => formatCount(requests) },
        ],
        data.botAgents.slice(0, 12),
        "No automated request was recognised.",
      ),
      { width: "two-thirds", note: "The agents with the most requests" },
    ),
  ];
};

export const renderAudience = (data: ReportData): Html =>
  section("audience", "Audience", [countries(data), ...browsers(data)]);

export const renderBots = (data: ReportData): Html => section("bots", "Bots", bots(data));
