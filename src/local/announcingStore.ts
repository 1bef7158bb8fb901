import type { ObjectStore, StoredObject, WriteCondition } from "../ports";

/** A bucket that tells of each object that is created in it, as S3 tells EventBridge. */
export class AnnouncingStore implements ObjectStore {
  constructor(
    private readonly inner: ObjectStore,
    private readonly created: (key: string) => void,
  ) {}
  get(key: string, options?: { readonly lastBytes?: number }): Promise<{ etag: string; body: Uint8Array } | undefined> {
    return this.inner.get(key, options);
  }
  list(prefix: string): Promise<StoredObject[]> {
    return this.inner.list(prefix);
  }
  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    const written = await this.inner.put(key, body, condition);
    this.created(key);
    return written;
  }
  delete(key: string): Promise<void> {
    return this.inner.delete(key);
  }
}
