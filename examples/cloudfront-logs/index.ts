import * as pulumi from "@pulumi/pulumi";
import { AmplifyLogPipeline, CloudFrontLogs, LogLake, type CloudFrontDistributionArgs } from "amplify-log-pipeline";

const config = new pulumi.Config();
const distributions = config.requireObject<CloudFrontDistributionArgs[]>("distributions");
const bucketName = config.get("bucketName");

const lake = new LogLake("logs", {
  database: { name: config.require("database") },
  protectData: config.requireBoolean("protectData"),
});
const logs = new AmplifyLogPipeline("logs", {
  lake,
  apps: [],
  otherApps: distributions.map(({ name }) => name),
  alarms: { emails: config.getObject<string[]>("emails") ?? [] },
});
const cdn = new CloudFrontLogs("cdn", {
  lake,
  distributions,
  // Without a name, a bucket is made for CloudFront to deliver to.
  ...(bucketName === undefined ? {} : { bucket: { name: bucketName, notifies: true } }),
  jsonOutput: true,
  crawler: {},
  alarmTopicArn: logs.topicArn,
  protectData: config.requireBoolean("protectData"),
});

export const sourceBucketName = cdn.bucketName;
export const functionName = cdn.functionName;
export const viewNames = logs.viewNames;
