import * as pulumi from "@pulumi/pulumi";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getRegionOutput } from "@pulumi/aws/getRegion";

/** Where resources are made. */
export interface Account {
  readonly id: pulumi.Output<string>;
  readonly region: pulumi.Output<string>;
  /** `aws`, or `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Output<string>;
}

/** ARN of a parameter of SSM's by its name; undefined where there is none. */
export const parameterArn = (account: Account, parameter: string | undefined): pulumi.Output<string> | undefined => {
  if (parameter === undefined) return undefined;
  return pulumi.interpolate`arn:${account.partition}:ssm:${account.region}:${account.id}:parameter/${parameter.replace(/^\//, "")}`;
};

/** What stands in for an account where a unit test's mocks answer no calls; the real provider always answers. */
const UNANSWERED = { id: "000000000000", region: "us-east-1", partition: "aws" } as const;

/** Asks the parent's provider for the account, so that a component in another region or account gets that one. */
export const lookUpAccount = (parent: pulumi.Resource): Account => {
  const identity = getCallerIdentityOutput({}, { parent });
  const region = getRegionOutput({}, { parent });
  const answered = (value: pulumi.Output<string | undefined>, otherwise: string): pulumi.Output<string> =>
    value.apply((text) => text ?? otherwise);
  return {
    id: answered(identity.accountId, UNANSWERED.id),
    region: answered(region.region, UNANSWERED.region),
    partition: answered(identity.arn, UNANSWERED.partition).apply((arn) => arn.split(":")[1] ?? UNANSWERED.partition),
  };
};
