/**
 * The controls that packs for such a pipeline are measured by, and which public packs have each (their sources, November 2026): the list
 * is older than the rules, and no rule makes it longer.
 */
import type { Controls } from "../../policy/catalogues";

export interface ListedControl {
  readonly control: string;
  /** Our rules. */
  readonly rules: readonly string[];
  /** Ids of cdk-nag's AwsSolutions pack. */
  readonly nag?: readonly string[];
  readonly checkov?: readonly string[];
  readonly compliancePolicies?: true;
  readonly awsGuard?: true;
}

const listed = (
  control: string,
  rules: string,
  known: Pick<Controls, "nag" | "checkov" | "compliancePolicies" | "awsGuard"> = {},
): ListedControl => ({ control, rules: rules.split(" "), ...known });
const aws = (...numbers: readonly number[]): string[] => numbers.map((number) => `CKV_AWS_${number}`);
const P = { compliancePolicies: true } as const;
const G = { awsGuard: true } as const;

export const CONTROL_LIST: readonly ListedControl[] = [
  listed("encryption at rest", "s3-encryption", { ...P, checkov: aws(19) }),
  listed("customer key", "s3-customer-key", { ...P, checkov: aws(145) }),
  listed("bucket key", "s3-bucket-key", P),
  listed("block public access", "s3-public-access-block", {
    nag: ["S2"],
    checkov: [...aws(53, 54, 55, 56), "CKV2_AWS_6"],
  }),
  listed("no ACLs", "s3-no-acls", { ...P, checkov: aws(20, 57) }),
  listed("TLS only", "s3-tls-only", { nag: ["S10"], checkov: aws(379) }),
  listed("no open principal", "s3-no-open-principal", { nag: ["S5"], checkov: aws(70) }),
  listed("access logging", "s3-access-logging", { ...G, nag: ["S1"], checkov: aws(18) }),
  listed("versioning", "s3-versioning", { checkov: aws(21) }),
  listed("lifecycle", "s3-lifecycle-expiry data-bucket-lifecycle", { checkov: ["CKV2_AWS_61"] }),
  listed("abort multipart", "s3-abort-multipart", { checkov: aws(300) }),
  listed("invoke permission", "lambda-permission-source", { ...P, checkov: aws(301, 364) }),
  listed("runtime supported", "lambda-runtime", { nag: ["L1"], checkov: aws(363) }),
  listed("URL authorisation", "lambda-url-authorization", { checkov: aws(258) }),
  listed("DLQ", "lambda-dead-letters schedule-dead-letters", { checkov: aws(116) }),
  listed("on-failure destination", "lambda-dead-letters"),
  listed("tracing", "lambda-tracing", { ...P, checkov: aws(50) }),
  listed("secrets in environment", "lambda-no-secrets", { checkov: aws(45) }),
  listed("environment key", "lambda-environment-key", { checkov: aws(173) }),
  listed("concurrency", "lambda-concurrency", { checkov: aws(115) }),
  listed("no `*:*`", "iam-no-star", { checkov: aws(62, 63) }),
  listed("no wildcards", "iam-no-wildcard-actions iam-no-wildcard-resources", {
    nag: ["IAM5"],
    checkov: aws(289, 290, 355),
  }),
  listed("no broad managed policy", "iam-no-broad-managed-policy", { nag: ["IAM4"], checkov: aws(274) }),
  listed("trust not open", "iam-trust-not-open", { checkov: aws(60, 61) }),
  listed("role management conflict", "iam-no-mixed-policies", G),
  listed("decrypt any key", "kms-no-decrypt-all"),
  listed("key rotation", "kms-key-rotation", { ...P, ...G, nag: ["KMS5"], checkov: aws(7) }),
  listed("key not public", "kms-key-policy-not-open", { checkov: aws(33) }),
  listed("results encrypted", "athena-results-encrypted athena-customer-key", {
    ...P,
    nag: ["ATH1"],
    checkov: aws(159),
  }),
  listed("workgroup enforced", "athena-enforced", { ...P, checkov: aws(82) }),
  listed("workgroup metrics", "athena-metrics"),
  listed("crawler security", "glue-crawler-security glue-security-encrypts", {
    nag: ["GL1", "GL3"],
    checkov: aws(195, 99),
  }),
  listed("catalogue encryption", "glue-catalog-encryption", { checkov: aws(94) }),
  listed("queue encryption", "sqs-encryption", { nag: ["SQS2"], checkov: aws(27) }),
  listed("queue policy", "sqs-no-open-principal sqs-tls-only", { nag: ["SQS4"], checkov: aws(72, 168) }),
  listed("topic", "sns-encryption sns-alarm-key sns-no-open-principal sns-tls-only", {
    nag: ["SNS2", "SNS3"],
    checkov: aws(26, 169),
  }),
  listed("log groups", "logs-retention logs-customer-key lambda-log-group", { checkov: aws(66, 158, 338) }),
  listed("state machine", "stepfunctions-logging stepfunctions-tracing", {
    nag: ["SF1", "SF2"],
    checkov: aws(284, 285),
  }),
  listed(
    "naming, tags",
    "naming-pattern naming-component naming-type-code naming-environment naming-environment-is-stack naming-length naming-characters naming-unique tags-present tags-allowed",
  ),
];

const has = (ids: readonly string[] | undefined): boolean => (ids ?? []).length > 0;

/** Public packs, and whether each has a control of the list. */
export const PUBLIC_PACKS: Readonly<Record<string, (control: ListedControl) => boolean>> = {
  "AWSGuard (pulumi-policy-aws)": ({ awsGuard }) => awsGuard === true,
  "pulumi/compliance-policies": ({ compliancePolicies }) => compliancePolicies === true,
  "cdk-nag AwsSolutions": ({ nag }) => has(nag),
  checkov: ({ checkov }) => has(checkov),
};
