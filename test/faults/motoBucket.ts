/** The bucket of a history on an S3 that we did not write, through the store that is deployed. */
import { GetObjectTaggingCommand, type S3Client } from "@aws-sdk/client-s3";
import { S3MaintenanceStore } from "../../src/aws/s3MaintenanceStore";
import { inParallel } from "../../src/parallel";
import type { StoredObject, TaggedObject, WriteCondition } from "../../src/ports";
import type { HistoryBucket } from "./bucket";

/** Questions about tags at one time. */
const AT_ONCE = 8;

export class MotoBucket extends S3MaintenanceStore implements HistoryBucket {
  nowMs = 0;
  /** The store's own clock is the history's, not that of S3. */
  private readonly written = new Map<string, number>();

  /** Keys that were ever tagged: only those can be superseded. */
  private readonly tagged = new Set<string>();

  constructor(
    private readonly requests: S3Client,
    private readonly named: string,
  ) {
    super(requests, named);
  }

  override async list(prefix: string): Promise<StoredObject[]> {
    return this.dated(await super.list(prefix));
  }

  override async listWithEtags(prefix: string): Promise<TaggedObject[]> {
    return this.dated(await super.listWithEtags(prefix));
  }

  override async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    const answer = await super.put(key, body, condition);
    this.written.set(key, this.nowMs);
    return answer;
  }

  override async tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    this.tagged.add(key);
    return super.tag(key, etag, tags);
  }

  async superseded(): Promise<string[]> {
    const found = await inParallel([...this.tagged].sort(), AT_ONCE, async (Key) => {
      const request = this.requests.send(new GetObjectTaggingCommand({ Bucket: this.named, Key }));
      const answer = await request.catch((error: unknown) => {
        // One that is gone has no tags; its key may come again.
        if (["NoSuchKey", "MethodNotAllowed"].includes((error as Error).name)) return undefined;
        throw error;
      });
      const tags = answer?.TagSet ?? [];
      return tags.some((tag) => tag.Key === "state" && tag.Value === "superseded") ? [Key] : [];
    });
    return found.flat();
  }

  private dated<Listed extends StoredObject>(objects: readonly Listed[]): Listed[] {
    return objects.map((object) => ({ ...object, modifiedMs: this.written.get(object.key) ?? this.nowMs }));
  }
}
