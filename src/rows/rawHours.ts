import type { TemporaryFolder } from "./temporaryFolder";
import { RawHour } from "./rawHour";

/** Bytes of lines that wait in memory, of all hours together; what compares them takes half as much again. */
const MEMORY_BYTES = 32 * 1024 ** 2;

/** The hours of a window, or of a file, by their start (ms UTC) or another key. However much comes, a bounded part of it is in memory. */
export class RawHours<Key = number> extends Map<Key, RawHour> {
  constructor(
    private readonly folder: TemporaryFolder,
    private readonly maxBytes = MEMORY_BYTES,
  ) {
    super();
  }

  get memoryBytes(): number {
    let bytes = 0;
    for (const hour of this.values()) bytes += hour.memoryBytes;
    return bytes;
  }

  /** Moves the largest hours out of memory while all of them hold too much. To be called as lines come in. */
  limitMemory(): void {
    for (let bytes = this.memoryBytes; bytes > this.maxBytes;) {
      const largest = [...this.values()].reduce((a, b) => (b.memoryBytes > a.memoryBytes ? b : a));
      bytes -= largest.memoryBytes;
      if (largest.spilled === undefined) largest.spillTo(this.folder);
      else largest.spilled.flush();
    }
  }
}
