/** What the week and its functions' processes say to each other. */
import type { FetchEvent } from "../../../src/local/bundles";
import type { SimulatedApp } from "../../../src/local/simulator/site";

export interface Setup {
  /** The bundle's file. */
  readonly bundle: string;
  readonly seed: number;
  /** The bucket's directory. */
  readonly lake: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly amplify: { readonly amplifyUrl: string; readonly logHost: string; readonly socketPath: string };
}

export type Work =
  | { readonly kind: "fetch"; readonly app: SimulatedApp; readonly event: FetchEvent }
  | { readonly kind: "convert"; readonly key: string };

export type Job = Work & {
  readonly number: number;
  readonly nowMs: number;
  /** Whether nothing goes wrong. */
  readonly calm: boolean;
};

export type Answer =
  { readonly created: string } | { readonly done: number } | { readonly failed: number; readonly error: string };
