export { AmplifyLogPipeline } from "./amplifyLogPipeline";
export * from "./applicationArguments";
export { ApplicationLogs } from "./applicationLogs";
export * from "./argumentGroups";
export * from "./arguments";
export * from "./cloudFrontArguments";
export { CloudFrontLogs } from "./cloudFrontLogs";
export { LogLake } from "./logLake";
export * from "./sourceArguments";
