/** An object that CloudFront delivered, of whichever form: its first bytes say which, and its name must not say another. */
import { createGunzip } from "node:zlib";
import { AmplifyLogsError, UnknownHeaderError } from "../errors";
import type { OpenedObject } from "../ports";
import { readCloudFrontParquet } from "./cloudFrontParquet";
import type { CloudFrontRows } from "./cloudFrontRows";
import { CloudFrontText } from "./cloudFrontText";
import type { TemporaryFolder } from "./temporaryFolder";

export interface ReadLimits {
  /** Of an object, unpacked: beyond, it is a bomb. */
  readonly objectBytes: number;
}

export const READ_LIMITS: ReadLimits = { objectBytes: 4 * 1024 ** 3 };

const CHUNK_BYTES = 1 << 18;
/** Bytes of gzip that are unpacked at a time: 16 MB at most come of them. */
const FEED_BYTES = 1 << 14;
const MAGIC_BYTES = 4;

type Container = "gzip" | "parquet" | "text";

const containerOf = (head: Uint8Array): Container => {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  return Buffer.from(head).toString("latin1") === "PAR1" ? "parquet" : "text";
};

/** What a name says by its end; nothing, where it has none of these. */
const claimOf = (key: string): Container | undefined => {
  if (/\.gz$/i.test(key)) return "gzip";
  if (/\.parquet$/i.test(key)) return "parquet";
  return /\.(json|ndjson|jsonl|tsv|csv|txt|log)$/i.test(key) ? "text" : undefined;
};
const CLAIMS_JSON = /\.(json|ndjson|jsonl)(\.gz)?$/i;

const refusal = (key: string, reason: string, fix: string, cause?: unknown): UnknownHeaderError =>
  new UnknownHeaderError(reason, { field: key, fix, cause });
const DELIVER_AGAIN = "put the object there again, whole; what was read of it is not doubled";

/** Counts what comes, so that a connection that ended early is never taken for a broken file. */
class Received {
  bytes = 0;
  failure: Error | undefined;

  constructor(
    private readonly object: OpenedObject,
    private readonly key: string,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of this.object.body) {
        this.bytes += piece.byteLength;
        yield piece;
      }
      if (this.bytes < this.object.bytes)
        throw new AmplifyLogsError(`the download ended after ${this.bytes} of ${this.object.bytes} bytes`, {
          field: this.key,
          retryable: true,
        });
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
  }
}

/** The first bytes, and everything again from the beginning. */
const peek = async (pieces: AsyncGenerator<Uint8Array>): Promise<readonly [Buffer, AsyncGenerator<Uint8Array>]> => {
  let head = Buffer.alloc(0);
  while (head.length < MAGIC_BYTES) {
    const next = await pieces.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield head;
      yield* pieces;
    } finally {
      await pieces.return(undefined);
    }
  }
  return [head.subarray(0, MAGIC_BYTES), whole()];
};

/**
 * What the gzip data hold, up to the piece in which they break: a stream of Node's drops at an error what its reader has not taken
 * yet, so that it is given small pieces, and what comes of one is taken before the next.
 */
async function* gunzipped(key: string, pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const unpacked: Uint8Array[] = [];
  let failure: Error | undefined;
  let received = 0;
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const stop = (): void => {
      over = true;
      resolve();
    };
    gunzip.on("end", stop).on("close", stop);
  });
  gunzip.on("data", (chunk: Uint8Array) => unpacked.push(chunk)).on("error", (error) => (failure = error));
  function* taken(): Generator<Uint8Array> {
    yield* unpacked.splice(0);
    if (failure !== undefined) throw failure;
  }
  try {
    for await (const piece of pieces) {
      received += piece.byteLength;
      for (let at = 0; at < piece.byteLength && !over; at += FEED_BYTES) {
        // At bytes that are no gzip any more zlib ends, and never says that it took them.
        const fed = new Promise<void>((resolve) => gunzip.write(piece.subarray(at, at + FEED_BYTES), () => resolve()));
        await Promise.race([fed, ended]);
        yield* taken();
      }
    }
    if (!over) gunzip.end();
    await ended;
    yield* taken();
  } finally {
    gunzip.destroy();
  }
  // zlib ends well at the first byte that is no gzip any more: what follows would be lost without a word.
  const more = received - gunzip.bytesWritten;
  if (more > 0) throw refusal(key, `${more} bytes follow the gzip data`, DELIVER_AGAIN);
}

/**
 * Reads the object into `rows`. `between` is called as rows come, for what must not pile up.
 * @throws UnknownHeaderError when the object is no log, is broken, or is not what its name says: the rows before that are rows all
 * the same. Any other error as it came: the same object may be read the next time.
 */
export const readDelivery = async (
  key: string,
  object: OpenedObject,
  rows: CloudFrontRows,
  folder: TemporaryFolder,
  between: () => Promise<void>,
  { objectBytes }: ReadLimits = READ_LIMITS,
): Promise<void> => {
  const received = new Received(object, key);
  const source = received[Symbol.asyncIterator]();
  try {
    const [head, pieces] = await peek(source);
    const container = containerOf(head);
    const claim = claimOf(key);
    if (claim !== undefined && claim !== container) {
      await source.return(undefined);
      throw refusal(key, `the name says ${claim}, the content is ${container}`, "name it after what it holds");
    }
    if (container === "parquet") {
      await readCloudFrontParquet({ ...object, body: pieces }, rows, key, folder, between);
      return;
    }
    const text = new CloudFrontText(rows, key, CLAIMS_JSON.test(key));
    let bytes = 0;
    for await (const piece of container === "gzip" ? gunzipped(key, pieces) : pieces) {
      bytes += piece.byteLength;
      if (bytes > objectBytes)
        throw refusal(key, `the object unpacks to more than ${objectBytes} bytes`, "deliver more and smaller objects");
      text.push(piece);
      await between();
    }
    text.end();
  } catch (error) {
    if (received.failure !== undefined) throw received.failure;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith("Z_") !== true) throw error;
    throw refusal(key, `the gzip data is broken (${message})`, DELIVER_AGAIN, error);
  }
};
