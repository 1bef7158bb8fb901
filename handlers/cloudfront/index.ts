import { S3Client } from "@aws-sdk/client-s3";
import { S3Store } from "../../src/aws/s3Store";
import { InputError } from "../../src/errors";
import { systemClock } from "../../src/ports";
import type { BatchResponse } from "../batchResponse";
import { required, type Environment } from "../environment";
import { madeOnce } from "../madeOnce";
import { readParameter } from "../parameter";
import type { SecretReader } from "../privacy";
import { observed } from "../telemetry";
import { readEvent, readObjects } from "./handler";
import type { ReaderPorts, ReadObject } from "./objectBatch";
import { readSettings, type ReaderSettings } from "./settings";

export interface LocalReader {
  /** Reads objects of the source by their keys; what failed is said of each. */
  read(keys: readonly string[]): Promise<readonly ReadObject[]>;
}

const noSecret: SecretReader = () =>
  Promise.reject(new InputError("there are no secrets here", { field: "IP_POLICY", fix: "choose truncated" }));

/** The same function on other ports: what the local pipeline runs. */
export const local = (environment: Environment, ports: ReaderPorts, secret: SecretReader = noSecret): LocalReader => ({
  read: async (keys) => (await readObjects(ports, await readSettings(environment, secret), keys)).objects,
});

/** What the last object and the writing of all hours may take. */
const RESERVE_MS = 120_000;

const deployed = madeOnce(async (): Promise<{ ports: ReaderPorts; settings: ReaderSettings }> => {
  const settings = await readSettings(process.env, readParameter);
  const client = new S3Client({});
  const store = new S3Store(client, required(process.env, "BUCKET"));
  return { ports: { store, source: new S3Store(client, settings.sourceBucket), clock: systemClock }, settings };
});

export const handler = observed("cloudfront", async (event: unknown, telemetry, context): Promise<BatchResponse> => {
  const { ports, settings } = await deployed();
  return readEvent(ports, settings, event, telemetry, () => context.getRemainingTimeInMillis() > RESERVE_MS);
});
