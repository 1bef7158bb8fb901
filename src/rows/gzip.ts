/** Gzip of an hour's file: at once where it is small, in pieces and on another thread where it is not. */
import { Readable } from "node:stream";
import { createGunzip, createGzip, gunzipSync, gzipSync } from "node:zlib";

/** Below this a stream costs more than the work: bytes, zipped and not. */
const SMALL_ZIPPED = 1 << 16;
const SMALL = 1 << 18;
/** Bytes that a stream hands on at a time. */
const CHUNK_BYTES = 1 << 18;

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
