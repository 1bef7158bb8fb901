import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { InputError } from "../../errors";
import { Deflate } from "./deflate";
import { LineBuffer } from "./lineBuffer";

/** Bytes that are written, or packed, at one time. */
const CHUNK_BYTES = 1 << 18;
/** RFC 1952: no name, no time, an unknown system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

const describe = (file: string, error: unknown): InputError => {
  const { code, message } = error as NodeJS.ErrnoException;
  const fixes: Readonly<Record<string, string>> = {
    ENOSPC: "make room on the disk, or ask for fewer --days or --entries",
    EACCES: "choose a folder that you may write to",
    EROFS: "choose a folder that you may write to",
    EISDIR: "a folder has this name: remove it, or choose another --output-dir",
    ENOTDIR: "a file has a folder's name: remove it, or choose another --output-dir",
    EEXIST: "a file has a folder's name: remove it, or choose another --output-dir",
  };
  const fix = fixes[code ?? ""] ?? "choose another folder";
  return new InputError(`cannot be written: ${message}`, { field: "--output-dir", value: file, fix, cause: error });
};

/** The folder's file has another name until it is whole: who reads the folder never sees half of it. */
export class OutputFile {
  /** Bytes of the rows, before they are packed. */
  bytes = 0;
  private stored = 0;
  private checksum = 0;
  private readonly temporary: string;
  private readonly descriptor: number;
  private readonly pending = new LineBuffer(CHUNK_BYTES);
  private readonly deflate: Deflate | undefined;
  private readonly packed: Uint8Array;

  constructor(
    private readonly file: string,
    { gzip, header }: { readonly gzip: boolean; readonly header: Uint8Array },
  ) {
    this.temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
    this.deflate = gzip ? new Deflate() : undefined;
    this.packed = new Uint8Array(gzip ? Deflate.bound(CHUNK_BYTES) : 0);
    this.descriptor = this.guard(() => {
      mkdirSync(path.dirname(file), { recursive: true });
      return openSync(this.temporary, "w");
    });
    if (gzip) this.store(GZIP_HEADER);
    this.write(header, 0, header.length);
  }

  write(source: Uint8Array, start: number, end: number): void {
    const { pending } = this;
    if (pending.end + end - start > CHUNK_BYTES) this.flush(false);
    pending.bytes.set(source.subarray(start, end), pending.end);
    pending.end += end - start;
    this.bytes += end - start;
  }

  /** Puts the file in its place, over another of its name. Returns its size in bytes. */
  commit(): number {
    this.flush(true);
    if (this.deflate !== undefined) {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(this.checksum, 0);
      trailer.writeUInt32LE(this.bytes >>> 0, 4);
      this.store(trailer);
    }
    this.guard(() => {
      closeSync(this.descriptor);
      renameSync(this.temporary, this.file);
    });
    return this.stored;
  }

  discard(): void {
    try {
      closeSync(this.descriptor);
    } catch {
      // Closed already.
    }
    rmSync(this.temporary, { force: true });
  }

  private flush(isLast: boolean): void {
    const { pending, deflate, packed } = this;
    const chunk = pending.bytes.subarray(0, pending.end);
    pending.end = 0;
    if (deflate === undefined) return this.store(chunk);
    this.checksum = crc32(chunk, this.checksum);
    this.store(packed.subarray(0, deflate.block(chunk, chunk.length, packed, isLast)));
  }

  /** Synchronous: whoever makes rows waits for the disk, and memory stays as it is. */
  private store(bytes: Uint8Array): void {
    this.guard(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    });
    this.stored += bytes.length;
  }

  private guard<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw describe(this.file, error);
    }
  }
}
