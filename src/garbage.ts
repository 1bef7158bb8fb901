/** Garbage is collected early where memory is short. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Where a process may have more than this, V8 knows best; Lambda gives a function of 128 MB less. */
const SHORT_HEAP_BYTES = 256 * 1024 ** 2;
/** Garbage is collected when heap and buffers have more than this, which leaves room for Node itself. */
const USED_BYTES = 34 * 1024 ** 2;
/** But not before they have grown by this much: a collection takes some 25 ms. */
const GROWTH_BYTES = 8 * 1024 ** 2;
/** They are looked at after so many bytes of work: few enough that what these leave behind is small beside that. */
const BYTES_A_LOOK = 64 * 1024;

type Collector = (options: {
  readonly execution: "sync";
  readonly flavor: "last-resort";
  readonly type: "major";
}) => void;

const findCollector = (): Collector => {
  // Lambda's runtime starts Node with --expose-gc.
  const { gc } = globalThis;
  if (gc !== undefined) return (options) => gc(options);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as Collector;
};

const isShort = getHeapStatistics().heap_size_limit <= SHORT_HEAP_BYTES;
let collect: Collector | undefined;
/** What was used after the last collection. */
let restBytes = 0;

/** V8 counts buffers apart, and lets 32 MB of them pile up before it looks whether anybody needs them. */
const usedBytes = (): number => {
  const { total_physical_size, external_memory } = getHeapStatistics();
  return total_physical_size + external_memory;
};

/**
 * Collects when much has come together. V8 lets old objects grow by 16 MB before it begins, and the space of young ones by 8, however
 * little memory the function has: together a fifth of 128 MB.
 */
export const collectGrowth = (): void => {
  if (!isShort || usedBytes() < Math.max(USED_BYTES, restBytes + GROWTH_BYTES)) return;
  collect ??= findCollector();
  // The last resort gives memory back to the system, where others keep it for later.
  collect({ execution: "sync", flavor: "last-resort", type: "major" });
  restBytes = usedBytes();
};

/** Looks at the memory now and then. */
export class GarbageMeter {
  private bytes = 0;

  /** So many bytes are done with. */
  add(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes < BYTES_A_LOOK) return;
    this.bytes = 0;
    collectGrowth();
  }
}

/** Pieces as they are, of which those that were taken are done with. */
export async function* metered<Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece> | Iterable<Piece>,
): AsyncGenerator<Piece> {
  const garbage = new GarbageMeter();
  for await (const piece of pieces) {
    yield piece;
    garbage.add(piece.byteLength);
  }
}
