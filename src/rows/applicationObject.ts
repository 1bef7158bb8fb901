/** Reads an application's log, piece by piece, into rows on disk; what is no log at all is told as a whole. */
import { isUtf8 } from "node:buffer";
import { redactAddresses, type IpPolicy } from "../model/ipPolicy";
import { AmplifyLogsError } from "../errors";
import { GarbageMeter } from "../garbage";
import type { OpenedObject } from "../ports";
import { RejectedLine, type RowReader } from "./applicationRow";
import { ApplicationSpill, MAX_PARTITIONS } from "./applicationSpill";
import { HEAD_BYTES, isGzip, notText } from "./contentKind";
import { contentHash } from "./entryId";
import { unzipInto } from "./gzip";
import { MAX_LINE_BYTES } from "./lines";
import { EntrySplitter } from "./logEntries";
import type { TemporaryFolder } from "./temporaryFolder";

/** Characters of a line that an error row has, and bytes that are looked at for them. */
const MAX_RAW_CHARS = 4096;
const RAW_EXCERPT = 4160;
const REPLACEMENT = "\ufffd";

export interface ReadPrivacy {
  readonly policy: IpPolicy;
  /** Needed by the policy "hashed" only. */
  readonly salt?: string | undefined;
}

export interface ObjectLimits {
  /** The object, unpacked, bytes: beyond, it is a bomb, or must be cut before it is delivered. */
  readonly objectBytes: number;
}

export interface ReadContent {
  readonly spill: ApplicationSpill;
  /** Lines that became rows. */
  readonly rows: number;
  /** Why nothing of it was read; undefined when it was. */
  readonly refused: string | undefined;
}

/** Why an object is not read: as a whole, and always. */
class Refusal extends Error {}

/** zlib's own words for what is broken, as opposed to a connection that is. */
const isBrokenGzip = (error: unknown): error is Error =>
  error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("Z_");

const endsEarly = (error: Error): boolean => (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";

/**
 * Rows and error rows of an object. Of a gzip file that ends early the lines before its break are read, but for the last one, which
 * is a part of one; an error row says so.
 */
export const readContent = async (
  opened: OpenedObject,
  reader: RowReader,
  privacy: ReadPrivacy,
  { objectBytes }: ObjectLimits,
  folder: TemporaryFolder,
): Promise<ReadContent> => {
  const lines = new LineReader(reader, privacy, folder);
  let delivered = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of opened.body) {
      delivered += piece.byteLength;
      yield piece;
    }
  }
  const tell = (rule: string, reason: string): void => lines.tell(opened.etag, rule, reason);
  // A connection that ends without an error must not look like a file that does.
  const checkWhole = (): void => {
    if (delivered === opened.bytes) return;
    throw new AmplifyLogsError(`only ${delivered} of the object's ${opened.bytes} bytes came`, { retryable: true });
  };
  let unpacked = 0;
  let head: Buffer | undefined = Buffer.alloc(0);
  const garbage = new GarbageMeter();
  const take = (chunk: Uint8Array): void => {
    garbage.add(chunk.byteLength);
    unpacked += chunk.byteLength;
    if (unpacked > objectBytes) throw new Refusal(`the object has more than ${objectBytes} bytes, unpacked`);
    if (head === undefined) return lines.push(chunk);
    head = Buffer.concat([head, chunk]);
    if (head.length >= HEAD_BYTES) begin();
  };
  const begin = (): void => {
    const problem = notText(head!);
    if (problem !== undefined) throw new Refusal(problem);
    const first = head!;
    head = undefined;
    lines.push(first);
  };
  try {
    await takeContent(counted(), take);
    checkWhole();
    if (head !== undefined) begin();
    lines.end();
    if (lines.problem !== undefined) tell("json", lines.problem);
  } catch (error) {
    if (error instanceof Refusal) {
      lines.discard(folder);
      tell("object", error.message);
      return { spill: lines.spill, rows: 0, refused: error.message };
    }
    if (!isBrokenGzip(error)) throw error;
    if (endsEarly(error)) checkWhole();
    if (head !== undefined && head.length > 0) begin();
    // No word of the line that the break is in: it comes whole, or it never was.
    const reason = `the gzip file is broken: ${error.message}; the whole lines before its break were read`;
    tell("gzip", reason);
  }
  return { spill: lines.spill, rows: lines.rows, refused: undefined };
};

