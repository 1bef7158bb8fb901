/** Many histories of the reader of CloudFront's objects, one after the other: each takes some milliseconds. */
import type { Verdict } from "../check";
import { runCloudFrontHistory, type CloudFrontWithout } from "./history";

export interface CloudFrontSum {
  readonly histories: number;
  readonly served: number;
  readonly stored: number;
  readonly faults: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  /** The failed history with the lowest seed. */
  readonly bad?: { readonly seed: number; readonly verdict: Verdict } | undefined;
}

/** Runs the histories of the seeds [first, first + count). */
export const runCloudFrontHistories = async (
  first: number,
  count: number,
  without?: CloudFrontWithout,
): Promise<CloudFrontSum> => {
  const sum = { histories: 0, served: 0, stored: 0, faults: 0, lost: 0, doubled: 0, wrong: 0 };
  let bad: CloudFrontSum["bad"];
  for (let seed = first; seed < first + count; seed++) {
    const verdict = await runCloudFrontHistory(seed, without);
    sum.histories++;
    sum.served += verdict.served;
    sum.stored += verdict.stored;
    sum.faults += verdict.faults;
    sum.lost += verdict.lost.length;
    sum.doubled += verdict.doubled.length;
    sum.wrong += verdict.wrong.length;
    if (bad === undefined && verdict.lost.length + verdict.doubled.length + verdict.wrong.length > 0)
      bad = { seed, verdict };
  }
  return { ...sum, bad };
};
