import { AmplifyLogPipeline, IpPolicy } from "amplify-log-pipeline";

const logs = new AmplifyLogPipeline("logs", {
  apps: [
    { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "example.com" },
    { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "example.org" },
  ],
  ipPolicy: IpPolicy.Truncated,
  retention: { tableDays: 400 },
  alarms: { emails: ["web-team@example.com"] },
});

export const bucketName = logs.bucketName;
export const viewNames = logs.viewNames;
export const workgroupName = logs.usersWorkgroupName;
