/** The deployable program: a stack's config becomes one pipeline, and the further sources on its lake. */
import * as pulumi from "@pulumi/pulumi";
import { AmplifyLogPipeline } from "./amplifyLogPipeline";
import { ApplicationLogs } from "./applicationLogs";
import { CloudFrontLogs } from "./cloudFrontLogs";
import { invalidArguments } from "./invalidArguments";
import { readProgram, type ProgramArguments } from "./programArguments";

const namespace = pulumi.getProject();

const ownConfig = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([name]) => name.startsWith(`${namespace}:`))
      .map(([name, value]) => [name.slice(namespace.length + 1), value]),
  );

const readArguments = (): ProgramArguments => {
  const read = readProgram(ownConfig(), namespace, pulumi.getStack());
  // The components check again; here the problems get the names of their config keys.
  if ("problems" in read) throw invalidArguments(`Stack ${pulumi.getStack()}`, read.problems);
  return read.args;
};

const args = readArguments();
const pipeline = new AmplifyLogPipeline("logs", args.pipeline);

/** What each source gets from the pipeline. */
const onLake = {
  lake: pipeline.lake,
  ...(args.pipeline.alarms?.enabled === false ? {} : { alarmTopicArn: pipeline.topicArn }),
};
const applicationLogs = args.applicationLogs && new ApplicationLogs("applogs", { ...onLake, ...args.applicationLogs });
const cloudFront = args.cloudFront && new CloudFrontLogs("cloudfront", { ...onLake, ...args.cloudFront });

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
export const trailBucketName = pipeline.trailBucketName;
/** Empty where the config has no cloudFront, or no applicationLogs. */
export const cloudFrontBucketName = cloudFront?.bucketName ?? "";
export const cloudFrontFunctionName = cloudFront?.functionName ?? "";
export const cloudFrontQueueArn = cloudFront?.queueArn ?? "";
export const cloudFrontDeadLettersArn = cloudFront?.deadLettersArn ?? "";
export const applicationLogsBucketName = applicationLogs?.bucketName ?? "";
export const applicationLogsFunctionName = applicationLogs?.functionName ?? "";
export const applicationLogsQueueArn = applicationLogs?.queueArn ?? "";
export const applicationLogsDeadLettersArn = applicationLogs?.deadLettersArn ?? "";
