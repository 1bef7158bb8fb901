import { S3Client } from "@aws-sdk/client-s3";
import { S3Store } from "../../src/aws/s3Store";
import { systemClock } from "../../src/ports";
import type { BatchResponse } from "../batchResponse";
import { required, type Environment } from "../environment";
import { madeOnce } from "../madeOnce";
import { readParameter } from "../parameter";
import { readPrivacy, type SecretReader } from "../privacy";
import { observed } from "../telemetry";
import { convertHour, type Conversion, type ConvertPorts, type ConvertSettings } from "./convertHour";
import { convertBatch, type SqsEvent } from "./handler";

const readSettings = async (environment: Environment, secret: SecretReader): Promise<ConvertSettings> => {
  return { rawPrefix: required(environment, "RAW_PREFIX"), privacy: await readPrivacy(environment, secret) };
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

/** What an hour of 1 GB may take, with a reserve. */
const LARGE_HOUR_MS = 120_000;

const deployed = madeOnce(async (): Promise<{ ports: ConvertPorts; settings: ConvertSettings }> => ({
  ports: { store: new S3Store(new S3Client({}), required(process.env, "BUCKET")), clock: systemClock },
  settings: await readSettings(process.env, readParameter),
}));

export const handler = observed("convert", async (event: SqsEvent, telemetry, context): Promise<BatchResponse> => {
  const { ports, settings } = await deployed();
  return convertBatch(ports, settings, event, telemetry, () => context.getRemainingTimeInMillis() > LARGE_HOUR_MS);
});
