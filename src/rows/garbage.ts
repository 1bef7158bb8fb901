/** Garbage is collected early where memory is short. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Where a process may have more than this, V8 knows best; Lambda gives a function of 128 MB less. */
const SHORT_HEAP_BYTES = 256 * 1024 ** 2;
/** What rows of so many bytes leave behind is some three times as much; a collection takes 20 ms then. */
const BYTES_A_COLLECTION = 3 * 1024 ** 2;

type Collector = (options: {
  readonly execution: "sync";
  readonly flavor: "last-resort";
  readonly type: "major";
}) => void;

const findCollector = (): Collector => {
  if (getHeapStatistics().heap_size_limit > SHORT_HEAP_BYTES) return () => undefined;
  // Lambda's runtime starts Node with --expose-gc.
  const { gc } = globalThis;
  if (gc !== undefined) return (options) => gc(options);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as Collector;
};

let collect: Collector | undefined;

/**
 * Counts what was worked on, and collects after some of it. V8 lets old objects grow by 16 MB before it begins, and the space of young
 * ones by 8, however little memory the function has: together a fifth of 128 MB.
 */
export class GarbageMeter {
  private bytes = 0;

  /** Rows of so many bytes are done with, in work that leaves little behind: the next `add` may collect. */
  defer(bytes: number): void {
    this.bytes += bytes;
  }

  /** Rows of so many bytes are done with. */
  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < BYTES_A_COLLECTION) return;
    this.bytes = 0;
    collect ??= findCollector();
    // The last resort gives memory back to the system, where others keep it for later.
    collect({ execution: "sync", flavor: "last-resort", type: "major" });
  }
}
