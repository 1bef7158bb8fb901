/** The bucket that applications deliver to: objects that are appended to, rotated and packed, and connections that break. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Random } from "../../../src/local/simulator/random";
import type { ObjectStore, OpenedObject } from "../../../src/ports";
import type { Turn } from "../scheduler";
import { drawLine, type LogLine } from "./lines";

/** What an object was at one time. */
export interface Version {
  readonly lines: readonly LogLine[];
  readonly body: Buffer;
  /** Lines that are whole in it: fewer where its gzip file ends early. */
  readonly whole: number;
  /** Whether a run read it to its end and said that all is done. */
  read: boolean;
}

const KEYS = [
  "logs/service=auth/app.log",
  "logs/api-gateway/year=2026/month=11/day=20/logs_api-gateway_20261120.json",
  "logs/with+plus and %2F/x.ndjson.gz",
  "b.log.gz",
];
const LF = Buffer.from("\n");

export class LogSourceBucket {
  readonly versions = new Map<string, Version[]>();
  private marks = 0;

  constructor(private readonly random: Random) {}

  /** Somebody writes an object: a new one, with more lines, or another one of its name. Returns its key. */
  write(): string {
    const { random } = this;
    const key = random.pick(KEYS);
    const known = this.versions.get(key) ?? [];
    const before = known.at(-1)?.lines ?? [];
    // A rotated log has other lines, and sometimes the last ones of before.
    const kept = random.chance(0.7) ? before : random.chance(0.5) ? [] : before.slice(-3);
    const fresh = Array.from({ length: random.below(12) }, () => drawLine(random, `mark-${this.marks++}.`));
    // The same line again, word for word.
    const repeated = fresh.filter(() => random.chance(0.2));
    const lines = [...kept, ...fresh, ...repeated];
    known.push(this.version(lines));
    this.versions.set(key, known);
    return key;
  }

  /** The last version again, whole: what a cut one is followed by. */
  repair(): string[] {
    return [...this.versions].flatMap(([key, versions]) => {
      const last = versions.at(-1)!;
      if (last.whole === last.lines.length) return [];
      versions.push({ lines: last.lines, body: packed(last.lines, false), whole: last.lines.length, read: false });
      return [key];
    });
  }

  /** What one run sees of it. `seen` hears which version it opened. */
  process(turn: Turn, faulty: number, seen: (version: Version) => void): ObjectStore {
    const { versions, random } = this;
    const refuse = (): never => {
      throw new Error("the reader wrote to the source bucket");
    };
    return {
      get: refuse,
      list: refuse,
      put: refuse,
      delete: refuse,
      open: async (key): Promise<OpenedObject | undefined> => {
        await turn();
        if (random.chance(faulty)) throw new Error("SlowDown: please reduce your request rate");
        const version = versions.get(key)?.at(-1);
        if (version === undefined) return undefined;
        seen(version);
        const { body } = version;
        const etag = `"${createHash("md5").update(body).digest("hex")}"`;
        // The connection breaks with an error, or looks as if all had come.
        const end = random.chance(faulty) ? random.below(body.length + 1) : body.length;
        const cleanly = random.chance(0.5);
        async function* pieces(): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < end; at += 100) yield body.subarray(at, Math.min(end, at + 100));
          if (end < body.length && !cleanly) throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
        }
        return { etag, bytes: body.length, body: pieces(), modifiedMs: Date.parse("2026-11-21T12:00:00Z") };
      },
    };
  }

  private version(lines: readonly LogLine[]): Version {
    const { random } = this;
    const zipped = random.chance(0.5);
    const body = packed(lines, zipped);
    if (!zipped || lines.length < 4 || !random.chance(0.2)) return { lines, body, whole: lines.length, read: false };
    // Two members of one gzip file; the second has lost its end, and its lines with it.
    const whole = random.below(lines.length);
    const end = packed(lines.slice(whole), true);
    const cut = Buffer.concat([packed(lines.slice(0, whole), true), end.subarray(0, 12)]);
    return { lines, body: cut, whole, read: false };
  }
}

const packed = (lines: readonly LogLine[], zipped: boolean): Buffer => {
  const content = Buffer.concat(lines.flatMap(({ bytes }) => [bytes, LF]));
  return zipped ? gzipSync(content) : content;
};
