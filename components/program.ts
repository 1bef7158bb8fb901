/** The deployable program: a stack's config becomes one pipeline. */
import * as pulumi from "@pulumi/pulumi";
import { validatePipeline } from "../src/model/configuration";
import { AmplifyLogPipeline } from "./amplifyLogPipeline";
import type { AmplifyLogPipelineArgs } from "./arguments";
import { invalidArguments } from "./invalidArguments";
import { readStackConfig, underConfigKey } from "./stackConfig";

const namespace = pulumi.getProject();

const ownConfig = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([name]) => name.startsWith(`${namespace}:`))
      .map(([name, value]) => [name.slice(namespace.length + 1), value]),
  );

const readArguments = (): AmplifyLogPipelineArgs => {
  const what = `Stack ${pulumi.getStack()}`;
  const read = readStackConfig(ownConfig(), namespace);
  if ("problems" in read) throw invalidArguments(what, read.problems);
  // The component checks again; here the problems still get the names of their config keys.
  const validated = validatePipeline(read.args, pulumi.getStack());
  if ("problems" in validated) {
    throw invalidArguments(
      what,
      validated.problems.map((problem) => underConfigKey(problem, namespace)),
    );
  }
  return read.args as unknown as AmplifyLogPipelineArgs;
};

const pipeline = new AmplifyLogPipeline("logs", readArguments());

export const bucketName = pipeline.bucketName;
export const resultsBucketName = pipeline.resultsBucketName;
export const databaseName = pipeline.databaseName;
export const tableName = pipeline.tableName;
export const tableNames = pipeline.tableNames;
export const viewNames = pipeline.viewNames;
export const usersWorkgroupName = pipeline.usersWorkgroupName;
export const maintenanceWorkgroupName = pipeline.maintenanceWorkgroupName;
export const fetcherArns = pipeline.fetcherArns;
export const converterArn = pipeline.converterArn;
export const partitionUpdaterArn = pipeline.partitionUpdaterArn;
export const stateMachineArn = pipeline.stateMachineArn;
export const convertQueueArn = pipeline.convertQueueArn;
export const convertDeadLettersArn = pipeline.convertDeadLettersArn;
export const failedRunsArn = pipeline.failedRunsArn;
export const topicArn = pipeline.topicArn;
export const dataKeyArn = pipeline.dataKeyArn;
export const alarmKeyArn = pipeline.alarmKeyArn;