/** Takes the content, unpacked where it is gzip, whatever its name says. */
const takeContent = async (pieces: AsyncGenerator<Uint8Array>, take: (chunk: Uint8Array) => void): Promise<void> => {
  let first: Uint8Array = new Uint8Array(0);
  while (first.byteLength < 2) {
    const next = await pieces.next();
    if (next.done === true) break;
    first = first.byteLength === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.byteLength > 0) yield first;
    yield* pieces;
  }
  if (isGzip(first)) await unzipInto(all(), take);
  else for await (const piece of all()) take(piece);
};

/** Turns entries into rows and error rows on disk. */
class LineReader {
  rows = 0;
  spill: ApplicationSpill;
  private readonly splitter: EntrySplitter;

  constructor(
    private readonly reader: RowReader,
    private readonly privacy: ReadPrivacy,
    folder: TemporaryFolder,
  ) {
    this.spill = new ApplicationSpill(folder);
    this.splitter = new EntrySplitter((buffer, start, end, lineNumber, cut) =>
      this.line(buffer.subarray(start, end), lineNumber, cut),
    );
  }

  get problem(): string | undefined {
    return this.splitter.problem;
  }

  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  end(): void {
    this.splitter.end();
  }

  /** Forgets all rows: the object is none. */
  discard(folder: TemporaryFolder): void {
    this.spill.close();
    this.spill = new ApplicationSpill(folder);
    this.rows = 0;
  }

  /** An error row about the whole object, as it was delivered. */
  tell(etag: string, rule: string, reason: string): void {
    const hash = contentHash(`${etag} ${rule}`);
    const whole = { line_number: 0, service: null, rule, reason, raw: "the object stays where it was delivered" };
    this.spill.addError({ ...whole, hash });
  }

  private line(bytes: Buffer, lineNumber: number, cut: boolean): void {
    const reject = (service: string | null, rule: string, reason: string): void =>
      this.reject(bytes, lineNumber, service, rule, reason);
    if (cut) return reject(null, "size", `longer than ${MAX_LINE_BYTES} bytes`);
    // A file that is emptied while somebody writes to it begins with a hole, which reads as NUL.
    const text = bytes.toString("utf8").replace(/^\0+/, "");
    if (text.includes(REPLACEMENT) && !isUtf8(bytes)) return reject(null, "encoding", "not UTF-8");
    if (text.trim() === "") return;
    const row = this.reader.read(text);
    if (row instanceof RejectedLine) return reject(row.service, row.rule, row.reason);
    const { service, date, values, extra, identity } = row;
    const added = this.spill.addRow({ service, date }, { lineNumber, hash: contentHash(identity), extra, values });
    if (!added) return reject(service, "partitions", `more than ${MAX_PARTITIONS} services and days in one object`);
    this.rows++;
  }

  private reject(bytes: Buffer, line_number: number, service: string | null, rule: string, reason: string): void {
    const { policy, salt } = this.privacy;
    const whole = bytes.length <= RAW_EXCERPT;
    const excerpt = bytes.toString("utf8", 0, RAW_EXCERPT);
    // Half an address is no address any more: what could be one is taken off the end of a line that is cut.
    const redacted = redactAddresses(policy, whole ? excerpt : excerpt.replace(/[0-9A-Fa-f:.%]+$/, ""), salt);
    this.spill.addError({
      line_number,
      service: service ?? this.reader.defaultService,
      rule,
      reason: redactAddresses(policy, reason, salt),
      raw: redacted.slice(0, MAX_RAW_CHARS),
      // Of a short line nothing is hashed that the row does not show.
      hash: contentHash(whole && policy !== "full" ? redactAddresses("dropped", excerpt) : bytes),
    });
  }
}
