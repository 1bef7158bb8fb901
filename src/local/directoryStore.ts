import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Dirent,
} from "node:fs";
import path from "node:path";
import { AmplifyLogsError, ConflictError } from "../errors";
import type { FileBody, ObjectStore, OpenedObject, StoredObject, WriteCondition } from "../ports";

const md5 = (body: Uint8Array): string => `"${createHash("md5").update(body).digest("hex")}"`;
const isMissing = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
const LOCK_SUFFIX = ".lock";
/** Older locks belong to a process that died: a write takes milliseconds. */
const STALE_LOCK_MS = 30_000;

/** Larger files are read in pieces where the caller can take them so. */
const SMALL_BYTES = 1 << 22;
const PIECE_BYTES = 1 << 18;

const md5OfFile = (file: number): string => {
  const hash = createHash("md5");
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0, length = -1; length !== 0; at += length) {
    length = readSync(file, piece, 0, PIECE_BYTES, at);
    hash.update(piece.subarray(0, length));
  }
  return `"${hash.digest("hex")}"`;
};

let counter = 0;

const orUndefined = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** A promise of what blocks: its error is a rejection, as of any store. */
const settled = <Value>(work: () => Value): Promise<Value> => new Promise((resolve) => resolve(work()));

/** One writer at a time for a file: whoever comes second has a conflict, as with S3's conditional writes. */
const locked = (file: string, key: string, work: () => void): void => {
  const lock = path.join(path.dirname(file), `.${path.basename(file)}${LOCK_SUFFIX}`);
  try {
    closeSync(openSync(lock, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const age = Date.now() - (orUndefined(() => statSync(lock))?.mtimeMs ?? Date.now());
    if (age > STALE_LOCK_MS) rmSync(lock, { force: true });
    throw new ConflictError(key, { cause: error, undecided: true });
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
};

/**
 * A bucket as a directory: keys are paths, ETags are MD5 as S3's are, writes are atomic and can be conditional. Its calls block,
 * each for some microseconds: thousands of small files take a third of the time that they take by way of the thread pool.
 */
export class DirectoryStore implements ObjectStore {
  constructor(private readonly root: string) {}

  get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    return settled(() => this.read(key, options.lastBytes));
  }

  list(prefix: string): Promise<StoredObject[]> {
    return settled(() => {
      const found: StoredObject[] = [];
      this.walk(prefix.slice(0, prefix.lastIndexOf("/") + 1), prefix, found);
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    return settled(() => {
      this.place(key, (temporary) => writeFileSync(temporary, body), condition);
      return { etag: md5(body) };
    });
  }

  open(key: string): Promise<OpenedObject | undefined> {
    return settled(() => {
      const file = orUndefined(() => openSync(this.fileOf(key), "r"));
      if (file === undefined) return undefined;
      const { size, mtimeMs: modifiedMs } = fstatSync(file);
      if (size <= SMALL_BYTES) {
        const body = readFileSync(file);
        closeSync(file);
        return { etag: md5(body), bytes: size, modifiedMs, body: [body] };
      }
      // The same open file for both: a writer puts another one in its place.
      const etag = md5OfFile(file);
      const body = createReadStream("", { fd: file, start: 0, highWaterMark: PIECE_BYTES });
      return { etag, bytes: size, modifiedMs, body: body as AsyncIterable<Buffer> };
    });
  }

  putFile(key: string, { path: from }: FileBody, condition?: WriteCondition): Promise<{ etag: string }> {
    return settled(() => {
      let etag = "";
      const copy = (temporary: string): void => {
        copyFileSync(from, temporary);
        // Temporary files are their owner's alone.
        chmodSync(temporary, 0o666 & ~process.umask());
        const file = openSync(temporary, "r");
        etag = md5OfFile(file);
        closeSync(file);
      };
      this.place(key, copy, condition);
      return { etag };
    });
  }

  delete(key: string): Promise<void> {
    return settled(() => rmSync(this.fileOf(key), { force: true }));
  }

  private place(key: string, write: (temporary: string) => void, condition?: WriteCondition): void {
    const file = this.fileOf(key);
    const folder = path.dirname(file);
    const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.${counter++}`);
    try {
      mkdirSync(folder, { recursive: true });
      write(temporary);
      if (condition === undefined) renameSync(temporary, file);
      else locked(file, key, () => this.replace(temporary, file, key, condition));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  private read(key: string, lastBytes?: number): { etag: string; body: Uint8Array } | undefined {
    const body = orUndefined(() => readFileSync(this.fileOf(key)));
    if (body === undefined) return undefined;
    return {
      etag: md5(body),
      body: lastBytes === undefined ? body : body.subarray(Math.max(0, body.length - lastBytes)),
    };
  }

  private walk(below: string, prefix: string, found: StoredObject[]): void {
    const folder = path.join(this.root, below);
    const entries: Dirent[] = orUndefined(() => readdirSync(folder, { withFileTypes: true })) ?? [];
    for (const entry of entries) {
      const key = `${below}${entry.name}`;
      if (entry.isDirectory()) {
        if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) this.walk(`${key}/`, prefix, found);
      } else if (key.startsWith(prefix) && !entry.name.startsWith(".")) {
        // Another process may have removed it since.
        const stat = orUndefined(() => statSync(path.join(this.root, key)));
        if (stat !== undefined) found.push({ key, bytes: stat.size, modifiedMs: stat.mtimeMs });
      }
    }
  }

  private replace(temporary: string, file: string, key: string, condition: WriteCondition): void {
    if (this.etagOf(key) !== condition.ifMatch) throw new ConflictError(key);
    renameSync(temporary, file);
  }

  private etagOf(key: string): string | null {
    const file = orUndefined(() => openSync(this.fileOf(key), "r"));
    if (file === undefined) return null;
    try {
      return orUndefined(() => md5OfFile(file)) ?? null;
    } finally {
      closeSync(file);
    }
  }

  private fileOf(key: string): string {
    const file = path.join(this.root, key);
    if (key === "" || path.relative(this.root, file).startsWith("..") || key.includes("\0")) {
      throw new AmplifyLogsError("a key that leaves its bucket", { field: "key", value: key });
    }
    return file;
  }
}
