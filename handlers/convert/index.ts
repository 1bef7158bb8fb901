import { S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { S3Store } from "../../src/aws/s3Store";
import { InputError } from "../../src/errors";
import { IP_POLICIES, type IpPolicy } from "../../src/model/ipPolicy";
import { systemClock } from "../../src/ports";
import { required, type Environment } from "../environment";
import { observed } from "../telemetry";
import { convertHour, type Conversion, type ConvertPorts, type ConvertSettings } from "./convertHour";
import { convertBatch, type BatchResponse, type SqsEvent } from "./handler";

const readPolicy = (environment: Environment): IpPolicy => {
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

const readSettings = async (environment: Environment, secret: SecretReader): Promise<ConvertSettings> => {
  const policy = readPolicy(environment);
  const salt = policy === "hashed" ? await secret(required(environment, "SALT_PARAMETER")) : undefined;
  return {
    rawPrefix: required(environment, "RAW_PREFIX"),
    privacy: salt === undefined ? { policy } : { policy, salt },
  };
};

export interface LocalConverter {
  convert(key: string): Promise<Conversion>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = async (
  environment: Environment,
  ports: ConvertPorts,
  secret: SecretReader,
): Promise<LocalConverter> => {
  const settings = await readSettings(environment, secret);
  return { convert: (key) => convertHour(ports, settings, key) };
};

const parameter: SecretReader = async (name) => {
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

/** What an hour of 1 GB may take, with a reserve. */
const LARGE_HOUR_MS = 120_000;

let ready: Promise<{ ports: ConvertPorts; settings: ConvertSettings }> | undefined;

export const handler = observed("convert", async (event: SqsEvent, telemetry, context): Promise<BatchResponse> => {
  ready ??= (async () => ({
    ports: { store: new S3Store(new S3Client({}), required(process.env, "BUCKET")), clock: systemClock },
    settings: await readSettings(process.env, parameter),
  }))();
  const { ports, settings } = await ready.catch((error: unknown) => {
    ready = undefined; // A passing failure must not stay for the life of the process.
    throw error;
  });
  return convertBatch(ports, settings, event, telemetry, () => context.getRemainingTimeInMillis() > LARGE_HOUR_MS);
});
