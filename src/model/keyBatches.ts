/** Batches of keys, as the readers of objects take them: `{"bucket": ..., "keys": [...]}`. */

/**
 * Lambda takes 1 MB with an asynchronous invocation (API reference of Invoke, as of 2026), and took 256 KB until October 2025. More
 * than 256 KB costs further requests (Lambda's price list), so a batch never is.
 */
export const MOST_PAYLOAD_BYTES = 256 * 1024;

export interface KeyBatch {
  readonly payload: string;
  readonly keys: readonly string[];
}

/** Gathers keys to batches of at most so many, whose payload is at most so long. */
export class KeyBatcher {
  private keys: string[] = [];
  private bytes: number;
  private readonly emptyBytes: number;

  constructor(
    private readonly bucket: string,
    private readonly size: number,
    private readonly mostBytes = MOST_PAYLOAD_BYTES,
  ) {
    this.emptyBytes = Buffer.byteLength(JSON.stringify({ bucket, keys: [] }));
    this.bytes = this.emptyBytes;
  }

  /** Takes a key, and gives the batch that it completes, or has no room in. */
  add(key: string): KeyBatch | undefined {
    // With the comma after it.
    const bytes = Buffer.byteLength(JSON.stringify(key)) + 1;
    const isFull = this.keys.length === this.size || (this.keys.length > 0 && this.bytes + bytes > this.mostBytes);
    const full = isFull ? this.take() : undefined;
    this.keys.push(key);
    this.bytes += bytes;
    return full;
  }

  /** The keys that are left. */
  take(): KeyBatch | undefined {
    const { keys, bucket } = this;
    if (keys.length === 0) return undefined;
    this.keys = [];
    this.bytes = this.emptyBytes;
    return { payload: JSON.stringify({ bucket, keys }), keys };
  }
}
