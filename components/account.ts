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

/** Asks the parent's provider for the account, so that a component in another region or account gets that one. */
export const lookUpAccount = (parent: pulumi.Resource): Account => {
  const identity = getCallerIdentityOutput({}, { parent });
  return {
    id: identity.accountId,
    region: getRegionOutput({}, { parent }).region,
    partition: identity.arn.apply((arn) => arn.split(":")[1] ?? "aws"),
  };
};
