import { Random, seedOf } from "./random";

/** How often the simulated endpoint misbehaves as the real one was seen to: probabilities, each of one request. */
export interface Faults {
  /** A logUrl that answers 0 bytes. Default: 0.01. */
  readonly blank: number;
  /** A file that lacks part of the rows, cut at a line. Default: 0.02. */
  readonly partial: number;
  /** An answer without logUrl. Default: 0.005. */
  readonly noUrl: number;
  /** 429, which the SDK retries by itself (a quarter of a second each). Default: 0.01. */
  readonly throttle: number;
  /** Only the header although there are rows: a lie that no client can see through. Default: 0. */
  readonly headerOnly: number;
  /** A logUrl whose download answers 503. Default: 0. */
  readonly downloadError: number;
  /** "Endpoint request timed out", on windows of 24 h and more only, each time the window is asked for. Default: 0.02. */
  readonly timeout: number;
  /** Rows of the hour before the window in the answer. Default: 0.3. */
  readonly strayRows: number;
}

export const DEFAULT_FAULTS: Faults = {
  blank: 0.01,
  partial: 0.02,
  noUrl: 0.005,
  throttle: 0.01,
  headerOnly: 0,
  downloadError: 0,
  timeout: 0.02,
  strayRows: 0.3,
};

export const NO_FAULTS: Faults = {
  blank: 0,
  partial: 0,
  noUrl: 0,
  throttle: 0,
  headerOnly: 0,
  downloadError: 0,
  timeout: 0,
  strayRows: 0,
};

export const FILE_FAULTS = ["throttle", "noUrl", "blank", "headerOnly", "partial", "downloadError"] as const;
export type FileFault = (typeof FILE_FAULTS)[number];

export interface Mishap {
  readonly fault: FileFault | undefined;
  /** How much of the rows a partial file keeps, 0.3 to 0.95. */
  readonly keep: number;
  /** How many rows of the hour before come along. */
  readonly strayRows: number;
}

/**
 * What goes wrong on the `count`-th request (from 0) for a window. Seeded on all of it, so that a run is repeatable whatever
 * the order of requests, and asking again may succeed.
 */
export const mishapOf = (faults: Faults, seed: string | number, window: string, count: number): Mishap => {
  const random = new Random(seedOf(seed, "mishap", window, count));
  let luck = random.unit();
  const fault = FILE_FAULTS.find((name) => {
    luck -= faults[name];
    return luck < 0;
  });
  return {
    fault,
    keep: 0.3 + 0.65 * random.unit(),
    strayRows: random.chance(faults.strayRows) ? random.between(1, 40) : 0,
  };
};

/** Whether the service gives up on the window, however often it is asked. */
export const timesOut = (faults: Faults, seed: string | number, window: string): boolean =>
  new Random(seedOf(seed, "timeout", window)).chance(faults.timeout);
