/** Hands the keys of a bucket to a function, batch by batch. */
import { setTimeout as wait } from "node:timers/promises";
import { KeyBatcher, type KeyBatch } from "../model/keyBatches";
import type { ReprocessPosition } from "./reprocessState";

export interface ReprocessPorts {
  /** The keys, in the order of the bucket, after the one that is named. */
  pages(after: string | undefined): AsyncIterable<readonly string[]>;
  /** Starts the function and does not wait for its end. */
  start(payload: string): Promise<void>;
  /** Keeps how far it has come. */
  save(position: ReprocessPosition): void;
  readonly progress: (position: ReprocessPosition) => void;
}

export interface ReprocessOptions {
  readonly bucket: string;
  readonly batchSize: number;
  /** Invocations a second, at most. */
  readonly rate: number;
  readonly from: ReprocessPosition | undefined;
}

/** Lets one pass each `intervalMs`; the first at once. */
const makePace = (intervalMs: number): (() => Promise<void>) => {
  let nextMs = 0;
  return async () => {
    const nowMs = performance.now();
    if (nextMs > nowMs) await wait(nextMs - nowMs);
    nextMs = Math.max(nowMs, nextMs) + intervalMs;
  };
};

/** How far it came; all keys are handed over when it returns. After a failure the last position that was saved holds. */
export const reprocessKeys = async (
  ports: ReprocessPorts,
  { bucket, batchSize, rate, from }: ReprocessOptions,
): Promise<{ readonly keys: number; readonly invocations: number }> => {
  const done = { keys: from?.keys ?? 0, invocations: from?.invocations ?? 0 };
  const batcher = new KeyBatcher(bucket, batchSize);
  const pace = makePace(1000 / rate);
  const send = async ({ payload, keys }: KeyBatch): Promise<void> => {
    await pace();
    await ports.start(payload);
    done.keys += keys.length;
    done.invocations++;
    // Between the start and this a crash sends the batch again: the readers count no row twice.
    const position = { ...done, lastKey: keys.at(-1)! };
    ports.save(position);
    ports.progress(position);
  };
  for await (const page of ports.pages(from?.lastKey)) {
    for (const key of page) {
      const batch = batcher.add(key);
      if (batch !== undefined) await send(batch);
    }
  }
  const rest = batcher.take();
  if (rest !== undefined) await send(rest);
  return done;
};
