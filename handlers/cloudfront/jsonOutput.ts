/** Rows as JSON lines: CloudFront's names, typed and decoded values, date and time as one. One file for each day of an object. */
import { appendFileSync, statSync } from "node:fs";
import { columnIndex, LOG_COLUMNS } from "../../src/model/columns";
import { treatAddress, treatForwardedFor } from "../../src/model/ipPolicy";
import { DAY_MS } from "../../src/model/windows";
import type { ObjectStore } from "../../src/ports";
import { BadField, readField, type FieldValue } from "../../src/rows/fieldTypes";
import { zipped } from "../../src/rows/gzip";
import { putFile } from "../../src/rows/largeObjects";
import type { TemporaryFolder } from "../../src/rows/temporaryFolder";
import type { Privacy } from "../convert/typedHour";

/** Characters of all days together that wait in memory. */
const WAITING_CHARS = 8 * 1024 ** 2;
const GZIP_LEVEL = 4;

const DATE = columnIndex("date");
const TIME = columnIndex("time");
const ADDRESS = columnIndex("request_ip");
const FORWARDED_FOR = columnIndex("xforwarded_for");
const NAMES = LOG_COLUMNS.map(({ header }) => `,${JSON.stringify(header)}:`);

/** Distinct values of a column whose JSON is remembered. A column that repeats them too rarely, as ids do, is not worth it. */
const MOST_VALUES = 4096;
const LEAST_HITS = 2 * MOST_VALUES;

interface KnownValues {
  readonly json: Map<string, string>;
  hits: number;
}

/** Rows as JSON, each from its line of Amplify's file. A value is decoded, typed and treated once while it is remembered. */
export class JsonRows {
  private readonly known: (KnownValues | undefined)[] = LOG_COLUMNS.map(() => ({ json: new Map(), hits: 0 }));

  constructor(private readonly privacy: Privacy) {}

  /** Undefined when a value is not of its column's type, as conversion would reject the row. */
  render(line: string): string | undefined {
    const fields = line.split(",");
    let json = `{"datetime":"${fields[DATE]}T${fields[TIME]}Z"`;
    for (let column = TIME + 1; column < LOG_COLUMNS.length; column++) {
      const part = this.partOf(column, fields[column]!);
      if (part === undefined) return undefined;
      json += part;
    }
    return `${json}}\n`;
  }

  private partOf(column: number, text: string): string | undefined {
    const known = this.known[column];
    const found = known?.json.get(text);
    if (found !== undefined) {
      known!.hits++;
      return found;
    }
    const value = this.valueOf(column, text);
    if (value instanceof BadField) return undefined;
    const json = `${NAMES[column]!}${typeof value === "bigint" ? String(value) : JSON.stringify(value)}`;
    if (known !== undefined) this.remember(column, known, text, json);
    return json;
  }

  private remember(column: number, known: KnownValues, text: string, json: string): void {
    if (known.json.size < MOST_VALUES) known.json.set(text, json);
    else this.known[column] = known.hits < LEAST_HITS ? undefined : { json: new Map([[text, json]]), hits: 0 };
  }

  private valueOf(column: number, text: string): FieldValue | BadField {
    const { policy, salt } = this.privacy;
    const value = readField(LOG_COLUMNS[column]!, text);
    if (column === ADDRESS) return treatAddress(policy, value as string, salt);
    return column === FORWARDED_FOR ? treatForwardedFor(policy, value as string, salt) : value;
  }
}

interface DayFile {
  lines: string[];
  /** What does not fit into memory: gzip after gzip, which is one gzip. */
  path?: string;
}

export class JsonOutput {
  private readonly days = new Map<number, DayFile>();
  private waiting = 0;
  private readonly rows: JsonRows;

  constructor(
    private readonly folder: TemporaryFolder,
    privacy: Privacy,
  ) {
    this.rows = new JsonRows(privacy);
  }

  add(line: Buffer, end: number, ms: number): void {
    const json = this.rows.render(line.toString("latin1", 0, end));
    if (json === undefined) return;
    const dayMs = Math.floor(ms / DAY_MS) * DAY_MS;
    let day = this.days.get(dayMs);
    if (day === undefined) this.days.set(dayMs, (day = { lines: [] }));
    day.lines.push(json);
    this.waiting += json.length;
  }

  /** To be called as rows come in. */
  async relieve(): Promise<void> {
    if (this.waiting <= WAITING_CHARS) return;
    for (const day of this.days.values()) {
      if (day.lines.length === 0) continue;
      day.path ??= this.folder.newFile();
      appendFileSync(day.path, await this.zip(day), { mode: 0o600 });
    }
    this.waiting = 0;
  }

  /** Writes a file for each day. The same object gives the same files. */
  async write(store: ObjectStore, keyOf: (dayMs: number) => string): Promise<void> {
    for (const [dayMs, day] of this.days) {
      const rest = await this.zip(day);
      if (day.path === undefined) await store.put(keyOf(dayMs), rest);
      else {
        appendFileSync(day.path, rest);
        await putFile(store, keyOf(dayMs), { path: day.path, bytes: statSync(day.path).size });
      }
    }
  }

  private async zip(day: DayFile): Promise<Buffer> {
    const text = Buffer.from(day.lines.join(""));
    day.lines = [];
    return zipped([text], GZIP_LEVEL);
  }
}
