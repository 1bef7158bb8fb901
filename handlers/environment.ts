import { InputError } from "../src/errors";
import type { MetricName } from "../src/model/metrics";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a variable that the program sets; a function without it must not start. */
export const required = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw new InputError("a required environment variable is missing", {
      field: name,
      fix: "deploy the function with AmplifyLogPipeline",
    });
  }
  return value;
};

export const requiredNumber = (environment: Environment, name: string): number => {
  const text = required(environment, name);
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InputError("not a number", { field: name, value: text, fix: "give a number" });
  return value;
};

/** What a line has besides its facts. */
type Reserved = "event" | "level" | "timestamp" | "message" | "requestId";

/**
 * One fact: what happened (`fetch.done`; it is a failure where it ends in `.failed`), and its circumstances. Each is a field of its
 * own in the log, for CloudWatch Logs Insights to ask for.
 */
export type Log = (
  event: string,
  facts: Readonly<Record<string, unknown>> & { readonly [Name in Reserved]?: never },
) => void;

/** Numbers for alarms and the dashboard; their names, kinds and units are in src/model/metrics.ts. */
export interface Metrics {
  /** Adds to a counter, or states a gauge. */
  count(name: MetricName, value: number): void;
  /** Writes out what was counted so far; a deployed function does it at the end of each run. */
  publish(): void;
}

/** Where a handler says what it did: to Powertools when deployed (telemetry.ts), to a list in tests. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
}
