/** What a function does with addresses, from its environment. */
import { InputError } from "../src/errors";
import { IP_POLICIES, type IpPolicy } from "../src/model/ipPolicy";
import type { Privacy } from "./convert/typedHour";
import { required, type Environment } from "./environment";

export const readPolicy = (environment: Environment): IpPolicy => {
  const policy = required(environment, "IP_POLICY");
  const known = IP_POLICIES.find((name) => name === policy);
  if (known === undefined)
    throw new InputError("unknown policy", {
      field: "IP_POLICY",
      value: policy,
      fix: `one of ${IP_POLICIES.join(", ")}`,
    });
  return known;
};

/** Reads the salt, which only the policy "hashed" needs. */
export type SecretReader = (name: string) => Promise<string>;

export const readPrivacy = async (environment: Environment, secret: SecretReader): Promise<Privacy> => {
  const policy = readPolicy(environment);
  return policy === "hashed" ? { policy, salt: await secret(required(environment, "SALT_PARAMETER")) } : { policy };
};
