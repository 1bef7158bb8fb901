/** Many histories, on all processors: which of them failed, and the smallest set of faults that makes one fail. */
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { runHistory } from "./history";
import { FAULT_KINDS, type FaultKind } from "./kinds";
import { SUBJECTS, type SubjectName } from "./subjects";
import { add, failed, NOTHING, sumOf, type Sum } from "./sum";
import { closeFarSide } from "./transport/onTheWay";
import { WITHOUT } from "./without";
import { drawnKinds } from "./world";

interface Job {
  readonly name: SubjectName;
  readonly first: number;
  /** Every so-many-th seed is this worker's. */
  readonly step: number;
  readonly end: number;
  readonly without: string | undefined;
}

const runJob = async ({ name, first, step, end, without }: Job): Promise<Sum> => {
  let sum = NOTHING;
  for (let seed = first; seed < end; seed += step) sum = add(sum, sumOf(seed, await SUBJECTS[name].run(seed, without)));
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

/**
 * Runs the histories of the seeds [first, first + count).
 * @param without one of the subject's parts
 */
export const runHistories = async (name: SubjectName, first: number, count: number, without?: string): Promise<Sum> => {
  const step = Math.min(availableParallelism(), count);
  const end = first + count;
  const jobs = Array.from({ length: step }, (_, at): Job => ({ name, first: first + at, step, end, without }));
  return (await Promise.all(jobs.map(inWorker))).reduce(add, NOTHING);
};

/** Leaves out one kind of fault after the other while the pipeline's history still fails, until each that is left is needed. */
export const shrink = async (seed: number, part: string | undefined): Promise<FaultKind[]> => {
  const without = WITHOUT.find((name) => name === part);
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
