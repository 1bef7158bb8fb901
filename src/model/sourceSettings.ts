/** Settings that each further source of a lake has: once for all of them. */
import * as z from "zod";
import { arn, flag, rule, text, whole } from "./settingRules";
import { labelShape, logDays, privacyShape, runtime } from "./sharedSettings";

/** Text now, or an output that is known later. */
const bucketName = () =>
  rule<unknown>(
    (value) =>
      typeof value === "string"
        ? /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)
        : typeof value === "object" && value !== null,
    "is not the name of a bucket",
    "write the name alone, without s3:// and without a prefix",
  );

const bucketSchema = z.strictObject({
  name: bucketName().describe("Name of an existing bucket that logs are delivered to."),
  prefix: text(
    /^[^/\s*?](?:[^\s*?]*[^/\s*?])?$/,
    "must be a prefix without slashes at its ends",
    "write for example AWSLogs/123456789012/CloudFront",
  )
    .optional()
    .describe("Beginning of the keys that are read. Default: the whole bucket."),
  notifies: flag()
    .default(false)
    .describe("Whether the bucket is told to report to EventBridge; this replaces its notification configuration."),
  kmsKeyArn: arn("kms", "arn:aws:kms:eu-central-1:123456789012:key/...").describe(
    "Customer key of the bucket's objects.",
  ),
});

/** A crawler writes its schedule as EventBridge does, but knows no rate. */
const crawlerSchedule = () =>
  text(/^cron\(\S+( \S+){5}\)$/, "must be a schedule of Glue", "write cron(0 */6 * * ? *), times in UTC");

/** @param schedule what it runs by where nothing is said */
export const crawlerSchema = (schedule: string) =>
  z.strictObject({
    schedule: crawlerSchedule().default(schedule).describe("When the crawler runs."),
    tableLevel: whole(1, 20, "levels")
      .optional()
      .describe(
        "Depth at which a folder is a table: 2 where tables are BUCKET/logs/SERVICE. Default: by the prefix's depth.",
      ),
    newFoldersOnly: flag()
      .default(false)
      .describe("Whether folders that were crawled once are passed by: cheaper, but their new columns are not found."),
    kmsKeyArn: arn("kms", "arn:aws:kms:eu-central-1:123456789012:key/...").describe(
      "An own key of the crawler's log, which CloudWatch Logs may use. Default: one is made (1 USD a month, November 2026).",
    ),
  });

/** All but the lake, which is a resource. */
export const sourceShape = {
  ...labelShape,
  bucket: bucketSchema.optional().describe("An existing bucket that logs are delivered to. Default: one is made."),
  sourceDays: whole(1, 3650, "days").default(30).describe("Days that delivered objects stay in a bucket that is made."),
  protectData: flag().default(true).describe("Whether a bucket that is made refuses to be destroyed."),
  ...privacyShape,
  alarmTopicArn: arn("sns", "arn:aws:sns:eu-central-1:123456789012:alarms").describe("Topic that the alarms go to."),
  logDays: logDays(),
  runtime: runtime(),
};
