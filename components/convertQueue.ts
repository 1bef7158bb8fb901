import type * as pulumi from "@pulumi/pulumi";
import { BucketNotification, type Bucket } from "@pulumi/aws/s3";
import { SIZING } from "./function";
import type { Labels } from "./labels";
import { createObjectQueue, type ObjectQueue } from "./objectQueue";

/** New raw objects, in a queue that the converter empties. */
export const createConvertQueue = (
  name: string,
  { bucket, rawPrefix, labels }: { readonly bucket: Bucket; readonly rawPrefix: string; readonly labels: Labels },
  parent: pulumi.Resource,
): ObjectQueue => {
  const notification = new BucketNotification(`${name}-data`, { bucket: bucket.bucket, eventbridge: true }, { parent });
  return createObjectQueue(
    name,
    {
      labels,
      ruleSuffix: "raw",
      queueSuffix: "convert",
      roles: { rule: "rawRule", queue: "convertQueue", deadLetters: "convertDeadLetters" },
      bucketName: bucket.bucket,
      keyPrefix: `${rawPrefix}/`,
      timeoutSeconds: SIZING.convert.timeoutSeconds,
      dependsOn: [notification],
    },
    parent,
  );
};
