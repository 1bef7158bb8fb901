/** Rights on many functions, within IAM's limits. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { Policy, RolePolicyAttachment, type Role } from "@pulumi/aws/iam";
import type { RoleName } from "../src/model/names";
import type { Labels } from "./labels";
import { policyText, type Statement } from "./statements";

/**
 * A managed policy holds 6,144 characters, some fifty functions; a role takes ten policies, and 10,240 characters inline. Each
 * function goes to one of these by the hash of its name, so that adding or removing an app moves no other.
 */
export const POLICY_SETS = 8;
export const policySetOf = (key: string): number => createHash("sha256").update(key).digest()[0]! % POLICY_SETS;

export interface PolicySetArgs {
  readonly role: Role;
  readonly policyRole: RoleName;
  readonly description: string;
  readonly labels: Labels;
  /** ARNs by a stable key. */
  readonly targets: Readonly<Record<string, pulumi.Input<string>>>;
  /** What each policy allows, from the ARNs of its set. */
  readonly statements: (arns: readonly string[]) => pulumi.Input<Statement[]>;
}

/** Attaches to a role what it may do to each target; gives back what to wait for before it does. */
export const attachPolicySets = (name: string, args: PolicySetArgs, parent: pulumi.Resource): pulumi.Resource[] => {
  const sets = new Map<number, pulumi.Input<string>[]>();
  for (const [key, arn] of Object.entries(args.targets)) {
    const set = policySetOf(key);
    sets.set(set, [...(sets.get(set) ?? []), arn]);
  }
  return [...sets].map(([set, arns]) => {
    const policy = new Policy(
      `${name}-${set}`,
      {
        name: args.labels.name(args.policyRole, `set${set}`),
        description: args.description,
        policy: pulumi.all(arns).apply((known) => pulumi.output(args.statements(known)).apply(policyText)),
        tags: args.labels.tags,
      },
      { parent },
    );
    return new RolePolicyAttachment(`${name}-${set}`, { role: args.role.name, policyArn: policy.arn }, { parent });
  });
};
