import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { GluePartitions } from "../../src/aws/gluePartitions";
import { S3Store } from "../../src/aws/s3Store";
import { InputError } from "../../src/errors";
import { parseApplicationSettings } from "../../src/model/applicationSettingsFile";
import { systemClock, type ObjectStore } from "../../src/ports";
import type { BatchResponse } from "../batchResponse";
import { required, type Environment } from "../environment";
import { madeOnce } from "../madeOnce";
import type { SecretReader } from "../privacy";
import { observed } from "../telemetry";
import { readBatch } from "./handler";
import { readApplicationObject, type ApplicationPorts, type ReaderConfiguration, type ReadObject } from "./readObject";

const readConfiguration = async (
  environment: Environment,
  store: ObjectStore,
  secret: SecretReader,
): Promise<ReaderConfiguration> => {
  const key = required(environment, "SETTINGS_KEY");
  const found = await store.get(key);
  if (found === undefined)
    throw new InputError("the settings are not there", { field: "SETTINGS_KEY", value: key, fix: "run pulumi up" });
  const settings = parseApplicationSettings(Buffer.from(found.body).toString("utf8"), key);
  const salt = settings.saltParameter === undefined ? undefined : await secret(settings.saltParameter);
  return {
    settings,
    salt,
    sourceBucket: required(environment, "SOURCE_BUCKET"),
    bucket: required(environment, "BUCKET"),
  };
};

export interface LocalReader {
  /** One after the other; the first failure ends it. */
  read(keys: readonly string[]): Promise<ReadObject[]>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = (environment: Environment, ports: ApplicationPorts, secret: SecretReader): LocalReader => {
  const configuration = madeOnce(() => readConfiguration(environment, ports.store, secret));
  return {
    read: async (keys) => {
      const ready = await configuration();
      const results: ReadObject[] = [];
      for (const key of keys) results.push(await readApplicationObject(ports, ready, key));
      return results;
    },
  };
};

/** Loaded when it is wanted: nearly no reader needs a salt, and its client would take a good part of the function's memory. */
const readParameter: SecretReader = async (name) => (await import("../parameter.js")).readParameter(name);

/** What an object of 100 MB may take at 128 MB of memory, with which comes a fourteenth of a CPU. */
const LARGE_OBJECT_MS = 240_000;

interface Deployed {
  readonly ports: ApplicationPorts;
  readonly configuration: ReaderConfiguration;
}

const deployed = madeOnce(async (): Promise<Deployed> => {
  const environment: Environment = process.env;
  const bucket = required(environment, "BUCKET");
  const client = new S3Client({});
  const store = new S3Store(client, bucket);
  const catalog = new GluePartitions(new GlueClient({}), {
    database: required(environment, "TABLE_DATABASE"),
    table: required(environment, "TABLE_NAME"),
    bucket,
  });
  const source = new S3Store(client, required(environment, "SOURCE_BUCKET"));
  const configuration = await readConfiguration(environment, store, readParameter);
  return { ports: { store, source, catalog, clock: systemClock }, configuration };
});

export const handler = observed("applogs", async (event: unknown, telemetry, context): Promise<BatchResponse> => {
  const { ports, configuration } = await deployed();
  return readBatch(ports, configuration, event, telemetry, () => context.getRemainingTimeInMillis() > LARGE_OBJECT_MS);
});
