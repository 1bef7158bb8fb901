/** IAM: roles, their own policies, managed policies and what is attached. */
import { createHash } from "node:crypto";
import { AwsError } from "../awsError";
import type { Cloud } from "../cloud";
import { call, text, type ResourceModel } from "../model";
import { checkIdentityPolicy, checkTrustPolicy } from "../policies";
import type { Values } from "../values";

/** Characters without spaces: all inline policies of a role together, and one managed policy. */
const INLINE_LIMIT = 10_240;
const MANAGED_LIMIT = 6_144;
const ATTACHED_LIMIT = 10;

const roleKey = (name: string): string => `iam::role/${name}`;
const inlinePrefix = (role: string): string => `iam::inline/${role}/`;
const attachedPrefix = (role: string): string => `iam::attached/${role}/`;
const policyKey = (arn: string): string => `iam::policy/${arn}`;

const notFound = (kind: string, name: string): AwsError =>
  new AwsError("NoSuchEntity", `The ${kind} with name ${name} cannot be found.`);
const needsRole = (cloud: Cloud, name: string): void => {
  if (cloud.get(roleKey(name)) === undefined) throw notFound("role", name);
};

/** Whether a role exists; services ask it by ARN. */
export const roleExists = (cloud: Cloud, arn: string): boolean =>
  cloud.get(roleKey(arn.split("/").pop()!)) !== undefined;

const documentsOf = (cloud: Cloud, role: string): string[] => [
  ...cloud.below(inlinePrefix(role)).map(([, { inputs }]) => text(inputs["policy"])),
  ...cloud
    .below(attachedPrefix(role))
    .map(([, { inputs }]) => text(cloud.get(policyKey(text(inputs["policyArn"])))?.inputs["policy"])),
];

/** Whether a role's own policies grant an action, on whatever: what services check before they take a role. */
export const roleGrants = (cloud: Cloud, arn: string, action: string): boolean =>
  documentsOf(cloud, arn.split("/").pop()!)
    .flatMap(
      (document) =>
        (JSON.parse(document) as { Statement: readonly { Effect: string; Action: string | string[] }[] }).Statement,
    )
    .some(
      ({ Effect, Action }) =>
        Effect === "Allow" &&
        [Action].flat().some((granted) => [action, "*", `${action.split(":")[0]!}:*`].includes(granted)),
    );

/** Whether a service may become a role. */
export const roleTrusts = (cloud: Cloud, arn: string, service: string): boolean =>
  text(cloud.get(roleKey(arn.split("/").pop()!))?.inputs["assumeRolePolicy"]).includes(`"${service}"`);

export const role: ResourceModel = {
  title: "IAM Role",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "path"],
  identify: (inputs, { account }) => {
    const name = text(inputs["name"]);
    const unique = createHash("sha256").update(name).digest("hex").slice(0, 17).toUpperCase();
    return {
      key: roleKey(name),
      id: name,
      computed: {
        arn: `arn:aws:iam::${account}:role${text(inputs["path"] ?? "/")}${name}`,
        uniqueId: `AROA${unique}`,
        path: inputs["path"] ?? "/",
      },
    };
  },
  calls: [
    call("iam", "CreateRole", {
      name: "roleName",
      assumeRolePolicy: "assumeRolePolicyDocument",
      forceDetachPolicies: undefined,
    }),
  ],
  taken: ({ name }) => new AwsError("EntityAlreadyExists", `Role with name ${text(name)} already exists.`),
  verify: ({ inputs }) => checkTrustPolicy(text(inputs["assumeRolePolicy"])),
  release: ({ inputs, cloud }) => {
    const name = text(inputs["name"]);
    if (cloud.below(attachedPrefix(name)).length > 0)
      throw new AwsError("DeleteConflict", "Cannot delete entity, must detach all policies first.");
    if (cloud.below(inlinePrefix(name)).length > 0)
      throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.");
  },
};

export const rolePolicy: ResourceModel = {
  title: "IAM Role Policy",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "role"],
  identify: ({ role: of, name }) => ({
    key: `${inlinePrefix(text(of))}${text(name)}`,
    id: `${text(of)}:${text(name)}`,
    computed: {},
  }),
  calls: [call("iam", "PutRolePolicy", { name: "policyName", role: "roleName", policy: "policyDocument" })],
  verify: ({ inputs, cloud }) => {
    const of = text(inputs["role"]);
    needsRole(cloud, of);
    const others = cloud
      .below(inlinePrefix(of))
      .filter(([key]) => key !== `${inlinePrefix(of)}${text(inputs["name"])}`);
    const taken = others.reduce((sum, [, entry]) => sum + text(entry.inputs["policy"]).replaceAll(/\s/g, "").length, 0);
    checkIdentityPolicy(text(inputs["policy"]), INLINE_LIMIT - taken, `role ${of}`);
  },
};

export const policy: ResourceModel = {
  title: "IAM Policy",
  nameInput: "name",
  forceNew: ["name", "namePrefix", "path", "description"],
  identify: (inputs, { account }) => {
    const arn = `arn:aws:iam::${account}:policy${text(inputs["path"] ?? "/")}${text(inputs["name"])}`;
    return { key: policyKey(arn), id: arn, computed: { arn, path: inputs["path"] ?? "/" } };
  },
  calls: [call("iam", "CreatePolicy", { name: "policyName", policy: "policyDocument" })],
  taken: ({ name }) =>
    new AwsError(
      "EntityAlreadyExists",
      `A policy called ${text(name)} already exists. Duplicate names are not allowed.`,
    ),
  verify: ({ inputs }) => checkIdentityPolicy(text(inputs["policy"]), MANAGED_LIMIT, "PolicySize"),
  release: ({ inputs, place, cloud }) => {
    const { id } = policy.identify(inputs, place);
    const attached = cloud.below("iam::attached/").some(([, entry]) => entry.inputs["policyArn"] === id);
    if (attached) throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.");
  },
};

export const rolePolicyAttachment: ResourceModel = {
  title: "IAM Role Policy Attachment",
  forceNew: ["role", "policyArn"],
  identify: ({ role: of, policyArn }: Values) => ({
    key: `${attachedPrefix(text(of))}${text(policyArn)}`,
    id: `${text(of)}/${text(policyArn)}`,
    computed: {},
  }),
  calls: [call("iam", "AttachRolePolicy", { role: "roleName" })],
  verify: ({ inputs, cloud }) => {
    const arn = text(inputs["policyArn"]);
    needsRole(cloud, text(inputs["role"]));
    if (!arn.startsWith("arn:aws:iam::aws:") && cloud.get(policyKey(arn)) === undefined)
      throw new AwsError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`);
    const others = cloud
      .below(attachedPrefix(text(inputs["role"])))
      .filter(([, entry]) => entry.inputs["policyArn"] !== arn);
    if (others.length >= ATTACHED_LIMIT)
      throw new AwsError("LimitExceeded", `Cannot exceed quota for PoliciesPerRole: ${ATTACHED_LIMIT}`);
  },
};
