/** A bucket in a folder of its own, and stores that watch or disturb it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DirectoryStore } from "../../src/local/directoryStore";
import type { ObjectStore, StoredObject, WriteCondition } from "../../src/ports";

export const temporaryBucket = (): { folder: string; store: DirectoryStore; remove: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-bucket-"));
  return { folder, store: new DirectoryStore(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** Says which keys were written; `before` runs before each write. */
export class WatchedStore implements ObjectStore {
  readonly written: string[] = [];
  constructor(
    private readonly inner: ObjectStore,
    private readonly before: (key: string) => Promise<void> = () => Promise.resolve(),
  ) {}
  get(key: string, options?: { readonly lastBytes?: number }): Promise<{ etag: string; body: Uint8Array } | undefined> {
    return this.inner.get(key, options);
  }
  list(prefix: string): Promise<StoredObject[]> {
    return this.inner.list(prefix);
  }
  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    await this.before(key);
    const answer = await this.inner.put(key, body, condition);
    this.written.push(key);
    return answer;
  }
  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }
}
