/** A query's result as text: JSON and CSV for programs, a table for people. */
import Table from "cli-table3";
import pico from "picocolors";
import { InputError } from "../errors";
import type { JsonValue, QueryResult } from "../local/duckdbLake";

export const OUTPUT_FORMATS = ["table", "json", "csv"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** @throws InputError that lists the formats. */
export const parseFormat = (text: string): OutputFormat => {
  const format = OUTPUT_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  throw new InputError("no such format", { field: "--format", value: text, fix: `use ${OUTPUT_FORMATS.join(", ")}` });
};

const cellText = (value: JsonValue): string => {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const escapedChar = (char: string): string => {
  const code = char.codePointAt(0)!;
  if (char === "\n") return "\\n";
  if (char === "\r") return "\\r";
  if (char === "\t") return "\\t";
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
};

/**
 * Values are written by strangers: escape sequences would drive the terminal, and marks that turn the direction of writing
 * would show one thing for another. Both are made visible.
 */
export const visibleText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escapedChar);

/** What a spreadsheet would run as a formula. Numbers that DuckDB made are none. */
const FORMULA = /^[=+\-@\t\r]/;

const csvCell = (value: JsonValue): string => {
  const text = cellText(value);
  // A lone "-" is what CloudFront writes for "none", on most rows; no spreadsheet takes it for a formula.
  const safe = typeof value === "string" && text !== "-" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * RFC 4180: CRLF, quotes doubled, NULL empty. Text that begins with = + - @, a tab or a carriage return gets an apostrophe before
 * it, as OWASP advises; JSON has the values as they are.
 */
export const renderCsv = ({ columns, rows }: QueryResult): string =>
  [
    columns.map(({ name }) => csvCell(name)),
    ...rows.map((row) => columns.map(({ name }) => csvCell(row[name] ?? null))),
  ]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");

/** The same JSON, with every character escaped that a terminal might obey. */
const jsonText = (row: Record<string, JsonValue>): string =>
  JSON.stringify(row).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) =>
    // Two escapes for a character beyond 0xffff: JSON counts in UTF-16.
    [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(""),
  );

/** An array of row objects, one a line. */
export const renderJson = ({ rows }: QueryResult): string =>
  rows.length === 0 ? "[]\n" : `[\n${rows.map((row) => `  ${jsonText(row)}`).join(",\n")}\n]\n`;

const NARROWEST = 6;
/** cli-table3 draws a line and a space on each side of a cell. */
const FRAME = 3;

/** Cuts the widest columns first, until all fit. */
const fitWidths = (wanted: readonly number[], total: number): number[] => {
  const available = Math.max(total - FRAME * wanted.length - 1, wanted.length * NARROWEST);
  let cap = Math.max(NARROWEST, ...wanted);
  const sum = (): number => wanted.reduce((all, width) => all + Math.min(width, cap), 0);
  while (cap > NARROWEST && sum() > available) cap--;
  return wanted.map((width) => Math.min(width, cap));
};

const cut = (text: string, width: number): string => {
  const chars = [...text];
  return chars.length <= width ? text : `${chars.slice(0, width - 1).join("")}…`;
};

const NUMERIC = /int$|^u?int|^integer$|^float$|^double$|^decimal/;

/** A table of at most `width` characters a line, where the columns allow it; numbers to the right. */
export const renderTable = ({ columns, rows }: QueryResult, width: number): string => {
  if (columns.length === 0) return "done\n";
  const numeric = columns.map(({ type }) => NUMERIC.test(type));
  const head = columns.map(({ name }) => visibleText(name));
  const body = rows.map((row) => columns.map(({ name }) => visibleText(cellText(row[name] ?? null))));
  // Beyond a few thousand characters nothing is shown anyway.
  const wanted = head.map((title, index) =>
    body.reduce((widest, cells) => Math.max(widest, Math.min(cells[index]!.length, 4096)), title.length),
  );
  const widths = fitWidths(wanted, width);
  const table = new Table({
    head: head.map((title, index) => pico.bold(cut(title, widths[index]!))),
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [] },
    // No line between rows: a screen then holds twice as many.
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  table.push(...body.map((cells) => cells.map((cell, index) => cut(cell, widths[index]!))));
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
  return `${table.toString()}\n${count}\n`;
};

export interface Terminal {
  /** Characters a line. */
  readonly width: number;
  /** Whether somebody looks at it; otherwise it is a pipe or a file, which gets the values as they are. */
  readonly interactive: boolean;
}

export const renderResult = (result: QueryResult, format: OutputFormat, { width, interactive }: Terminal): string => {
  switch (format) {
    case "json":
      return renderJson(result);
    case "csv":
      return interactive ? renderCsv(result).split("\r\n").map(visibleText).join("\n") : renderCsv(result);
    case "table":
      return renderTable(result, width);
    default:
      return format satisfies never;
  }
};
