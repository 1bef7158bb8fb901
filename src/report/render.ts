/** The report as one HTML file: no script, no request to anywhere; the policy in its head forbids both. */
import { createHash } from "node:crypto";
import { formatInstant, formatRange } from "./format";
import { Html, markup } from "./html";
import { renderApplications } from "./sections/applications";
import { renderAudience, renderBots } from "./sections/audience";
import { renderContent } from "./sections/content";
import { renderDelivery } from "./sections/delivery";
import { renderErrors } from "./sections/errors";
import { renderOverview } from "./sections/overview";
import { renderQuality } from "./sections/quality";
import { STYLE } from "./style";
import type { ReportData } from "./types";

const styleHash = createHash("sha256").update(STYLE).digest("base64");

/** Only the style sheet of this page, by its hash: no script, image, font, frame or form, even if a value were to slip through. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

const SECTIONS = [
  ["traffic", "Traffic"],
  ["content", "Pages and sources"],
  ["errors", "Errors"],
  ["audience", "Audience"],
  ["bots", "Bots"],
  ["delivery", "Delivery"],
  ["applications", "Applications"],
  ["quality", "Data quality"],
] as const;

const appNames = ({ apps }: ReportData): string => {
  const names = apps.map(({ app }) => app);
  return names.length <= 6 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
};

const header = (data: ReportData): Html => {
  const compared = data.previousRange;
  return markup`<header><h1>Access logs${data.apps.length > 0 && ` of ${appNames(data)}`}</h1><p>${formatRange(data.range)}${
    data.newest !== undefined && `, newest request at ${data.newest.slice(0, 5)}`
  }${compared !== undefined && `; changes are against ${formatRange(compared)}, up to the same time of day`}. Times are UTC.</p></header>`;
};

const emptyBody = (data: ReportData): Html => markup`<section class="card empty"><h2>No requests in these days</h2>
<p>The table ${data.database}.${data.table} has no rows for ${formatRange(data.range)}. What helps:</p>
<ul><li>On a laptop: fill the lake with <code>amplify-logs demo</code>, or with files from Amplify\u2019s console: <code>amplify-logs import --app NAME FILE\u2026</code></li>
<li>Other days: <code>amplify-logs report --from YYYY-MM-DD --to YYYY-MM-DD</code></li>
<li>On AWS: see below which hours were fetched; a wrong domain name answers as if there were no logs.</li></ul></section>`;

const footer = (
  data: ReportData,
): Html => markup`<footer><p>Made by amplify-logs on ${formatInstant(data.generatedAt)} from ${data.database}.${data.table}.</p>
<p>People are the requests that do not look automated. Visitors are distinct addresses: several people behind one address count once, and where addresses are stored truncated or hashed, a visitor is a network or a hash. Page views are HTML answers to GET (200, and 304 where the path is not that of a file, an interface or a framework\u2019s own). Percentiles are approximate.</p></footer>`;

/** Draws the report. Deterministic: the same data give the same bytes. */
export const renderReport = (data: ReportData): string => {
  const hasRows = data.totals.requests > 0;
  const applications = renderApplications(data.applications);
  const sections = SECTIONS.filter(([id]) => id !== "applications" || applications !== undefined);
  const body = hasRows
    ? markup`<nav aria-label="Sections">${sections.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>
<main>${renderOverview(data)}${renderContent(data)}${renderErrors(data)}${renderAudience(data)}${renderBots(data)}${renderDelivery(data)}${applications}${renderQuality(data)}</main>`
    : markup`<main>${emptyBody(data)}${applications}${renderQuality(data)}</main>`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(CONTENT_SECURITY_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Access logs, ${formatRange(data.range)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<div class="page">
${header(data)}
${body}
${footer(data)}
</div>
</body>
</html>
`;
  return page.text;
};
