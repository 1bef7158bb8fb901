/** Garbage is collected early where memory is short. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Where a process may have more than this, V8 knows best; Lambda gives a function of 128 MB less. */
const SHORT_HEAP_BYTES = 256 * 1024 ** 2;
/** What rows of so many bytes leave behind: some three times as much. A collection takes 10 ms then. */
const BYTES_A_COLLECTION = 4 * 1024 ** 2;

const findCollector = (): (() => void) => {
  if (getHeapStatistics().heap_size_limit > SHORT_HEAP_BYTES) return () => undefined;
  // Lambda's runtime starts Node with --expose-gc.
  if (globalThis.gc !== undefined) return globalThis.gc as () => void;
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
};

let collect: (() => void) | undefined;

/**
 * Counts what was worked on and collects after some of it. V8 lets old objects grow by 16 MB before it begins, however little memory
 * the function has: an eighth of 128 MB.
 */
export class GarbageMeter {
  private bytes = 0;

  /** So many bytes of rows are done with. */
  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < BYTES_A_COLLECTION) return;
    this.bytes = 0;
    collect ??= findCollector();
    collect();
  }
}
