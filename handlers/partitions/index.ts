import { setTimeout as wait } from "node:timers/promises";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { AthenaEngine } from "../../src/aws/athenaEngine";
import { GlueCatalog } from "../../src/aws/glueCatalog";
import { S3MaintenanceStore } from "../../src/aws/s3MaintenanceStore";
import { systemClock } from "../../src/ports";
import { required, requiredNumber, type Environment } from "../environment";
import { observed } from "../telemetry";
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
  tableDays: requiredNumber(environment, "TABLE_DAYS"),
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

export const handler = observed("partitions", async (event: PartitionsEvent, { log }) => {
  const settings = readSettings(process.env);
  const ports = {
    engine: new AthenaEngine(new AthenaClient({})),
    store: new S3MaintenanceStore(new S3Client({}), settings.bucket),
    catalog: new GlueCatalog(new GlueClient({}), settings),
    clock: systemClock,
    sleep,
  };
  const result = await updatePartitions(ports, settings, event);
  log("partitions.updated", { ...result });
  return result;
});
