/** The provider's functions that the program calls. */
import type { Values } from "./values";

export const answer = (
  token: string,
  args: Values,
  { account, region }: { readonly account: string; readonly region: string },
): Values => {
  const asked = (args["region"] as string | undefined) ?? region;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: account, arn: `arn:aws:iam::${account}:user/deployer`, id: account, userId: "AIDADEPLOYER" };
    case "aws:index/getRegion:getRegion":
      return { region: asked, name: asked, id: asked, endpoint: `ec2.${asked}.amazonaws.com`, description: asked };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws", reverseDnsPrefix: "com.amazonaws" };
    default:
      throw new Error(`the double does not answer ${token}`);
  }
};
