/** What one process sees of the bucket: it waits its turn, may be refused, and may die at any step. */
import { readFile } from "node:fs/promises";
import { ConflictError } from "../../src/errors";
import type {
  FileBody,
  MaintenanceStore,
  OpenedObject,
  StoredObject,
  TaggedObject,
  WriteCondition,
} from "../../src/ports";
import type { Random } from "../../src/local/simulator/random";
import type { Turn } from "./scheduler";

/** What is switched off to show that the suite would see it. */
export interface Weakness {
  /** Writes below these prefixes hold whatever their condition; "" is all. */
  readonly unconditional?: readonly string[];
  /** Objects below these prefixes are not seen when read whole. */
  readonly blind?: readonly string[];
}

/** Rights that are gone for a while: a key policy that was changed, say. */
export interface Denial {
  readonly operation: "read" | "write";
  readonly prefix: string;
}

export interface ProcessFaults {
  /** Writes after which the process dies. */
  readonly dieAfterPuts: number;
  /** Probabilities, each of one call. */
  readonly refuse: number;
  readonly conflict: number;
  readonly lostAnswer: number;
  readonly stall: number;
  readonly denied?: Denial | undefined;
}

export class Died extends Error {
  constructor() {
    super("the process died");
  }
}

const accessDenied = (operation: string, key: string): Error =>
  Object.assign(new Error(`User is not authorized to perform: ${operation} on ${key}`), { name: "AccessDenied" });

export class ProcessStore implements MaintenanceStore {
  private dead = false;
  private puts = 0;

  constructor(
    private readonly bucket: MaintenanceStore,
    private readonly turn: Turn,
    private readonly random: Random,
    private readonly faults: ProcessFaults,
    /** Hears of each object that is created, as EventBridge does. */
    private readonly created: (key: string) => void | Promise<void>,
    private readonly weakness: Weakness = {},
    /** Ends the very process, where this store has one of its own. */
    private readonly kill: () => void = () => undefined,
  ) {}

  /** From now on nothing of this process has an effect. */
  die(): never {
    this.dead = true;
    this.kill();
    throw new Died();
  }

  async get(
    key: string,
    options: { readonly lastBytes?: number } = {},
  ): Promise<{ etag: string; body: Uint8Array } | undefined> {
    await this.step("read", key);
    if (options.lastBytes === undefined && this.weakness.blind?.some((prefix) => key.startsWith(prefix)) === true)
      return undefined;
    return this.bucket.get(key, options);
  }

  /** In two pieces, as a stream comes. */
  async open(key: string): Promise<OpenedObject | undefined> {
    const found = await this.get(key);
    if (found === undefined) return undefined;
    const { etag, body } = found;
    const middle = body.length >> 1;
    return { etag, bytes: body.length, body: [body.subarray(0, middle), body.subarray(middle)] };
  }

  async list(prefix: string): Promise<StoredObject[]> {
    await this.step("read", prefix);
    return this.bucket.list(prefix);
  }

  async put(key: string, body: Uint8Array, condition?: WriteCondition): Promise<{ etag: string }> {
    const { random, faults } = this;
    // A slow process: others read and write between what it read and what it writes.
    for (let steps = random.chance(faults.stall) ? 40 : 0; steps > 0; steps--) await this.turn();
    await this.step("write", key);
    // 409: somebody else writes at this moment, whoever wins.
    if (condition !== undefined && random.chance(faults.conflict)) throw new ConflictError(key, { undecided: true });
    const weak = this.weakness.unconditional?.some((prefix) => key.startsWith(prefix)) === true;
    const written = await this.bucket.put(key, body, weak ? undefined : condition);
    await this.created(key);
    if (this.puts++ === faults.dieAfterPuts) this.die();
    // The write held, and nobody heard of it: the SDK tries again, and finds its own object in the way.
    if (random.chance(faults.lostAnswer))
      throw condition === undefined ? new Error("socket hang up") : new ConflictError(key);
    return written;
  }

  async putFile(key: string, { path }: FileBody, condition?: WriteCondition): Promise<{ etag: string }> {
    return this.put(key, await readFile(path), condition);
  }

  async delete(key: string): Promise<void> {
    await this.step("write", key);
    return this.bucket.delete(key);
  }

  async listWithEtags(prefix: string): Promise<TaggedObject[]> {
    await this.step("read", prefix);
    return this.bucket.listWithEtags(prefix);
  }

  async tag(key: string, etag: string, tags: Readonly<Record<string, string>>): Promise<boolean> {
    await this.step("write", key);
    const tagged = await this.bucket.tag(key, etag, tags);
    this.survive();
    return tagged;
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await this.step("write", keys[0] ?? "");
    return this.bucket.deleteMany(keys);
  }

  /** Waits for the process's turn to do something beside the bucket. */
  async beside(): Promise<void> {
    await this.step("read", "beside the bucket");
  }

  /** The process dies right after the write that it is to die after. */
  survive(): void {
    if (this.puts++ === this.faults.dieAfterPuts) this.die();
  }

  private async step(operation: Denial["operation"], key: string): Promise<void> {
    if (this.dead) throw new Died();
    await this.turn();
    if (this.random.chance(this.faults.refuse)) throw new Error("SlowDown: please reduce your request rate");
    const { denied } = this.faults;
    if (denied?.operation === operation && key.startsWith(denied.prefix))
      throw accessDenied(operation === "read" ? "kms:Decrypt" : "s3:PutObject", key);
  }
}
