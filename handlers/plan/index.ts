import { S3Client } from "@aws-sdk/client-s3";
import { S3Store } from "../../src/aws/s3Store";
import { systemClock } from "../../src/ports";
import { required, requiredNumber, type Environment } from "../environment";
import { observed } from "../telemetry";
import { runStep, type PlanEvent, type PlanResult, type PlanSettings } from "./handler";

const readSettings = (environment: Environment): PlanSettings => ({
  appsKey: required(environment, "APPS_KEY"),
  days: requiredNumber(environment, "BACKFILL_DAYS"),
});

export const handler = observed("plan", async (event: PlanEvent, { log }): Promise<PlanResult> => {
  const store = new S3Store(new S3Client({}), required(process.env, "BUCKET"));
  const result = await runStep({ store, clock: systemClock }, readSettings(process.env), event);
  const { summary, state } = result;
  log(`plan.${event.step}`, { apps: result.items.map(({ app }) => app), summary, state });
  return result;
});
