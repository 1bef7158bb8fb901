import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  DeleteObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ConflictError } from "../errors";
import type { ObjectStore, StoredObject, WriteCondition } from "../ports";

interface ServiceError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as ServiceError).$metadata?.httpStatusCode;

/** A bucket. Reads of what is missing, and conditions that do not hold, are told apart from failures. */
export class S3Store implements ObjectStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  async get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    const range = options.lastBytes === undefined ? {} : { Range: `bytes=-${options.lastBytes}` };
    try {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, ...range }));
      return { etag: answer.ETag!, body: await answer.Body!.transformToByteArray() };
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return undefined;
      // Where listing is allowed for a prefix only, S3 says 403 for a missing key: the listing tells which it is.
      if (status === 403 && !(await this.exists(key))) return undefined;
      throw error;
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        found.push({ key: Key!, bytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    const when =
      condition === undefined ? {} : condition.ifMatch === null ? { IfNoneMatch: "*" } : { IfMatch: condition.ifMatch };
    try {
      const answer = await this.client.send(
        new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ...when }),
      );
      return { etag: answer.ETag! };
    } catch (error) {
      const status = statusOf(error);
      // 412: the condition does not hold. 409: somebody writes at this moment. 404: the object that If-Match names is gone.
      if (condition !== undefined && (status === 412 || status === 409 || status === 404))
        throw new ConflictError(key, error);
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  private async exists(key: string): Promise<boolean> {
    const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: key, MaxKeys: 1 }));
    return (page.Contents ?? []).some((object) => object.Key === key);
  }
}
