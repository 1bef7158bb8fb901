import * as pulumi from "@pulumi/pulumi";
import { Alias, Key } from "@pulumi/aws/kms";
import type { Account } from "./account";
import type { Statement } from "./statements";

export interface CustomerKeyArgs {
  readonly keyName: string;
  readonly description: string;
  readonly account: Account;
  readonly tags: Record<string, string>;
  /** Services that use it on their own account, as alarms do. */
  readonly services: readonly string[];
  /** Further statements of its policy. Default: none. */
  readonly statements?: pulumi.Input<readonly Statement[]>;
}

/** A key of the account's own: IAM decides who uses it, besides the services that are named. */
export const createCustomerKey = (name: string, args: CustomerKeyArgs, parent: pulumi.Resource): Key => {
  const { account } = args;
  const policy = pulumi.all([account.partition, account.id, args.statements]).apply(([partition, id, further = []]) => {
    const statements: Statement[] = [
      {
        Sid: "AccountDecides",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${id}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ];
    if (args.services.length > 0) {
      statements.push({
        Sid: "ServicesUse",
        Effect: "Allow",
        Principal: { Service: args.services },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": id } },
      });
    }
    return JSON.stringify({ Version: "2012-10-17", Statement: [...statements, ...further] });
  });
  const key = new Key(
    name,
    { description: args.description, enableKeyRotation: true, deletionWindowInDays: 30, policy, tags: args.tags },
    { parent },
  );
  new Alias(name, { name: `alias/${args.keyName}`, targetKeyId: key.keyId }, { parent });
  return key;
};
