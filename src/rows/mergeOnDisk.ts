/** The merge of an hour that is too large for memory: the same lines as in memory, slice by slice of its time. */
import { createHash } from "node:crypto";
import { ConflictError } from "../errors";
import type { ObjectStore, OpenedObject } from "../ports";
import { hashPrime } from "./byteInterner";
import { RAW_GZIP_LEVEL, unzippedStream, zipIntoFile } from "./gzip";
import { openObject, putFile } from "./largeObjects";
import { LineSplitter } from "./lines";
import { HEADER_LINE, RawHour } from "./rawHour";
import type { RawMerge } from "./rawMerge";
import { HOUR_SLICES, SlicedLines, timeSlice } from "./slicedLines";
import { TemporaryFolder } from "./temporaryFolder";

/** A slice that is too large to be compared is cut by a hash of its lines, again and again. */
const CUTS = 16;
/** Enough for an hour of 100 GB in one second; beyond it are only equal lines, which take no memory. */
const MAX_DEPTH = 3;

interface SliceMerge {
  readonly hour: RawHour;
  readonly added: number;
  readonly lacking: number;
}

/** @throws ConflictError */
export const mergeOnDisk = async (
  store: ObjectStore,
  key: string,
  opened: OpenedObject | undefined,
  fresh: RawHour,
  maxSliceBytes: number,
): Promise<RawMerge> => {
  const folder = new TemporaryFolder();
  try {
    const freshSlices = fresh.spilled ?? fresh.toSlices(folder);
    const existed = opened !== undefined;
    const storedSlices = new SlicedLines(folder, HOUR_SLICES);
    let storedSha = "";
    if (opened !== undefined) {
      const known = await sameContent(opened, fileOf(freshSlices));
      // What was stored here before, from an answer in the same order: the usual case of a lookback.
      if (known !== undefined)
        return { key, rows: fresh.rows, added: 0, lacking: 0, existed, bytes: opened.bytes, sha256: known };
      const again = await openObject(store, key);
      if (again?.etag !== opened.etag) throw new ConflictError(key);
      storedSha = await slice(again, storedSlices);
    }
    const totals = { rows: 0, added: 0, lacking: 0 };
    function* content(): Generator<Buffer> {
      yield HEADER_LINE;
      for (const { hour, added, lacking } of mergeSlices(storedSlices, freshSlices, folder, maxSliceBytes)) {
        totals.rows += hour.rows;
        totals.added += added;
        totals.lacking += lacking;
        yield* hour.pieces().slice(1);
      }
    }
    const path = folder.newFile();
    const { bytes, sha256 } = await zipIntoFile(path, content(), RAW_GZIP_LEVEL);
    if (opened !== undefined && totals.added === 0)
      return { key, ...totals, existed, bytes: opened.bytes, sha256: storedSha };
    await putFile(store, key, { path, bytes }, { ifMatch: opened?.etag ?? null });
    return { key, ...totals, existed, bytes, sha256 };
  } finally {
    folder.remove();
  }
};

function* fileOf(slices: SlicedLines): Generator<Buffer> {
  yield HEADER_LINE;
  for (let at = 0; at < slices.slices; at++) yield* slices.read(at);
}

/** The SHA-256 of the stored content when it is this very file; stops reading where they differ. */
const sameContent = async (stored: OpenedObject, own: Iterator<Buffer>): Promise<string | undefined> => {
  const hash = createHash("sha256");
  let ours: Buffer = Buffer.alloc(0);
  for await (const chunk of unzippedStream(stored.body)) {
    hash.update(chunk);
    for (let from = 0; from < chunk.length;) {
      if (ours.length === 0) {
        const next = own.next();
        if (next.done === true) return undefined;
        ours = next.value;
        continue;
      }
      const length = Math.min(chunk.length - from, ours.length);
      if (ours.compare(chunk, from, from + length, 0, length) !== 0) return undefined;
      from += length;
      ours = ours.subarray(length);
    }
  }
  return ours.length === 0 && own.next().done === true ? hash.digest("hex") : undefined;
};

/** Puts a stored file's lines into slices; its content's SHA-256. */
const slice = async (stored: OpenedObject, into: SlicedLines): Promise<string> => {
  const hash = createHash("sha256");
  let line = 0;
  const splitter = new LineSplitter((buffer, start, end) => {
    if (line++ > 0 && end > start) into.add(timeSlice(buffer, start, end), buffer, start, end);
  });
  for await (const chunk of unzippedStream(stored.body)) {
    hash.update(chunk);
    splitter.push(chunk);
  }
  splitter.end();
  return hash.digest("hex");
};

function* mergeSlices(
  stored: SlicedLines,
  fresh: SlicedLines,
  folder: TemporaryFolder,
  maxBytes: number,
  depth = 0,
): Generator<SliceMerge> {
  for (let at = 0; at < fresh.slices; at++) {
    if (stored.bytes[at]! + fresh.bytes[at]! <= maxBytes || depth === MAX_DEPTH) {
      const hour = new RawHour();
      hour.addLines(stored.read(at));
      const answer = new RawHour();
      answer.addLines(fresh.read(at));
      yield { hour, ...hour.merge(answer) };
      continue;
    }
    const parts = [stored, fresh].map((lines) => cut(lines, at, new SlicedLines(folder, CUTS), depth));
    yield* mergeSlices(parts[0]!, parts[1]!, folder, maxBytes, depth + 1);
    for (const part of parts) part.close();
  }
}

/** Cuts a slice by what its lines say: equal ones stay together. The same cut in every process, so that a file has one order. */
const cut = (lines: SlicedLines, at: number, into: SlicedLines, depth: number): SlicedLines => {
  lines.visit(at, (buffer, start, end) => {
    let hash = 0;
    for (let byte = start; byte < end; byte++) hash = Math.imul(hash ^ buffer[byte]!, hashPrime);
    hash ^= hash >>> 15;
    into.add((hash >>> (4 * depth)) % CUTS, buffer, start, end);
  });
  return into;
};
