export { AmplifyLogPipeline } from "./amplifyLogPipeline";
export * from "./arguments";
export { LogLake } from "./logLake";
