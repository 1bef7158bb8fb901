/**
 * The account behind the double: what exists, in a journal of JSON lines, so that many provider processes and the tests see the
 * same account, and a change is on disk before the provider answers.
 */
import { appendFileSync, closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import type { Values } from "./values";

export interface CloudEntry {
  /** Pulumi's type of it; `object` for an object in a bucket. */
  readonly type: string;
  readonly id: string;
  /** As AWS holds them: without what the provider drops. */
  readonly inputs: Values;
  readonly outputs: Values;
}

interface JournalLine {
  readonly key: string;
  /** Absent: it was deleted. */
  readonly entry?: CloudEntry;
  /** Who asked, for the tests: the resource's URN. */
  readonly by?: string;
}

export class Cloud {
  readonly #file: string;
  readonly #entries = new Map<string, CloudEntry>();
  readonly #journal: JournalLine[] = [];
  #read = 0;

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = path.join(folder, "cloud.jsonl");
  }

  /** Where the archives of functions lie, as Lambda would hold them. */
  archive(functionName: string): string {
    return path.join(this.folder, "archives", `${functionName}.zip`);
  }

  get(key: string): CloudEntry | undefined {
    this.#sync();
    return this.#entries.get(key);
  }

  /** Key and entry of all that begin with a prefix. */
  below(prefix: string): [string, CloudEntry][] {
    this.#sync();
    return [...this.#entries].filter(([key]) => key.startsWith(prefix));
  }

  put(key: string, entry: CloudEntry, by?: string): void {
    this.#append({ key, entry, by });
  }

  remove(key: string, by?: string): void {
    this.#append({ key, by });
  }

  /** Each change since the beginning, oldest first. */
  history(): readonly JournalLine[] {
    this.#sync();
    return this.#journal;
  }

  /** An identifier as AWS makes them, the same for the same history of a resource. */
  uuid(urn: string): string {
    this.#sync();
    const made = this.#journal.filter((line) => line.by === urn && line.entry !== undefined).length;
    const hash = createHash("sha256").update(`${urn}#${made}`).digest("hex");
    return [
      hash.slice(0, 8),
      hash.slice(8, 12),
      `4${hash.slice(13, 16)}`,
      `a${hash.slice(17, 20)}`,
      hash.slice(20, 32),
    ].join("-");
  }

  #append(line: JournalLine): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    this.#sync();
  }

  #sync(): void {
    for (const text of this.#newLines().split("\n").filter(Boolean)) {
      const line = JSON.parse(text) as JournalLine;
      this.#journal.push(line);
      if (line.entry === undefined) this.#entries.delete(line.key);
      else this.#entries.set(line.key, line.entry);
    }
  }
  #newLines(): string {
    if (!existsSync(this.#file)) return "";
    const file = openSync(this.#file, "r");
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - this.#read));
      readSync(file, bytes, 0, bytes.length, this.#read);
      // Whole lines only: another process may be in the middle of one.
      const end = bytes.lastIndexOf(0x0a) + 1;
      this.#read += end;
      return bytes.subarray(0, end).toString("utf8");
    } finally {
      closeSync(file);
    }
  }
}
