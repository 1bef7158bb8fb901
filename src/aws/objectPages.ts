import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { TaggedObject } from "../ports";

/** Keys come encoded where that was asked for: XML cannot hold every character of a key. */
const decodeKey = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

/** The objects below a prefix, in S3's order, page by page; those up to the key `after` are left out. */
export const objectPages = async function* (
  client: S3Client,
  { bucket, prefix, after }: { readonly bucket: string; readonly prefix: string; readonly after?: string | undefined },
): AsyncGenerator<readonly TaggedObject[]> {
  let token: string | undefined;
  do {
    const { EncodingType, Contents, NextContinuationToken } = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        EncodingType: "url",
        ...(token === undefined ? { ...(after && { StartAfter: after }) } : { ContinuationToken: token }),
      }),
    );
    yield (Contents ?? []).map(({ Key, Size, LastModified, ETag }) => ({
      key: EncodingType === "url" ? decodeKey(Key!) : Key!,
      bytes: Size ?? 0,
      modifiedMs: LastModified?.getTime() ?? 0,
      etag: ETag ?? "",
    }));
    token = NextContinuationToken;
  } while (token !== undefined);
};
