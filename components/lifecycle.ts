import type * as s3 from "@pulumi/aws/s3";
import type { types } from "@pulumi/aws";
import type { LakeSettings } from "../src/model/configuration";
import { PREFIXES } from "../src/model/keys";

type Rule = types.input.s3.BucketLifecycleConfigurationRule;

/** Days in which a mistake can still be undone from an old version. */
const OLD_VERSION_DAYS = 7;
/** Days that superseded files stay for queries that still read them. */
const SUPERSEDED_DAYS = 2;

const housekeeping: Rule[] = [
  {
    id: "old-versions",
    status: "Enabled",
    filter: { prefix: "" },
    noncurrentVersionExpiration: { noncurrentDays: OLD_VERSION_DAYS },
    // A marker that hides no version any more only slows listings down.
    expiration: { expiredObjectDeleteMarker: true },
  },
  {
    id: "unfinished-uploads",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  },
];

const expireBelow = (id: string, prefix: string, days: number): Rule => ({
  id,
  status: "Enabled",
  filter: { prefix: `${prefix}/` },
  expiration: { days },
});

/**
 * What expires in the data bucket. The table's own retention is the only rule by age on files that a partition points at;
 * what a compaction superseded goes early, and by its tag alone. coverage/ and state/ never expire: they are small, and
 * state/ is what partitions are rebuilt from.
 */
export const dataLifecycle = ({ retention, rawPrefix }: LakeSettings): s3.BucketLifecycleConfigurationArgs["rules"] => [
  expireBelow("raw", rawPrefix, retention.rawDays),
  expireBelow("table", PREFIXES.accessLogs, retention.tableDays),
  expireBelow("table-compacted", PREFIXES.compacted, retention.tableDays),
  expireBelow("rejected", PREFIXES.rejected, retention.rejectedDays),
  expireBelow("quarantine", PREFIXES.quarantine, retention.rejectedDays),
  expireBelow("cloudfront-json", PREFIXES.cloudFrontJson, retention.tableDays),
  expireBelow("processed", PREFIXES.processed, retention.tableDays),
  expireBelow("errors", PREFIXES.errors, retention.rejectedDays),
  {
    id: "superseded",
    status: "Enabled",
    filter: { tag: { key: "state", value: "superseded" } },
    expiration: { days: SUPERSEDED_DAYS },
  },
  ...housekeeping,
];

export const trailLifecycle = (days: number): s3.BucketLifecycleConfigurationArgs["rules"] => [
  { id: "trail", status: "Enabled", filter: { prefix: "" }, expiration: { days } },
  ...housekeeping,
];

/** What was delivered to a source's own bucket; its rows are in the lake by then. */
export const sourceLifecycle = (days: number): s3.BucketLifecycleConfigurationArgs["rules"] => [
  { id: "delivered", status: "Enabled", filter: { prefix: "" }, expiration: { days } },
  ...housekeeping,
];

export const resultsLifecycle = ({ retention }: LakeSettings): s3.BucketLifecycleConfigurationArgs["rules"] => [
  { id: "results", status: "Enabled", filter: { prefix: "" }, expiration: { days: retention.resultsDays } },
  ...housekeeping,
];
