/** KMS's keys and their aliases. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import { checkResourcePolicy } from "../policies";

const keyPrefix = (region: string): string => `kms:${region}:key/`;

export const key: ResourceModel = {
  title: "KMS Key",
  forceNew: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  identify: (_, { account, region, uuid }) => {
    const id = uuid();
    return {
      key: `${keyPrefix(region)}${id}`,
      id,
      computed: { keyId: id, arn: `arn:aws:kms:${region}:${account}:key/${id}` },
    };
  },
  calls: [
    call("kms", "CreateKey", {
      deletionWindowInDays: undefined,
      enableKeyRotation: undefined,
      rotationPeriodInDays: undefined,
      isEnabled: undefined,
      bypassPolicyLockoutSafetyCheck: undefined,
    }),
  ],
  plan: ({ deletionWindowInDays: days }) =>
    typeof days === "number" && (days < 7 || days > 30)
      ? [["deletionWindowInDays", `expected deletion_window_in_days to be in the range (7 - 30), got ${days}`]]
      : [],
  verify: ({ inputs, place }) => {
    const policy = inputs["policy"];
    if (policy === undefined) return;
    checkResourcePolicy(text(policy), 32_768, "kms");
    if (!text(policy).includes(`::${place.account}:`))
      throw new AwsError(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
      );
  },
};

export const alias: ResourceModel = {
  title: "KMS Alias",
  nameInput: "name",
  forceNew: ["name", "namePrefix"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    const targetArn = `arn:aws:kms:${region}:${account}:key/${text(inputs["targetKeyId"])}`;
    return {
      key: `kms:${region}:${name}`,
      id: name,
      computed: { arn: `arn:aws:kms:${region}:${account}:${name}`, targetKeyArn: targetArn },
    };
  },
  calls: [call("kms", "CreateAlias", { name: "aliasName" })],
  plan: ({ name }) =>
    typeof name === "string" && !/^alias\/[a-zA-Z0-9/_-]+$/.test(name)
      ? [["name", `name must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]: ${name}`]]
      : [],
  taken: ({ name }) => new AwsError("AlreadyExistsException", `An alias with the name ${text(name)} already exists`),
  verify: ({ inputs, place, cloud }) => {
    const id = text(inputs["targetKeyId"]).split("/").pop()!;
    if (cloud.get(`${keyPrefix(place.region)}${id}`) === undefined)
      throw new AwsError("NotFoundException", `Key '${text(inputs["targetKeyId"])}' does not exist`);
  },
};
