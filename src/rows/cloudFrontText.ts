/** CloudFront's text, delivered: a field line and rows under it (W3C, TSV or another delimiter), or a JSON object a line. */
import { isUtf8 } from "node:buffer";
import { UnknownHeaderError } from "../errors";
import { isKnownField, normaliseFieldName, planFields, type FieldPlan } from "../model/cloudFrontFields";
import type { CloudFrontRows, FieldPlaces } from "./cloudFrontRows";
import { RAW_EXCERPT } from "./hourTable";
import { LineSplitter, MAX_LINE_BYTES } from "./lines";

const HASH = 35;
const OPENING_BRACE = 123;
/** W3C's own words; a row whose first field begins with # has none of them. */
const DIRECTIVE = /^#(Version|Fields|Software|Start-Date|End-Date|Date|Remark):/i;
const HEADER_BYTES = 1 << 14;
/** Names of JSON that are remembered as unknown. */
const MOST_NAMES = 1000;
/** Standard logging v2 lets one choose; a tab is the default. */
const DELIMITERS = ["\t", " ", ",", ";", "|"] as const;

const countOf = (line: Buffer, start: number, end: number, delimiter: number): number => {
  let count = 1;
  for (let at = start; at < end; at++) if (line[at] === delimiter) count++;
  return count;
};

export class CloudFrontText {
  private plan: FieldPlan | undefined;
  private json = false;
  private delimiter: number | undefined;
  private places: FieldPlaces = { starts: new Int32Array(0), ends: new Int32Array(0) };
  private lineNumber = 0;
  /** For JSON: the fields of the rows so far, each once however it is spelt, and where each name stands among them. */
  private readonly names: string[] = [];
  private readonly positions = new Map<string, number>();
  private readonly splitter: LineSplitter;

  constructor(
    private readonly rows: CloudFrontRows,
    private readonly source: string,
    /** Whether nothing but JSON is taken. */
    private readonly onlyJson = false,
  ) {
    this.splitter = new LineSplitter((line, start, end, cut) => this.line(line, start, end, cut));
  }

  /** @throws UnknownHeaderError */
  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  /** @throws UnknownHeaderError when there was neither a field line nor JSON */
  end(): void {
    this.splitter.end();
    if (this.plan === undefined) throw this.unknown("there is no field line, and no row");
  }

  private line(line: Buffer, start: number, end: number, cut: boolean): void {
    this.lineNumber++;
    if (end === start) return;
    if (cut) {
      const raw = line.toString("utf8", start, start + RAW_EXCERPT);
      return this.rows.reject(this.lineNumber, "size", `the line is longer than ${MAX_LINE_BYTES} bytes`, raw);
    }
    if (this.onlyJson && this.plan === undefined && line[start] !== OPENING_BRACE)
      throw this.unknown("the name says JSON, and the content is not");
    const isDirective = !this.json && line[start] === HASH;
    if (isDirective && this.directive(line.toString("latin1", start, Math.min(end, start + HEADER_BYTES)))) return;
    if (this.plan === undefined) {
      if (line[start] !== OPENING_BRACE) return this.readHeader(line.toString("latin1", start, end));
      this.json = true;
    }
    if (this.json) this.jsonRow(line, start, end);
    else this.textRow(line, start, end);
  }

  /** Takes a line that says something about the lines after it. */
  private directive(text: string): boolean {
    const word = DIRECTIVE.exec(text)?.[1];
    if (word === undefined) return false;
    // Files that were put together have one for each.
    if (word.toLowerCase() === "fields") {
      const names = text
        .slice(text.indexOf(":") + 1)
        .split(/[\s,;|]+/)
        .filter((name) => name !== "");
      this.take(names);
      this.delimiter = undefined;
    }
    return true;
  }

  /** Names without `#Fields:`, in the delimiter that the rows have. A guess by position would store wrong values for ever. */
  private readHeader(text: string): void {
    if (text.includes("\u0000"))
      throw this.unknown("the first line has NUL characters, as UTF-16 has and what is no text");
    for (const delimiter of DELIMITERS) {
      const names = text.split(delimiter);
      if (names.length < 2 || !names.every(isHeaderName) || !names.some(isKnownField)) continue;
      this.take(names);
      this.delimiter = delimiter.charCodeAt(0);
      return;
    }
    throw this.unknown("the first line is neither a field line nor JSON");
  }

  private take(names: readonly string[]): void {
    this.plan = planFields(names, this.source);
    this.places = { starts: new Int32Array(names.length), ends: new Int32Array(names.length) };
  }

  private textRow(line: Buffer, start: number, end: number): void {
    const plan = this.plan!;
    this.delimiter ??= DELIMITERS.map((delimiter) => delimiter.charCodeAt(0)).find(
      (delimiter) => countOf(line, start, end, delimiter) === plan.fields,
    );
    const delimiter = this.delimiter ?? 9;
    const { starts, ends } = this.places;
    let field = 0;
    let from = start;
    for (let at = start; at <= end; at++) {
      if (at < end && line[at] !== delimiter) continue;
      if (field < plan.fields) {
        starts[field] = from;
        ends[field] = at;
      }
      field++;
      from = at + 1;
    }
    if (field === plan.fields) return this.rows.addFields(plan, line, this.places, this.lineNumber, end);
    const raw = line.toString("utf8", start, Math.min(end, start + RAW_EXCERPT));
    this.rows.reject(this.lineNumber, "columns", `${field} fields where the field line has ${plan.fields}`, raw);
  }

  private jsonRow(line: Buffer, start: number, end: number): void {
    const excerpt = (): string => line.toString("utf8", start, Math.min(end, start + RAW_EXCERPT));
    const refuse = (rule: "pattern" | "type", reason: string): void => {
      if (this.plan === undefined) throw this.unknown(`the first line begins as JSON does, but ${reason}`);
      this.rows.reject(this.lineNumber, rule, reason, excerpt());
    };
    if (!isUtf8(line.subarray(start, end))) return refuse("pattern", "the line is not UTF-8");
    let row: unknown;
    try {
      row = JSON.parse(line.toString("utf8", start, end));
    } catch {
      return refuse("pattern", "the line is not JSON");
    }
    if (typeof row !== "object" || row === null || Array.isArray(row))
      return refuse("type", "the line is not a JSON object");
    const values = this.valuesOf(row as Readonly<Record<string, unknown>>);
    if (this.plan?.fields !== this.names.length) this.plan = planFields(this.names, this.source);
    this.rows.addValues(this.plan, values, this.lineNumber, excerpt);
  }

  /** By position; a field that comes for the first time gets one. */
  private valuesOf(row: Readonly<Record<string, unknown>>): readonly unknown[] {
    const values: unknown[] = [];
    for (const name of Object.keys(row)) {
      const position = this.positions.get(name) ?? this.positionOf(name);
      if (position !== -1) values[position] ??= row[name];
    }
    return values;
  }

  private positionOf(name: string): number {
    if (!isKnownField(name)) {
      if (this.positions.size < MOST_NAMES) this.positions.set(name, -1);
      return -1;
    }
    const field = normaliseFieldName(name);
    const known = this.names.indexOf(field);
    const position = known === -1 ? this.names.push(field) - 1 : known;
    this.positions.set(name, position);
    return position;
  }

  private unknown(reason: string): UnknownHeaderError {
    return new UnknownHeaderError(`not a log of CloudFront's: ${reason}`, {
      field: this.source,
      fix: "choose W3C, JSON or Parquet as the delivery's format, or a delimited one whose first line names its fields",
    });
  }
}

const isHeaderName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9()_-]*$/.test(name.trim());
