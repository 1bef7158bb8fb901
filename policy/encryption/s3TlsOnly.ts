import { isTlsOnly, statementsAt, type PolicyStatement } from "../documents";
import { stackRule } from "../rule";
import { BUCKET_POLICIES, BUCKETS } from "../types";

/** The bucket itself, and all that is in it. */
const coversAll = ({ resources }: PolicyStatement): boolean =>
  resources.includes("*") ||
  (resources.some((resource) => resource.endsWith("/*")) && resources.some((resource) => !resource.includes("/")));

export const s3TlsOnly = stackRule({
  name: "s3-tls-only",
  description: "Buckets refuse requests that do not come over TLS.",
  severity: "medium",
  controls: { fsbp: ["S3.5"], cis: ["2.1.1"], nag: ["S10"], checkov: ["CKV_AWS_379"] },
  remediation:
    'new aws.s3.BucketPolicy with { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, bucketArn + "/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }',
  types: BUCKETS,
  judge: (bucket, { violation }, stack) => {
    const holders = [bucket, ...stack.referring(BUCKET_POLICIES, "bucket", bucket)];
    const statements = holders.flatMap((holder) => statementsAt(holder, "policy"));
    if (statements.some((statement) => isTlsOnly(statement, ["s3:*"]) && coversAll(statement))) return;
    violation("policy", "a statement that denies s3:* to everybody when aws:SecureTransport is false", {
      on: holders.at(-1)!,
    });
  },
});
