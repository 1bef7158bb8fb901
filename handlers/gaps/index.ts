import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { BackfillMachine } from "../../src/aws/backfillMachine";
import { S3Store } from "../../src/aws/s3Store";
import { systemClock } from "../../src/ports";
import { required, requiredNumber, type Environment, type Telemetry } from "../environment";
import { observed } from "../telemetry";
import { fillGaps, type GapFinderPorts, type GapFinderSettings, type GapsEvent, type GapsResult } from "./handler";

const readSettings = (environment: Environment): GapFinderSettings => ({
  appsKey: required(environment, "APPS_KEY"),
  delayMinutes: requiredNumber(environment, "DELAY_MINUTES"),
  lookbackHours: requiredNumber(environment, "LOOKBACK_HOURS"),
  settlingHours: requiredNumber(environment, "SETTLING_HOURS"),
  gapDays: requiredNumber(environment, "GAP_DAYS"),
});

/** Where nobody listens: the local pipeline tells what was fetched. */
const UNHEARD: Telemetry = {
  log: () => undefined,
  metrics: { count: () => undefined, publish: () => undefined },
};

export interface LocalGapFinder {
  fill(event: GapsEvent): Promise<GapsResult>;
}

/** The same function on other ports: what the local pipeline runs. */
export const local = (environment: Environment, ports: GapFinderPorts): LocalGapFinder => {
  const settings = readSettings(environment);
  return { fill: (event) => fillGaps(ports, settings, event, UNHEARD) };
};

export const handler = observed("gaps", async (event: GapsEvent, telemetry): Promise<GapsResult> => {
  const ports = {
    store: new S3Store(new S3Client({}), required(process.env, "BUCKET")),
    clock: systemClock,
    backfill: new BackfillMachine(new SFNClient({}), required(process.env, "STATE_MACHINE_ARN")),
  };
  const result = await fillGaps(ports, readSettings(process.env), event, telemetry);
  telemetry.log("gaps.done", { ...result });
  return result;
});
