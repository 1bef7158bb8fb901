import type { Telemetry } from "../../handlers/environment";

export interface ToldTelemetry extends Telemetry {
  /** What was logged, in order: the event and its facts. */
  readonly lines: Readonly<Record<string, unknown>>[];
  /** What was counted, in order. */
  readonly counts: (readonly [name: string, value: number])[];
}

/** Keeps what a handler says. */
export const toldTelemetry = (): ToldTelemetry => {
  const lines: ToldTelemetry["lines"] = [];
  const counts: ToldTelemetry["counts"] = [];
  return {
    lines,
    counts,
    log: (event, facts) => void lines.push({ event, ...facts }),
    metrics: { count: (name, value) => void counts.push([name, value]), publish: () => undefined },
  };
};
