import { S3Client } from "@aws-sdk/client-s3";

/** S3 with one's own credentials, in whatever region the bucket is. */
export const makeS3Client = (): S3Client =>
  new S3Client({
    followRegionRedirects: true,
    // A stand-in for S3 has no host for each bucket.
    ...(process.env["AWS_ENDPOINT_URL_S3"] === undefined && process.env["AWS_ENDPOINT_URL"] === undefined
      ? {}
      : { forcePathStyle: true }),
  });
