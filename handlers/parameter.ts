import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { InputError } from "../src/errors";
import type { SecretReader } from "./privacy";

/** A deployed function's secrets: parameters of Systems Manager. */
export const readParameter: SecretReader = async (name) => {
  const answer = await new SSMClient({}).send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  const value = answer.Parameter?.Value;
  if (value === undefined)
    throw new InputError("the salt's parameter is empty", {
      field: "SALT_PARAMETER",
      value: name,
      fix: "put a random string into it",
    });
  return value;
};
