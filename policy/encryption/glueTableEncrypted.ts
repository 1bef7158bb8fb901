import { encryptionDefaults, encryptionRules } from "../bucketSettings";
import { stackRule } from "../rule";
import { patterns } from "../settings";
import { at, isUnknownAt, joinPath, knownAt, type Stack, type StackSubject } from "../subject";
import { BUCKETS, CATALOG_TABLE } from "../types";

const LOCATION = "storageDescriptor.location";
const ALGORITHMS: readonly unknown[] = ["AES256", "aws:kms", "aws:kms:dsse"];

const bucketIn = (location: unknown): string => /^s3[an]?:\/\/([^/]+)/.exec(String(location))?.[1] ?? "";

/** By its name, or at preview by what the location was made from. */
const bucketOf = (table: StackSubject, stack: Stack): StackSubject | undefined => {
  const buckets = stack.ofTypes(BUCKETS);
  if (isUnknownAt(table.props, LOCATION)) {
    const made = table.references["storageDescriptor"] ?? [];
    return buckets.find(({ urn }) => made.includes(urn));
  }
  const name = bucketIn(at(table.props, LOCATION));
  return buckets.find(({ props, outputs }) => (knownAt(props, "bucket") ?? knownAt(outputs, "bucket")) === name);
};

const isEncrypted = (bucket: StackSubject, stack: Stack): boolean =>
  encryptionDefaults(encryptionRules(bucket, stack)).some(({ on, path }) =>
    ALGORITHMS.includes(at(on.props, joinPath(path, "sseAlgorithm"))),
  );

export const glueTableEncrypted = stackRule({
  name: "glue-table-encrypted",
  description: "Tables lie in encrypted buckets of the stack.",
  severity: "high",
  controls: {},
  remediation:
    "storageDescriptor: { location: pulumi.interpolate`s3://${bucket.bucket}/prefix/` } of a bucket with a BucketServerSideEncryptionConfiguration",
  settings: { otherBuckets: patterns("Names of buckets elsewhere that are known to be encrypted", []) },
  types: [CATALOG_TABLE],
  notApplicable: ({ props }) => {
    if (at(props, "tableType") === "VIRTUAL_VIEW") return "A view has no files";
    return !isUnknownAt(props, LOCATION) && !at(props, LOCATION) ? "The table has no files of its own" : undefined;
  },
  judge: (table, { settings, violation }, stack) => {
    const bucket = bucketOf(table, stack);
    if (bucket !== undefined) {
      if (!isEncrypted(bucket, stack)) violation(LOCATION, `a bucket that is encrypted; ${bucket.name} is not`);
      return;
    }
    const name = bucketIn(at(table.props, LOCATION));
    if (settings.otherBuckets.some((pattern) => new RegExp(pattern).test(name))) return;
    violation(LOCATION, "a bucket of this stack, or one that the setting otherBuckets names");
  },
});
