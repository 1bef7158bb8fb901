/** Gzip of an hour's file: at once where it is small, in pieces and on another thread where it is not. */
import { createHash } from "node:crypto";
import { createWriteStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip, gunzipSync, gzipSync } from "node:zlib";

/** Below this a stream costs more than the work: bytes, zipped and not. */
const SMALL_ZIPPED = 1 << 16;
const SMALL = 1 << 18;
/** Bytes that a stream hands on at a time. */
const CHUNK_BYTES = 1 << 18;

/** Level 4 writes twice as fast as the default for 5 % more bytes, and raw objects live 30 days. */
export const RAW_GZIP_LEVEL = 4;

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What of it comes in pieces itself. Whoever stops reading lets go of the source. @throws as zlib does, on broken data */
export async function* unzippedStream(gzipped: Pieces): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const done = pipeline(Readable.from(gzipped, { objectMode: false }), gunzip);
  // The reader below hears of it.
  done.catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
  await done;
}

/**
 * Gives what comes in pieces to `take`, piece by piece. Of a file that ends early it gives all that was before its end: each piece is
 * unpacked before zlib hears whether it was the last one, as what it unpacks together with its error is dropped.
 * @throws as zlib does, on broken data; what `take` throws
 */
export const unzipInto = async (gzipped: Pieces, take: (piece: Buffer) => void): Promise<void> => {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const over = new Promise<void>((resolve, reject) => {
    gunzip.once("end", resolve);
    gunzip.once("error", reject);
    gunzip.on("data", (piece: Buffer) => {
      try {
        if (!gunzip.destroyed) take(piece);
      } catch (error) {
        gunzip.destroy(error as Error);
      }
    });
  });
  // The loop below hears of it, or the end.
  over.catch(() => undefined);
  try {
    for await (const piece of gzipped)
      await Promise.race([over, new Promise<void>((resolve) => gunzip.write(piece, () => resolve()))]);
    gunzip.end();
    await over;
  } finally {
    gunzip.destroy();
  }
};

/** Writes gzip into a file; says how large it is and what was in it. */
export const zipIntoFile = async (
  path: string,
  pieces: Iterable<Buffer>,
  level: number,
): Promise<{ bytes: number; sha256: string }> => {
  const hash = createHash("sha256");
  function* hashed(): Generator<Buffer> {
    for (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  }
  const source = Readable.from(hashed(), { objectMode: false });
  await pipeline(
    source,
    createGzip({ level, chunkSize: CHUNK_BYTES }),
    createWriteStream(path, { flags: "wx", mode: 0o600 }),
  );
  return { bytes: statSync(path).size, sha256: hash.digest("hex") };
};

/** The content in pieces. @throws as zlib does, on broken data */
export const unzipped = (gzipped: Uint8Array): AsyncIterable<Buffer> | Iterable<Buffer> => {
  if (gzipped.byteLength <= SMALL_ZIPPED) return [gunzipSync(gzipped)];
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  gunzip.end(gzipped);
  return gunzip;
};

export const zipped = async (pieces: readonly Buffer[], level: number): Promise<Buffer> => {
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (bytes <= SMALL) return gzipSync(Buffer.concat(pieces), { level });
  const parts: Buffer[] = [];
  const gzip = Readable.from(pieces).pipe(createGzip({ level, chunkSize: CHUNK_BYTES }));
  for await (const part of gzip as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
};
