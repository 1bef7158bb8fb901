/** How far the figures can be trusted: the hours that are there, the rows that are not. */
import { formatCount } from "../format";
import { cut, markup, type Html } from "../html";
import { card, section, table } from "../tables";
import type { RejectedReason, ReportData } from "../types";
import { renderCoverage } from "./coverage";

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
  section("quality", "Data quality", [renderCoverage(data), rejected(data)]);
