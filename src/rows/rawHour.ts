import { LOG_COLUMNS, columnIndex, CSV_HEADER } from "../model/columns";
import { ByteInterner } from "./byteInterner";
import { LineSplitter, visitLines } from "./lines";
import { HOUR_SLICES, SlicedLines, timeSlice, visitWholeLines } from "./slicedLines";
import type { TemporaryFolder } from "./temporaryFolder";

const COMMA = 44;
const DASH = 45;
const FIELDS = LOG_COLUMNS.length;
const REQUEST_ID = columnIndex("request_id");
/** Bytes of a piece: the first is small, because most hours of most sites are. */
const FIRST_CHUNK_BYTES = 1 << 13;
const CHUNK_BYTES = 1 << 18;
export const HEADER_LINE = Buffer.from(`${CSV_HEADER}\n`);

/**
 * The lines of one hour as Amplify gave them, each once. Two lines of one request id that say different things are both kept:
 * one may be cut or broken, and only conversion can tell which.
 *
 * What is too much for memory goes to disk (`spillTo`); lines are then taken as they come, and compared when they are merged.
 */
export class RawHour {
  rows = 0;
  bytes = 0;
  /** Where the lines are once they do not lie in memory. */
  spilled: SlicedLines | undefined;
  private ids = new ByteInterner();
  /** Where the first line of each id lies: its chunk, its first byte there and the one after its last. */
  private places: number[] = [];
  private others = new ByteInterner();
  private chunks: Buffer[] = [];
  private used = 0;

  /** Bytes of lines that it holds in memory. */
  get memoryBytes(): number {
    return this.spilled === undefined ? this.bytes : this.spilled.bufferedBytes;
  }

  /** Takes a line unless it is known; says whether it was new. */
  add(buffer: Buffer, start: number, end: number): boolean {
    if (this.spilled !== undefined) {
      this.spilled.add(timeSlice(buffer, start, end), buffer, start, end);
      this.rows++;
      this.bytes += end - start + 1;
      return true;
    }
    let field = 0;
    let idStart = start;
    let idEnd = start;
    for (let at = start; at < end; at++) {
      if (buffer[at] !== COMMA) continue;
      field++;
      if (field === REQUEST_ID) idStart = at + 1;
      else if (field === REQUEST_ID + 1) idEnd = at;
    }
    const hasId = field === FIELDS - 1 && idEnd > idStart && !(idEnd - idStart === 1 && buffer[idStart] === DASH);
    if (hasId) {
      const known = this.ids.size;
      const code = this.ids.internBytes(buffer, idStart, idEnd);
      if (code === known) {
        this.append(buffer, start, end);
        this.places.push(this.chunks.length - 1, this.used - (end - start + 1), this.used - 1);
        return true;
      }
      const [chunk, from, to] = [this.places[code * 3]!, this.places[code * 3 + 1]!, this.places[code * 3 + 2]!];
      if (this.chunks[chunk]!.compare(buffer, start, end, from, to) === 0) return false;
    }
    const known = this.others.size;
    if (this.others.internBytes(buffer, start, end) < known) return false;
    this.append(buffer, start, end);
    return true;
  }

  /** Takes a line that is known to be new. */
  private append(buffer: Buffer, start: number, end: number): void {
    const length = end - start + 1;
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || this.used + length > chunk.length) {
      chunk = Buffer.allocUnsafe(Math.max(Math.min(CHUNK_BYTES, Math.max(FIRST_CHUNK_BYTES, this.bytes)), length));
      if (this.chunks.length > 0) this.chunks[this.chunks.length - 1] = this.chunks.at(-1)!.subarray(0, this.used);
      this.chunks.push(chunk);
      this.used = 0;
    }
    buffer.copy(chunk, this.used, start, end);
    chunk[this.used + length - 1] = 10;
    this.used += length;
    this.rows++;
    this.bytes += length;
  }

  /** The hour's file in pieces of whole lines: Amplify's header, then the rows. A busy hour is held once, never copied. */
  pieces(): readonly Buffer[] {
    const last = this.chunks.at(-1);
    const chunks = last === undefined ? [] : [...this.chunks.slice(0, -1), last.subarray(0, this.used)];
    return [HEADER_LINE, ...chunks];
  }

  /** Whether these bytes are the hour's file. Stops reading where they differ. */
  async isFile(content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<boolean> {
    const own = this.pieces();
    let piece = 0;
    let at = 0;
    for await (const chunk of content) {
      for (let from = 0; from < chunk.length;) {
        const ours = own[piece];
        if (ours === undefined) return false;
        const length = Math.min(chunk.length - from, ours.length - at);
        if (ours.compare(chunk, from, from + length, at, at + length) !== 0) return false;
        from += length;
        at += length;
        if (at === ours.length) [piece, at] = [piece + 1, 0];
      }
    }
    return piece === own.length;
  }

  /** Takes all lines of a stored file but its header. */
  async addFile(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
    let line = 0;
    let added = 0;
    const splitter = new LineSplitter((buffer, start, end) => {
      if (line++ > 0 && end > start && this.add(buffer, start, end)) added++;
    });
    for await (const piece of content) splitter.push(piece);
    splitter.end();
    return added;
  }

  /** The same of a file that may be too large for memory: false, and this hour is of no use, when it is. */
  async addFileUpTo(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): Promise<boolean> {
    let bytes = 0;
    let fits = true;
    async function* limited(): AsyncGenerator<Uint8Array> {
      for await (const piece of content) {
        bytes += piece.byteLength;
        fits = bytes <= maxBytes;
        if (!fits) return;
        yield piece;
      }
    }
    await this.addFile(limited());
    return fits;
  }

  /** Takes lines without a header; says how many were new. */
  addLines(pieces: Iterable<Buffer>): number {
    let added = 0;
    visitLines(pieces, (buffer, start, end) => {
      if (this.add(buffer, start, end)) added++;
    });
    return added;
  }

  /** Takes what another hour holds; says how many lines were new, and how many of ours it lacked. */
  merge(other: RawHour): { added: number; lacking: number } {
    const before = this.rows;
    const added = this.addLines(other.pieces().slice(1));
    return { added, lacking: before - (other.rows - added) };
  }

  /** Its lines in a new file, in slices. */
  toSlices(folder: TemporaryFolder): SlicedLines {
    const slices = new SlicedLines(folder, HOUR_SLICES);
    visitWholeLines(this.pieces().slice(1), (piece, start, end) =>
      slices.add(timeSlice(piece, start, end), piece, start, end),
    );
    return slices;
  }

  /** Moves its lines out of memory into a new file; those that come later go there at once. */
  spillTo(folder: TemporaryFolder): void {
    this.spilled = this.toSlices(folder);
    this.spilled.flush();
    this.chunks = [];
    this.places = [];
    this.used = 0;
    this.ids = new ByteInterner();
    this.others = new ByteInterner();
  }
}
