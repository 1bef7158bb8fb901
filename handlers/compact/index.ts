import { randomBytes } from "node:crypto";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { AthenaEngine } from "../../src/aws/athenaEngine";
import { GlueCatalog } from "../../src/aws/glueCatalog";
import { S3MaintenanceStore } from "../../src/aws/s3MaintenanceStore";
import { changedHours } from "../../src/model/compaction";
import { systemClock } from "../../src/ports";
import { required, requiredNumber, type Environment, type Log } from "../environment";
import { observed } from "../telemetry";
import { runStep, type CompactEvent, type StepResult } from "./handler";
import type { CompactPorts, CompactSettings } from "./ports";

export const readSettings = (environment: Environment): CompactSettings => ({
  bucket: required(environment, "BUCKET"),
  database: required(environment, "DATABASE"),
  table: required(environment, "TABLE"),
  workgroup: required(environment, "WORKGROUP"),
  apps: required(environment, "APPS").split(","),
  settlingHours: requiredNumber(environment, "SETTLING_HOURS"),
  tableDays: requiredNumber(environment, "TABLE_DAYS"),
  queryTimeoutSeconds: requiredNumber(environment, "QUERY_TIMEOUT_SECONDS"),
});

const random = (): string => randomBytes(4).toString("hex");

export interface LocalCompactor {
  run(event: CompactEvent): Promise<StepResult>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = (
  environment: Environment,
  ports: Omit<CompactPorts, "random" | "log" | "compare">,
): LocalCompactor => {
  const settings = readSettings(environment);
  const log: Log = () => undefined;
  return { run: (event) => runStep({ ...ports, random, log, compare: changedHours }, settings, event) };
};

export const handler = observed("compaction", async (event: CompactEvent, { log }) => {
  const settings = readSettings(process.env);
  const ports: CompactPorts = {
    engine: new AthenaEngine(new AthenaClient({})),
    store: new S3MaintenanceStore(new S3Client({}), settings.bucket),
    catalog: new GlueCatalog(new GlueClient({}), settings),
    clock: systemClock,
    random,
    log,
    compare: changedHours,
  };
  return runStep(ports, settings, event);
});
