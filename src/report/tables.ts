/** Tables and the cards around them. */
import { markup, type Html, type HtmlValue } from "./html";

export interface TableColumn<Row> {
  readonly title: HtmlValue;
  readonly cell: (row: Row) => HtmlValue;
  /** Right-aligned figures. Default: false. */
  readonly numeric?: boolean;
  /** Left out on narrow screens. Default: false. */
  readonly wideOnly?: boolean;
}

const classOf = <Row>({ numeric, wideOnly }: TableColumn<Row>): string =>
  [numeric === true ? "n" : "", wideOnly === true ? "wide" : ""].join(" ").trim();

/** A table whose first column names the row. `caption` is for screen readers; the card's heading says it to others. */
export const table = <Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  none = "None.",
): Html => {
  if (rows.length === 0) return markup`<p class="sub">${none}</p>`;
  return markup`<table><caption class="hidden">${caption}</caption><thead><tr>${columns.map(
    (column) => markup`<th scope="col" class="${classOf(column)}">${column.title}</th>`,
  )}</tr></thead><tbody>
${rows.map(
  (row) =>
    markup`<tr>${columns.map((column, index) =>
      index === 0
        ? markup`<th scope="row" class="${classOf(column)}">${column.cell(row)}</th>`
        : markup`<td class="${classOf(column)}">${column.cell(row)}</td>`,
    )}</tr>\n`,
)}</tbody></table>`;
};

export type Width = "full" | "half" | "third" | "two-thirds";

export const card = (
  title: string,
  body: HtmlValue,
  options: { readonly width?: Width; readonly note?: HtmlValue } = {},
): Html =>
  markup`<section class="card ${options.width ?? "full"}"><h3>${title}</h3>${
    options.note === undefined ? markup`<p class="sub"></p>` : markup`<p class="sub">${options.note}</p>`
  }${body}</section>`;

/** Cards below each other, beside another such column. */
export const stack = (width: Width, cards: readonly HtmlValue[]): Html =>
  markup`<div class="stack ${width}">${cards}</div>`;

export const section = (id: string, title: string, cards: readonly HtmlValue[]): Html =>
  markup`<h2 id="${id}">${title}</h2><div class="cards">${cards}</div>`;

/** What a chart shows, as a table that opens on request. */
export const asTable = (body: Html): Html =>
  markup`<details><summary>Show as table</summary><div class="scroll" tabindex="0">${body}</div></details>`;
