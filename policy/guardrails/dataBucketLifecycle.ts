import { lifecycleRules, versioning } from "../bucketSettings";
import { stackRule } from "../rule";
import { at, knownAt, type Stack, type StackSubject } from "../subject";
import { BUCKETS, CATALOG_TABLE, CRAWLER, FUNCTION, OBJECTS, TRAIL, WORKGROUP } from "../types";

/** What writes to a bucket, or has its data in one. */
const WRITERS = [FUNCTION, CATALOG_TABLE, CRAWLER, TRAIL, WORKGROUP, ...OBJECTS];

const holdsData = (bucket: StackSubject, stack: Stack): boolean => {
  const name = knownAt(bucket.props, "bucket") ?? knownAt(bucket.outputs, "bucket");
  return stack.ofTypes(WRITERS).some(
    (writer) =>
      stack.mentions(writer, bucket) ||
      // Names stand in environments and locations too.
      (typeof name === "string" && name !== "" && JSON.stringify(knownTexts(writer)).includes(name)),
  );
};

const knownTexts = ({ props }: StackSubject): unknown[] =>
  ["environment.variables.BUCKET", "storageDescriptor.location"].map((path) => knownAt(props, path));

const keepsVersions = (bucket: StackSubject, stack: Stack): boolean =>
  versioning(bucket, stack).some(({ on, path, wanted }) => at(on.props, path) === wanted);

export const dataBucketLifecycle = stackRule({
  name: "data-bucket-lifecycle",
  description: "Buckets with data have a lifecycle, which also clears away old versions.",
  severity: "medium",
  controls: { fsbp: ["S3.10"] },
  remediation:
    'rules: [{ id: "old-versions", status: "Enabled", filter: { prefix: "" }, noncurrentVersionExpiration: { noncurrentDays: 7 } }]',
  types: BUCKETS,
  notApplicable: (bucket, stack) => (holdsData(bucket, stack) ? undefined : "Nothing in the stack keeps data in it"),
  judge: (bucket, { violation }, stack) => {
    const active = lifecycleRules(bucket, stack).filter(
      ({ on, switch: state }) => at(on.props, state.path) === state.on,
    );
    if (active.length === 0) {
      violation("lifecycleRules", "at least one enabled rule", { found: "absent" });
      return;
    }
    if (!keepsVersions(bucket, stack)) return;
    const old = (path: string): boolean => /noncurrent/i.test(path);
    if (active.some(({ on, expirations }) => expirations.some((path) => old(path) && at(on.props, path) !== undefined)))
      return;
    violation("rules", "an enabled rule that expires old versions, since the bucket keeps them", {
      on: active[0]!.on,
    });
  },
});
