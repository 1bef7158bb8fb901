/** A bucket in memory. */
import { createHash } from "node:crypto";
import { ConflictError } from "../../src/errors";
import type { MaintenanceStore, StoredObject, TaggedObject, WriteCondition } from "../../src/ports";

interface Kept {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The bucket of a history, whatever it is made of. */
export interface HistoryBucket extends MaintenanceStore {
  /** What is written from now on is of this time. */
  nowMs: number;
  /** Keys that the lifecycle rule takes: only what bears the tag. */
  superseded(): Promise<string[]>;
}

export class Bucket implements HistoryBucket {
  private readonly objects = new Map<string, Kept>();
  nowMs = 0;

  get(
    key: string,
    { lastBytes }: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    const found = this.objects.get(key);
    if (found === undefined) return Promise.resolve(undefined);
    const from = lastBytes === undefined ? 0 : Math.max(0, found.body.length - lastBytes);
    return Promise.resolve({ etag: found.etag, body: found.body.subarray(from) });
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.listWithEtags(prefix);
  }

  listWithEtags(prefix: string): Promise<TaggedObject[]> {
    return Promise.resolve(
      [...this.objects]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { body, modifiedMs, etag }]) => ({ key, bytes: body.length, modifiedMs, etag }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }

  put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    if (condition !== undefined && (this.objects.get(key)?.etag ?? null) !== condition.ifMatch)
      return Promise.reject(new ConflictError(key));
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    this.objects.set(key, { body: Buffer.from(body), etag, modifiedMs: this.nowMs, tags: {} });
    return Promise.resolve({ etag });
  }

  delete(key: string): Promise<void> {
    this.objects.delete(key);
    return Promise.resolve();
  }

  tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    const found = this.objects.get(key);
    if (found?.etag !== etag) return Promise.resolve(false);
    this.objects.set(key, { ...found, tags });
    return Promise.resolve(true);
  }

  deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
    return Promise.resolve();
  }

  superseded(): Promise<string[]> {
    const tagged = [...this.objects].filter(([, { tags }]) => tags["state"] === "superseded");
    return Promise.resolve(tagged.map(([key]) => key));
  }
}
