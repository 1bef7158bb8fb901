import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../src/model/configuration";
import type { LogLakeReference } from "./arguments";
import { plainInputs, type Shapes } from "./plainInputs";

export const LOG_LAKE = "amplify-log-pipeline:index:LogLake";

const NAMES = Object.keys({
  bucketName: true,
  bucketArn: true,
  resultsBucketName: true,
  resultsBucketArn: true,
  databaseName: true,
  databaseReference: true,
  rawPrefix: true,
  usersWorkgroupName: true,
  maintenanceWorkgroupName: true,
  maintenanceWorkgroupArn: true,
  convertQueueArn: true,
  convertDeadLettersName: true,
  dataKeyArn: true,
} satisfies Record<keyof LogLakeReference, true>);

/** A lake that a program in another language made and hands to a pipeline: its outputs, read from the engine. */
export class ExistingLake extends pulumi.ComponentResource {
  constructor(name: string, urn: string) {
    // An output is set for each name that is given, once the engine has answered.
    super(LOG_LAKE, name, Object.fromEntries(NAMES.map((output) => [output, undefined])), { urn }, true);
  }
}

/** These stand in SQL and in keys: they must be known at preview. */
const PLAIN: Shapes = { databaseName: { plain: true }, rawPrefix: { plain: true } };

/** The lake as the pipeline takes it. */
export const lakeReference = async (
  lake: ExistingLake,
): Promise<{ readonly reference: LogLakeReference; readonly problems: readonly Problem[] }> => {
  const outputs = lake as unknown as Readonly<Record<string, unknown>>;
  const { databaseName, rawPrefix } = outputs;
  const { inputs, problems } = await plainInputs({ databaseName, rawPrefix }, PLAIN, () => undefined);
  const all = Object.fromEntries(NAMES.map((name) => [name, outputs[name]]));
  return {
    reference: { ...all, ...inputs } as unknown as LogLakeReference,
    problems: problems.map((problem) => ({ ...problem, field: `lake.${problem.field}` })),
  };
};

/** Makes lakes that arrive as references into resources again. */
export const registerLakes = (version: string): void =>
  pulumi.runtime.registerResourceModule("amplify-log-pipeline", "index", {
    version,
    construct: (name, type, urn) => {
      if (type === LOG_LAKE) return new ExistingLake(name, urn);
      throw new pulumi.RunError(`a ${type} cannot be given as an argument; give the LogLake`);
    },
  });
