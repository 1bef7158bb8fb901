import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { crc32 } from "node:zlib";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  DeleteObjectCommand,
  type GetObjectCommandOutput,
  type PutObjectCommandInput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ConflictError } from "../errors";
import { metered } from "../garbage";
import type { FileBody, ObjectStore, OpenedObject, StoredObject, TaggedObject, WriteCondition } from "../ports";
import { objectPages } from "./objectPages";

interface ServiceError {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export const statusOf = (error: unknown): number | undefined => (error as ServiceError).$metadata?.httpStatusCode;

/** The SDK sends a stream once only, so what may pass is tried again here. */
const FILE_ATTEMPTS = 3;
const FIRST_WAIT_MS = 500;
const mayPass = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429;
};

const PIECE_BYTES = 1 << 18;

const piecesOf = (path: string): AsyncGenerator<Buffer> =>
  metered(createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>);

/** As S3 wants it: CRC-32, its most significant byte first, base64. */
const checksumOf = async (path: string): Promise<string> => {
  let sum = 0;
  for await (const piece of piecesOf(path)) sum = crc32(piece, sum);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
};

/** A bucket. Reads of what is missing, and conditions that do not hold, are told apart from failures. */
export class S3Store implements ObjectStore {
  constructor(
    protected readonly client: S3Client,
    protected readonly bucket: string,
  ) {}

  async get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    const answer = await this.read(key, options.lastBytes === undefined ? undefined : `bytes=-${options.lastBytes}`);
    return answer && { etag: answer.ETag!, body: await answer.Body!.transformToByteArray() };
  }

  async open(key: string): Promise<OpenedObject | undefined> {
    const answer = await this.read(key);
    if (answer === undefined) return undefined;
    // In Node the body is a Readable.
    const body = answer.Body as unknown as AsyncIterable<Uint8Array>;
    return { etag: answer.ETag!, bytes: answer.ContentLength!, modifiedMs: answer.LastModified?.getTime(), body };
  }

  list(prefix: string): Promise<StoredObject[]> {
    return this.listWithEtags(prefix);
  }

  async listWithEtags(prefix: string): Promise<TaggedObject[]> {
    const found: TaggedObject[] = [];
    for await (const page of objectPages(this.client, { bucket: this.bucket, prefix })) found.push(...page);
    return found;
  }

  put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    return this.write({ Bucket: this.bucket, Key: key, Body: body }, condition);
  }

  async putFile(key: string, { path, bytes }: FileBody, condition?: WriteCondition): Promise<{ etag: string }> {
    // Given beforehand, or the SDK would send the file in chunks of its own format, with the checksum at the end.
    const ChecksumCRC32 = await checksumOf(path);
    for (let attempt = 1; ; attempt++) {
      const Body = Readable.from(piecesOf(path), { objectMode: false });
      try {
        const content = { Body, ContentLength: bytes, ChecksumCRC32 };
        return await this.write({ Bucket: this.bucket, Key: key, ...content }, condition);
      } catch (error) {
        // A write that held although its answer was lost is a conflict now, and the caller finds its own rows.
        if (error instanceof ConflictError || !mayPass(error) || attempt === FILE_ATTEMPTS) throw error;
        await wait(FIRST_WAIT_MS * 2 ** attempt);
      } finally {
        Body.destroy();
      }
    }
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  private async read(key: string, range?: string): Promise<GetObjectCommandOutput | undefined> {
    try {
      const Range = range === undefined ? {} : { Range: range };
      return await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, ...Range }));
    } catch (error) {
      const status = statusOf(error);
      if (status === 404) return undefined;
      // Where listing is allowed for a prefix only, S3 says 403 for a missing key: the listing tells which it is.
      if (status === 403 && !(await this.exists(key))) return undefined;
      throw error;
    }
  }

  private async write(input: PutObjectCommandInput, condition?: WriteCondition): Promise<{ etag: string }> {
    const when =
      condition === undefined ? {} : condition.ifMatch === null ? { IfNoneMatch: "*" } : { IfMatch: condition.ifMatch };
    try {
      const answer = await this.client.send(new PutObjectCommand({ ...input, ...when }));
      return { etag: answer.ETag! };
    } catch (error) {
      const status = statusOf(error);
      // 412: the condition does not hold. 409: somebody writes at this moment. 404: the object that If-Match names is gone, or
      // there is no such bucket, which is no race.
      const isGone = status === 404 && (error as ServiceError).name !== "NoSuchBucket";
      if (condition !== undefined && (status === 412 || status === 409 || isGone))
        throw new ConflictError(input.Key!, { cause: error, undecided: status === 409 });
      throw error;
    }
  }

  private async exists(key: string): Promise<boolean> {
    const page = await this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: key, MaxKeys: 1 }));
    return (page.Contents ?? []).some((object) => object.Key === key);
  }
}
