/** What many histories came to. */
import type { Verdict } from "./check";

export interface Sum {
  readonly histories: number;
  readonly served: number;
  readonly stored: number;
  readonly faults: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  /** Seeds of the histories that failed. */
  readonly badSeeds: readonly number[];
  /** The failed history with the lowest seed. */
  readonly bad?: { readonly seed: number; readonly verdict: Verdict } | undefined;
}

export const failed = ({ lost, doubled, wrong }: Verdict): boolean => lost.length + doubled.length + wrong.length > 0;

export const NOTHING: Sum = {
  histories: 0,
  served: 0,
  stored: 0,
  faults: 0,
  lost: 0,
  doubled: 0,
  wrong: 0,
  badSeeds: [],
};

export const add = (a: Sum, b: Sum): Sum => ({
  histories: a.histories + b.histories,
  served: a.served + b.served,
  stored: a.stored + b.stored,
  faults: a.faults + b.faults,
  lost: a.lost + b.lost,
  doubled: a.doubled + b.doubled,
  wrong: a.wrong + b.wrong,
  badSeeds: [...a.badSeeds, ...b.badSeeds],
  bad: a.bad === undefined || (b.bad !== undefined && b.bad.seed < a.bad.seed) ? b.bad : a.bad,
});

export const sumOf = (seed: number, verdict: Verdict): Sum => ({
  histories: 1,
  served: verdict.served,
  stored: verdict.stored,
  faults: verdict.faults,
  lost: verdict.lost.length,
  doubled: verdict.doubled.length,
  wrong: verdict.wrong.length,
  badSeeds: failed(verdict) ? [seed] : [],
  bad: failed(verdict) ? { seed, verdict } : undefined,
});
