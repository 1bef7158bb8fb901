/** What holds for a bucket, whichever of the provider's forms says it: in the bucket itself, or in a resource beside it. */
import { itemPaths, joinPath, type Stack, type StackSubject } from "./subject";
import { BUCKET_ENCRYPTIONS, BUCKET_LIFECYCLES, BUCKET_LOGGINGS, BUCKET_VERSIONINGS } from "./types";

/** A setting's place: the resource that holds it and the path in there. */
export interface Setting {
  readonly on: StackSubject;
  readonly path: string;
}

const beside = (bucket: StackSubject, stack: Stack, types: readonly string[]): StackSubject[] =>
  stack.referring(types, "bucket", bucket);

const items = (on: StackSubject, path: string): Setting[] =>
  itemPaths(on.props, path).map((item) => ({ on, path: item }));

/** A list within each place: `rules` of each configuration. */
const within = (settings: readonly Setting[], key: string): Setting[] =>
  settings.flatMap(({ on, path }) => items(on, joinPath(path, key)));

/** Rules of encryption at rest; each holds `bucketKeyEnabled`. */
export const encryptionRules = (bucket: StackSubject, stack: Stack): Setting[] => [
  ...beside(bucket, stack, BUCKET_ENCRYPTIONS).flatMap((split) => items(split, "rules")),
  ...within(items(bucket, "serverSideEncryptionConfiguration"), "rule"),
  ...within(items(bucket, "serverSideEncryptionConfigurations"), "rules"),
];

/** The default that a rule applies: `sseAlgorithm`, `kmsMasterKeyId`. */
export const encryptionDefaults = (rules: readonly Setting[]): Setting[] => [
  ...within(rules, "applyServerSideEncryptionByDefault"),
  ...within(rules, "applyServerSideEncryptionByDefaults"),
];

/** Where versioning is said, and the value that says it is on. */
export const versioning = (bucket: StackSubject, stack: Stack): (Setting & { readonly wanted: string | boolean })[] => [
  ...beside(bucket, stack, BUCKET_VERSIONINGS).map((on) => ({
    on,
    path: "versioningConfiguration.status",
    wanted: "Enabled",
  })),
  ...[...items(bucket, "versioning"), ...items(bucket, "versionings")].map(({ on, path }) => ({
    on,
    path: joinPath(path, "enabled"),
    wanted: true,
  })),
];

export interface LifecycleRule extends Setting {
  /** Where the rule says whether it is on, and the value that says so. */
  readonly switch: { readonly path: string; readonly on: string | boolean };
  /** Where days to expiry are, of current and of old versions. */
  readonly expirations: readonly string[];
  readonly abort: string;
}

export const lifecycleRules = (bucket: StackSubject, stack: Stack): LifecycleRule[] => [
  ...beside(bucket, stack, BUCKET_LIFECYCLES)
    .flatMap((split) => items(split, "rules"))
    .map(({ on, path }) => ({
      on,
      path,
      switch: { path: joinPath(path, "status"), on: "Enabled" },
      expirations: [
        "expiration.days",
        "expiration.date",
        "expiration.expiredObjectDeleteMarker",
        "noncurrentVersionExpiration.noncurrentDays",
      ].map((key) => joinPath(path, key)),
      abort: joinPath(path, "abortIncompleteMultipartUpload.daysAfterInitiation"),
    })),
  ...items(bucket, "lifecycleRules").map(({ on, path }) => ({
    on,
    path,
    switch: { path: joinPath(path, "enabled"), on: true },
    expirations: [
      "expiration.days",
      "expiration.date",
      "expirations[0].days",
      "expirations[0].date",
      "noncurrentVersionExpiration.days",
      "noncurrentVersionExpirations[0].days",
    ].map((key) => joinPath(path, key)),
    abort: joinPath(path, "abortIncompleteMultipartUploadDays"),
  })),
];

/** Where access logging names the bucket that it goes to. */
export const loggingTargets = (bucket: StackSubject, stack: Stack): Setting[] => [
  ...beside(bucket, stack, BUCKET_LOGGINGS).map((on) => ({ on, path: "targetBucket" })),
  ...[...items(bucket, "logging"), ...items(bucket, "loggings")].map(({ on, path }) => ({
    on,
    path: joinPath(path, "targetBucket"),
  })),
];
