/** Charts as inline SVG. Widths are percentages and texts are pixels: one drawing fits a phone and a wall. */
import { formatShort } from "./format";
import { markup, type Html } from "./html";

export interface Series {
  readonly name: string;
  /** A `f-…` class of the style sheet. */
  readonly fill: string;
}

export interface Column {
  /** What the pointer shows. */
  readonly title: string;
  /** One value per series, drawn from the bottom up. */
  readonly values: readonly number[];
  /** Label under the axis, where a day or a week begins. */
  readonly tick?: string | undefined;
}

const px = (value: number): string => String(Number(value.toFixed(1)));
const percent = (value: number): string => `${Number((value * 100).toFixed(3))}%`;

/** The least round figure, never below 4, that is at least `value`; its half is round too. */
export const niceMaximum = (value: number): number => {
  if (value <= 4) return 4;
  const scale = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((each) => each * scale >= value) ?? 10;
  return Math.round(factor * scale);
};

const TOP = 16;
const BOTTOM = 22;

const drawGrid = (what: "lines" | "labels", maximum: number, height: number): Html[] =>
  [0.5, 1].map((part) => {
    const y = px(TOP + height * (1 - part));
    return what === "lines"
      ? markup`<line x1="0" x2="100%" y1="${y}" y2="${y}" />`
      : markup`<text class="y" x="0" y="${px(Number(y) - 4)}">${formatShort(maximum * part)}</text>`;
  });

/** A label is as wide as this part of a card's chart, and of a phone's: one that begins further right would leave it. */
const LABEL = 0.12;
const LABEL_ON_PHONE = 0.22;

const drawTicks = (columns: readonly Column[], height: number): Html[] => {
  const ticks = columns.flatMap((column, index) => (column.tick === undefined ? [] : [{ label: column.tick, index }]));
  const keep = Math.ceil(ticks.length / 4);
  return ticks.map(({ label, index }, order) => {
    const place = index / columns.length;
    const x = percent(place);
    const isSkipped = order % keep !== 0 || place > 1 - LABEL_ON_PHONE;
    return markup`<g class="${isSkipped ? "tick skip" : "tick"}"
      ><line x1="${x}" x2="${x}" y1="${px(TOP + height)}" y2="${px(TOP + height + 5)}" /><text
        x="${x}"
        y="${px(TOP + height + 17)}"
        >${place <= 1 - LABEL && label}</text
      ></g
    >`;
  });
};

const drawColumn = (
  column: Column,
  index: number,
  count: number,
  series: readonly Series[],
  maximum: number,
  height: number,
): Html => {
  const x = percent((index + 0.1) / count);
  const width = percent(0.8 / count);
  let bottom = TOP + height;
  const bars = column.values.map((value, place) => {
    if (value === 0) return undefined;
    const tall = Math.max((value / maximum) * height, 1);
    bottom -= tall;
    return markup`<rect class="${series[place]?.fill}" x="${x}" width="${width}" y="${px(bottom)}" height="${px(tall)}" />`;
  });
  return markup`<g
    ><title>${column.title}</title><rect class="hit" x="${percent(index / count)}" width="${percent(1 / count)}" y="${TOP}" height="${height}" />${bars}</g
  >`;
};

/** Stacked columns with two grid lines; `label` is what a screen reader says. */
export const stackedColumns = (options: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly series: readonly Series[];
  /** Height of the drawing area in CSS pixels. */
  readonly height: number;
}): Html => {
  const { columns, series, height } = options;
  const maximum = niceMaximum(
    Math.max(0, ...columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0))),
  );
  return markup`<svg class="chart" role="img" aria-label="${options.label}" width="100%" height="${TOP + height + BOTTOM}">
${drawGrid("lines", maximum, height)}${columns.map((column, index) => drawColumn(column, index, columns.length, series, maximum, height))}
${drawGrid("labels", maximum, height)}<line class="base" x1="0" x2="100%" y1="${TOP + height}" y2="${TOP + height}" />${drawTicks(columns, height)}</svg>`;
};

export const legend = (series: readonly Series[]): Html =>
  markup`<ul class="legend"
    >${series.map(({ name, fill }) => markup`<li><svg aria-hidden="true"><rect class="${fill}" width="11" height="11" rx="2" /></svg>${name}</li>`)}</ul
  >`;

/** Small columns without axes, for a tile. */
export const sparkline = (values: readonly number[]): Html | undefined => {
  if (values.length < 2) return undefined;
  const maximum = Math.max(...values) || 1;
  return markup`<svg class="spark" aria-hidden="true"
    >${values.map((value, index) => {
      const tall = Math.max((value / maximum) * 100, 3);
      return markup`<rect class="f-people" x="${percent((index + 0.08) / values.length)}" width="${percent(0.84 / values.length)}" y="${px(100 - tall)}%" height="${px(tall)}%" rx="1" />`;
    })}</svg
  >`;
};

/** A text on a bar whose length is a part of the cell. */
export const bar = (part: number, label: Html | string, fill = "f-bar"): Html =>
  markup`<span class="barbox"
    ><svg aria-hidden="true"><rect class="${fill}" width="${percent(Math.min(Math.max(part, 0), 1))}" height="100%" rx="3" /></svg><span>${label}</span></span
  >`;

/** Percentiles as dots on a line, from nothing to `maximum`. */
export const percentileDots = (values: readonly (number | undefined)[], maximum: number): Html => {
  const known = values.filter((value) => value !== undefined);
  const at = (value: number): string => percent(0.02 + 0.96 * (maximum === 0 ? 0 : Math.sqrt(value / maximum)));
  const fills = ["f-people", "f-warn", "f-bad"];
  return markup`<svg class="dots" aria-hidden="true"
    ><line x1="${at(Math.min(...known, maximum))}" x2="${at(Math.max(...known, 0))}" y1="9" y2="9" />${values.map(
      (value, index) =>
        value === undefined ? undefined : markup`<circle class="${fills[index]}" cx="${at(value)}" cy="9" r="4.5" />`,
    )}</svg
  >`;
};
