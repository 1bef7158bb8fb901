/** The public catalogues that know a control, by the ids that they use. */
export interface Controls {
  /** AWS Foundational Security Best Practices: `S3.8`. */
  readonly fsbp?: readonly string[];
  /** CIS AWS Foundations Benchmark 3.0: `2.1.4`. */
  readonly cis?: readonly string[];
  /** cdk-nag, AwsSolutions pack: `S2`. */
  readonly nag?: readonly string[];
  /** cdk-nag, HIPAA pack, by rule name. */
  readonly hipaa?: readonly string[];
  /** checkov: `CKV_AWS_53`. */
  readonly checkov?: readonly string[];
  /** pulumi/compliance-policies has a rule for it. */
  readonly compliancePolicies?: true;
  /** AWSGuard (pulumi-policy-aws) has a rule for it. */
  readonly awsGuard?: true;
}

interface Catalogue {
  readonly title: string;
  readonly version: string;
  link(id: string): string;
}

const first = (id: string): string => id.split(".")[0]!.toLowerCase();

export const CATALOGUES: Readonly<Record<"fsbp" | "cis" | "nag" | "hipaa" | "checkov", Catalogue>> = {
  fsbp: {
    title: "AWS Foundational Security Best Practices",
    version: "1.0.0",
    link: (id) =>
      `https://docs.aws.amazon.com/securityhub/latest/userguide/${first(id)}-controls.html#${id.toLowerCase().replace(".", "-")}`,
  },
  cis: {
    title: "CIS AWS Foundations Benchmark",
    version: "3.0.0",
    link: () => "https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html",
  },
  nag: {
    title: "cdk-nag AwsSolutions",
    version: "2",
    link: () => "https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#awssolutions",
  },
  hipaa: {
    title: "cdk-nag HIPAA Security",
    version: "2",
    link: () => "https://github.com/cdklabs/cdk-nag/blob/main/RULES.md#hipaa-security",
  },
  checkov: {
    title: "checkov",
    version: "3",
    link: () => "https://www.checkov.io/5.Policy%20Index/terraform.html",
  },
};

type CatalogueName = keyof typeof CATALOGUES;
const NAMES = Object.keys(CATALOGUES) as CatalogueName[];

/** The best-known catalogue of a control; undefined where none knows it. */
export const leadingControl = (controls: Controls): { catalogue: Catalogue; id: string } | undefined => {
  const name = NAMES.find((candidate) => (controls[candidate] ?? []).length > 0);
  return name === undefined ? undefined : { catalogue: CATALOGUES[name], id: controls[name]![0]! };
};
