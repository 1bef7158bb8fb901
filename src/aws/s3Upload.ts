import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { crc32 } from "node:zlib";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { FileBody, TaggedObject } from "../ports";
import { S3Store } from "./s3Store";

const PIECE_BYTES = 1 << 18;

const digestsOf = async (file: string): Promise<{ readonly md5: string; readonly crc32: string }> => {
  const md5 = createHash("md5");
  let sum = 0;
  for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    md5.update(piece);
    sum = crc32(piece, sum);
  }
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return { md5: md5.digest("hex"), crc32: bytes.toString("base64") };
};

/** Sends files to a bucket, and knows which are there already. */
export class S3Upload {
  private readonly store: S3Store;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {
    this.store = new S3Store(client, bucket);
  }

  /**
   * Whether the object has the file's content: the same size, and the ETag is its MD5. Where S3 has no MD5 for an ETag (keys of
   * KMS, parts), the CRC-32 decides that S3Store leaves with each file.
   */
  async isThere({ path, bytes }: FileBody, object: TaggedObject | undefined): Promise<boolean> {
    if (object?.bytes !== bytes) return false;
    const { md5, crc32: checksum } = await digestsOf(path);
    if (object.etag === `"${md5}"`) return true;
    try {
      const head = await this.client.send(
        new HeadObjectCommand({ Bucket: this.bucket, Key: object.key, ChecksumMode: "ENABLED" }),
      );
      const hasNoMd5 = object.etag.includes("-") || (head.ServerSideEncryption?.startsWith("aws:kms") ?? false);
      return hasNoMd5 && head.ETag === object.etag && head.ChecksumCRC32 === checksum;
    } catch {
      // Who may not read may still write.
      return false;
    }
  }

  async send(key: string, file: FileBody): Promise<void> {
    // A stream without a byte is none to the SDK.
    if (file.bytes === 0) await this.store.put(key, new Uint8Array(0));
    else await this.store.putFile(key, file);
  }
}
