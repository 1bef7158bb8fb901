import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { AthenaEngine } from "../../src/aws/athenaEngine";
import { S3Store } from "../../src/aws/s3Store";
import { systemClock } from "../../src/ports";
import { consoleLog, required, requiredNumber, type Environment } from "../environment";
import {
  updatePartitions,
  type PartitionsEvent,
  type PartitionsPorts,
  type PartitionsResult,
  type PartitionsSettings,
} from "./handler";

const readSettings = (environment: Environment): PartitionsSettings => ({
  bucket: required(environment, "BUCKET"),
  database: required(environment, "DATABASE"),
  table: required(environment, "TABLE"),
  workgroup: required(environment, "WORKGROUP"),
  apps: (environment["APPS"] ?? "").split(",").filter((app) => app !== ""),
  timeoutSeconds: requiredNumber(environment, "QUERY_TIMEOUT_SECONDS"),
});

export interface LocalUpdater {
  update(event: PartitionsEvent): Promise<PartitionsResult>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = (environment: Environment, ports: PartitionsPorts): LocalUpdater => {
  const settings = readSettings(environment);
  return { update: (event) => updatePartitions(ports, settings, event) };
};

const sleep = (ms: number): Promise<void> => wait(ms);

export const handler = async (event: PartitionsEvent): Promise<PartitionsResult> => {
  const settings = readSettings(process.env);
  const ports = {
    engine: new AthenaEngine(new AthenaClient({})),
    store: new S3Store(new S3Client({}), settings.bucket),
    clock: systemClock,
    sleep,
  };
  try {
    const result = await updatePartitions(ports, settings, event);
    consoleLog("partitions.updated", { ...result });
    return result;
  } catch (error) {
    consoleLog("partitions.failed", { input: event, error: String(error) });
    throw error;
  }
};
