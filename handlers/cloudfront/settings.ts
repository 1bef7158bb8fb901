import { parseDistributions, type Distributions } from "../../src/model/distributions";
import type { Privacy } from "../convert/typedHour";
import { required, type Environment } from "../environment";
import { readPolicy, readPrivacy, type SecretReader } from "../privacy";

export interface ReaderSettings {
  readonly rawPrefix: string;
  readonly sourceBucket: string;
  readonly distributions: Distributions;
  /** What JSON lines do with addresses; undefined where none are wanted. */
  readonly json: Privacy | undefined;
  /** What the excerpts of rejected lines do with addresses. */
  readonly excerpts: Privacy;
}

export const readSettings = async (environment: Environment, secret: SecretReader): Promise<ReaderSettings> => {
  const json = environment["JSON_OUTPUT"] === "true" ? await readPrivacy(environment, secret) : undefined;
  const policy = readPolicy(environment);
  return {
    rawPrefix: required(environment, "RAW_PREFIX"),
    sourceBucket: required(environment, "SOURCE_BUCKET"),
    distributions: parseDistributions(required(environment, "DISTRIBUTIONS")),
    json,
    // Rows go to raw/ as they came: without JSON lines the function has no right to the salt, and excerpts show no address at all.
    excerpts: json ?? { policy: policy === "hashed" ? "dropped" : policy },
  };
};
