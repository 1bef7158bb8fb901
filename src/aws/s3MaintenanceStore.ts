import { DeleteObjectsCommand, HeadObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { AmplifyLogsError } from "../errors";
import type { MaintenanceStore } from "../ports";
import { S3Store, statusOf } from "./s3Store";

/** S3's own limit for DeleteObjects. */
const KEYS_PER_DELETION = 1000;

const isGone = (error: unknown): boolean => [404, 412].includes(statusOf(error) ?? 0);

/** A bucket, for those who look after its files. */
export class S3MaintenanceStore extends S3Store implements MaintenanceStore {
  /**
   * Tagging knows no condition, but versions: the tags go to the version that has the ETag, and a newer one stays without them.
   * In a bucket without versions a write in between would be tagged: so it is looked at again, and the tags are taken away.
   */
  async tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    const VersionId = await this.versionOf(key, etag);
    if (VersionId === undefined) return false;
    const target = { Bucket: this.bucket, Key: key, ...(VersionId === null ? {} : { VersionId }) };
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    try {
      await this.client.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet } }));
      if (VersionId !== null || (await this.versionOf(key, etag)) !== undefined) return true;
      await this.client.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [] } }));
      return false;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_PER_DELETION) {
      const { Errors: errors = [] } = await this.client.send(
        new DeleteObjectsCommand({
          Bucket: this.bucket,
          Delete: { Objects: keys.slice(from, from + KEYS_PER_DELETION).map((Key) => ({ Key })), Quiet: true },
        }),
      );
      const [first] = errors;
      if (first === undefined) continue;
      throw new AmplifyLogsError(`S3 did not delete ${errors.length} objects: ${first.Code}: ${first.Message}`, {
        field: first.Key ?? "key",
        retryable: true,
      });
    }
  }

  /** The current version, if it has this ETag: its id, or null in a bucket without versions. */
  private async versionOf(key: string, etag: string): Promise<string | null | undefined> {
    try {
      const answer = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key, IfMatch: etag }));
      return answer.VersionId ?? null;
    } catch (error) {
      if (isGone(error)) return undefined;
      // Where listing is allowed for a prefix only, S3 says 403 for a missing key: the listing tells which it is.
      if (statusOf(error) === 403 && !(await this.list(key)).some((object) => object.key === key)) return undefined;
      throw error;
    }
  }
}
