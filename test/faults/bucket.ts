/** A bucket in memory, and what a process that may die sees of it. */
import { createHash } from "node:crypto";
import { ConflictError } from "../../src/errors";
import type { ObjectStore, StoredObject, WriteCondition } from "../../src/ports";
import type { Random } from "../../src/local/simulator/random";
import type { Turn } from "./scheduler";

interface Kept {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedMs: number;
}

export class Bucket {
  readonly objects = new Map<string, Kept>();
  nowMs = 0;
  /** Hears of each object that is created, as EventBridge does. */
  onCreated: (key: string) => void = () => undefined;

  put(key: string, body: Uint8Array, condition?: WriteCondition): { etag: string } {
    if (condition !== undefined && (this.objects.get(key)?.etag ?? null) !== condition.ifMatch)
      throw new ConflictError(key);
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    this.objects.set(key, { body: Buffer.from(body), etag, modifiedMs: this.nowMs });
    this.onCreated(key);
    return { etag };
  }
}

/** What is switched off to show that the suite would see it. */
export interface Weakness {
  /** Writes below these prefixes hold whatever their condition; "" is all. */
  readonly unconditional?: readonly string[];
  /** Objects below these prefixes are not seen when read whole. */
  readonly blind?: readonly string[];
}

export class Died extends Error {
  constructor() {
    super("the process died");
  }
}

/** One process's view: it waits its turn, may be refused by S3, and may die right after a write. */
export class ProcessStore implements ObjectStore {
  private dead = false;
  constructor(
    private readonly bucket: Bucket,
    private readonly turn: Turn,
    private readonly random: Random,
    private readonly faults: { dieAfterPuts: number; readonly refuse: number; readonly stall: number },
    private readonly weakness: Weakness = {},
  ) {}

  async get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    await this.step();
    const found = this.bucket.objects.get(key);
    if (found === undefined) return undefined;
    if (options.lastBytes === undefined && this.weakness.blind?.some((prefix) => key.startsWith(prefix)) === true)
      return undefined;
    const from = options.lastBytes === undefined ? 0 : Math.max(0, found.body.length - options.lastBytes);
    return { etag: found.etag, body: found.body.subarray(from) };
  }

  async list(prefix: string): Promise<StoredObject[]> {
    await this.step();
    return [...this.bucket.objects]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, { body, modifiedMs }]) => ({ key, bytes: body.length, modifiedMs }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    // A slow process: others read and write between what it read and what it writes.
    for (let steps = this.random.unit() < this.faults.stall ? 40 : 0; steps > 0; steps--) await this.turn();
    await this.step();
    const weak = this.weakness.unconditional?.some((prefix) => key.startsWith(prefix)) === true;
    const written = this.bucket.put(key, body, weak ? undefined : condition);
    if (this.faults.dieAfterPuts-- === 0) {
      this.dead = true;
      throw new Died();
    }
    return written;
  }

  async delete(key: string): Promise<void> {
    await this.step();
    this.bucket.objects.delete(key);
  }

  private async step(): Promise<void> {
    if (this.dead) throw new Died();
    await this.turn();
    if (this.random.unit() < this.faults.refuse) throw new Error("SlowDown: please reduce your request rate");
  }
}
