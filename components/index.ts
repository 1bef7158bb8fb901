export { AmplifyLogPipeline } from "./amplifyLogPipeline";
export * from "./argumentGroups";
export * from "./arguments";
export { LogLake } from "./logLake";
