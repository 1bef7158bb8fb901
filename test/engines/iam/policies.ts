/** The policies of a stack as they were deployed: what each role may do, and what each resource lets others do. */
import { ofType, text, theOne, type Deployed } from "../lambda/deployed";

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Policy {
  /** How a report calls it. */
  readonly name: string;
  readonly document: { readonly Version: string; readonly Statement: readonly PolicyStatement[] };
}

export interface RolePolicies {
  readonly name: string;
  readonly arn: string;
  readonly identity: readonly Policy[];
  readonly trust: Policy;
}

export interface Policies {
  /** By ARN. */
  readonly roles: ReadonlyMap<string, RolePolicies>;
  /** By the ARN of the bucket, queue, topic or key. */
  readonly resources: ReadonlyMap<string, Policy>;
}

const parsed = (name: string, document: string): Policy => ({
  name,
  document: JSON.parse(document) as Policy["document"],
});

const rolesOf = (deployed: Deployed): ReadonlyMap<string, RolePolicies> => {
  const inline = ofType(deployed, "aws:iam/rolePolicy:RolePolicy");
  const managed = ofType(deployed, "aws:iam/policy:Policy");
  const attachments = ofType(deployed, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  return new Map(
    ofType(deployed, "aws:iam/role:Role").map((role) => {
      const name = text(role, "name");
      const own = inline.filter((policy) => text(policy, "role") === name);
      const attached = attachments
        .filter((attachment) => text(attachment, "role") === name)
        .map((attachment) => {
          const arn = text(attachment, "policyArn");
          return theOne(
            managed.filter((policy) => text(policy, "arn") === arn),
            arn,
          );
        });
      const identity = [...own, ...attached].map((policy) =>
        parsed(`policy ${text(policy, "name")}`, text(policy, "policy")),
      );
      const trust = parsed(`trust policy of ${name}`, text(role, "assumeRolePolicy"));
      const arn = text(role, "arn");
      return [arn, { name, arn, identity, trust }];
    }),
  );
};

const resourcePoliciesOf = (deployed: Deployed): ReadonlyMap<string, Policy> => {
  const arnOf = (type: string, by: string, value: string): string =>
    text(
      theOne(
        ofType(deployed, type).filter((resource) => text(resource, by) === value),
        `${type} with ${by} ${value}`,
      ),
      "arn",
    );
  return new Map([
    ...ofType(deployed, "aws:s3/bucketPolicy:BucketPolicy").map((policy) => {
      const bucket = text(policy, "bucket");
      return [
        arnOf("aws:s3/bucket:Bucket", "bucket", bucket),
        parsed(`bucket policy of ${bucket}`, text(policy, "policy")),
      ] as const;
    }),
    ...ofType(deployed, "aws:sqs/queuePolicy:QueuePolicy").map((policy) => {
      const arn = arnOf("aws:sqs/queue:Queue", "url", text(policy, "queueUrl"));
      return [arn, parsed(`queue policy of ${arn.split(":").at(-1)}`, text(policy, "policy"))] as const;
    }),
    ...ofType(deployed, "aws:sns/topicPolicy:TopicPolicy").map((policy) => {
      const arn = text(policy, "arn");
      return [arn, parsed(`topic policy of ${arn.split(":").at(-1)}`, text(policy, "policy"))] as const;
    }),
    ...ofType(deployed, "aws:kms/key:Key").map(
      (key) => [text(key, "arn"), parsed(`key policy of ${text(key, "description")}`, text(key, "policy"))] as const,
    ),
  ]);
};

export const policiesOf = (deployed: Deployed): Policies => ({
  roles: rolesOf(deployed),
  resources: resourcePoliciesOf(deployed),
});

/** The policy that sits on a resource itself: an object's is its bucket's. */
export const resourcePolicyOf = ({ resources, roles }: Policies, arn: string): Policy | undefined =>
  arn.startsWith("arn:aws:s3:::") ? resources.get(arn.split("/")[0]!) : (resources.get(arn) ?? roles.get(arn)?.trust);
