/** Many histories of the application logs' reader, one after the other: each takes some milliseconds. */
import { runApplicationHistory, type ApplicationWithout } from "./history";
import type { Verdict } from "../check";

export interface ApplicationSum {
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
export const runApplicationHistories = async (
  first: number,
  count: number,
  without?: ApplicationWithout,
): Promise<ApplicationSum> => {
  const sum = { histories: 0, served: 0, stored: 0, faults: 0, lost: 0, doubled: 0, wrong: 0 };
  let bad: ApplicationSum["bad"];
  for (let seed = first; seed < first + count; seed++) {
    const verdict = await runApplicationHistory(seed, without);
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
