/** The events that AWS makes of what happens: of an object that was created, and of a queue that holds such messages. */
import { createHash, randomUUID } from "node:crypto";
import { ofType, text, type Deployed, type DeployedResource } from "./deployed";

/** As S3 sends it to EventBridge (S3's user guide, "EventBridge event message structure"). */
export const objectCreated = (bucket: string, key: string, bytes: number, region: string, account: string) => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Object Created",
  source: "aws.s3",
  account,
  time: new Date().toISOString().replace(/\.\d+/, ""),
  region,
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: "0",
    bucket: { name: bucket },
    object: { key, size: bytes, etag: createHash("md5").update(key).digest("hex"), sequencer: "00617F08299329D189" },
    "request-id": "N4N7GDK58NMKJ12R",
    requester: account,
    "source-ip-address": "192.0.2.1",
    reason: "PutObject",
  },
});

export type ObjectCreated = ReturnType<typeof objectCreated>;

type Pattern = { readonly [field: string]: Pattern | readonly (string | { readonly prefix: string })[] };

/** EventBridge's patterns, as far as the stack's go: values, and prefixes of them. @throws Error on any other form. */
export const matches = (pattern: Pattern, event: unknown): boolean =>
  Object.entries(pattern).every(([field, wanted]) => {
    const value = (event as Record<string, unknown>)[field];
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, value ?? {});
    return (wanted as readonly (string | { readonly prefix: string })[]).some((one) => {
      if (typeof one === "string") return value === one;
      if (Object.keys(one).join() !== "prefix") throw new Error(`a pattern of another form: ${JSON.stringify(one)}`);
      return typeof value === "string" && value.startsWith(one.prefix);
    });
  });

/** The rules of the stack that the event goes through. */
export const rulesFor = (deployed: Deployed, event: ObjectCreated): readonly DeployedResource[] =>
  ofType(deployed, "aws:cloudwatch/eventRule:EventRule").filter((rule) =>
    matches(JSON.parse(text(rule, "eventPattern")) as Pattern, event),
  );

export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

/** What Lambda gives a function of a queue (Lambda's developer guide, "Using Lambda with Amazon SQS"). */
export const batchOf = (bodies: readonly string[], queueArn: string): { readonly Records: readonly QueueRecord[] } => ({
  Records: bodies.map((body) => ({
    messageId: randomUUID(),
    receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1545082649183",
      SenderId: "AIDAIENQZJOLO23YVJ4VO",
      ApproximateFirstReceiveTimestamp: "1545082649185",
    },
    messageAttributes: {},
    md5OfBody: createHash("md5").update(body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3]!,
  })),
});
