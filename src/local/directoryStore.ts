import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { AmplifyLogsError, ConflictError } from "../errors";
import type { ObjectStore, StoredObject, WriteCondition } from "../ports";

const md5 = (body: Uint8Array): string => `"${createHash("md5").update(body).digest("hex")}"`;
const isMissing = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
const LOCK_SUFFIX = ".lock";
/** Older locks belong to a process that died: a write takes milliseconds. */
const STALE_LOCK_MS = 30_000;

let counter = 0;

/** A bucket as a directory: keys are paths, ETags are MD5 as S3's are, writes are atomic and can be conditional. */
export class DirectoryStore implements ObjectStore {
  constructor(private readonly root: string) {}

  async get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    try {
      const body = await readFile(this.fileOf(key));
      const last = options.lastBytes;
      return { etag: md5(body), body: last === undefined ? body : body.subarray(Math.max(0, body.length - last)) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const found: StoredObject[] = [];
    const walk = async (below: string): Promise<void> => {
      const entries = await readdir(path.join(this.root, below), { withFileTypes: true }).catch((error: unknown) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const entry of entries) {
        const key = `${below}${entry.name}`;
        if (entry.isDirectory()) {
          if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) await walk(`${key}/`);
        } else if (key.startsWith(prefix) && !entry.name.startsWith(".")) {
          const { size, mtimeMs } = await stat(path.join(this.root, key));
          found.push({ key, bytes: size, modifiedMs: mtimeMs });
        }
      }
    };
    await walk(folder);
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    const file = this.fileOf(key);
    const folder = path.dirname(file);
    const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.${counter++}`);
    await writeFile(temporary, body).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await mkdir(folder, { recursive: true });
      await writeFile(temporary, body);
    });
    try {
      if (condition === undefined) await rename(temporary, file);
      else await this.locked(file, key, () => this.replace(temporary, file, key, condition));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { etag: md5(body) };
  }

  async delete(key: string): Promise<void> {
    await rm(this.fileOf(key), { force: true });
  }

  private async replace(temporary: string, file: string, key: string, condition: WriteCondition): Promise<void> {
    const now = await this.get(key);
    if ((now?.etag ?? null) !== condition.ifMatch) throw new ConflictError(key);
    await rename(temporary, file);
  }

  private async locked(file: string, key: string, work: () => Promise<void>): Promise<void> {
    const lock = path.join(path.dirname(file), `.${path.basename(file)}${LOCK_SUFFIX}`);
    try {
      closeSync(openSync(lock, "wx"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (age > STALE_LOCK_MS) await rm(lock, { force: true });
      throw new ConflictError(key, error);
    }
    try {
      await work();
    } finally {
      await rm(lock, { force: true });
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
