/** Many histories, on all processors: which of them failed, and the smallest set of faults that makes one fail. */
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { Verdict } from "./check";
import { runHistory } from "./history";
import { FAULT_KINDS, type FaultKind } from "./kinds";
import { closeFarSide } from "./transport/onTheWay";
import { drawnKinds } from "./world";
import type { Without } from "./without";

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

interface Job {
  readonly first: number;
  /** Every so-many-th seed is this worker's. */
  readonly step: number;
  readonly end: number;
  readonly without: Without | undefined;
}

const failed = ({ lost, doubled, wrong }: Verdict): boolean => lost.length + doubled.length + wrong.length > 0;

const NOTHING: Sum = { histories: 0, served: 0, stored: 0, faults: 0, lost: 0, doubled: 0, wrong: 0, badSeeds: [] };

const add = (a: Sum, b: Sum): Sum => ({
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

const sumOf = (seed: number, verdict: Verdict): Sum => ({
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

const runJob = async ({ first, step, end, without }: Job): Promise<Sum> => {
  let sum = NOTHING;
  for (let seed = first; seed < end; seed += step) sum = add(sum, sumOf(seed, await runHistory({ seed, without })));
  await closeFarSide();
  return sum;
};

const inWorker = (job: Job): Promise<Sum> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: job });
    worker.once("message", resolve);
    worker.once("error", reject);
    // One that ends without a word has histories that hang: nobody would hear of them.
    worker.once("exit", () => reject(new Error("the histories stopped before they were over")));
  });

/** Runs the histories of the seeds [first, first + count). */
export const runHistories = async (first: number, count: number, without: Without | undefined): Promise<Sum> => {
  const step = Math.min(availableParallelism(), count);
  const jobs = Array.from({ length: step }, (_, at): Job => ({ first: first + at, step, end: first + count, without }));
  return (await Promise.all(jobs.map(inWorker))).reduce(add, NOTHING);
};

/** Leaves out one kind of fault after the other while the history still fails, until each that is left is needed. */
export const shrink = async (seed: number, without: Without | undefined): Promise<FaultKind[]> => {
  const drawn = drawnKinds(seed);
  let left = FAULT_KINDS.filter((kind) => drawn.includes(kind));
  for (let before = Infinity; left.length < before;) {
    before = left.length;
    for (const kind of left) {
      const fewer = left.filter((other) => other !== kind);
      const spare = drawn.filter((other) => !fewer.includes(other));
      if (failed(await runHistory({ seed, without, spare }))) left = fewer;
    }
  }
  await closeFarSide();
  return left;
};

if (parentPort !== null) void runJob(workerData as Job).then((sum) => parentPort!.postMessage(sum));
