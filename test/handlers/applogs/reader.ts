/** The application logs' reader on two buckets in memory, and what the lake has afterwards. */
import { gunzipSync } from "node:zlib";
import { readBatch } from "../../../handlers/applogs/handler";
import type { BatchResponse } from "../../../handlers/batchResponse";
import { readApplicationObject, type ReadObject } from "../../../handlers/applogs/readObject";
import { validateApplication } from "../../../src/model/applicationSettings";
import type { ObjectStore } from "../../../src/ports";
import type { ApplicationErrorRow } from "../../../src/rows/applicationErrors";
import { readParquet, type ParquetRow } from "../../../src/rows/parquetFile";
import { Bucket } from "../../faults/bucket";

export const NOW = Date.parse("2026-11-21T12:00:00Z");

/** What a stranger must not be able to make the reader do. */
const forbidden = (): never => {
  throw new Error("the reader wrote to the source bucket");
};

export class Reader {
  readonly lake = new Bucket();
  readonly raw = new Bucket();
  readonly partitions = new Set<string>();
  readonly logged: { readonly event: string; readonly facts: Readonly<Record<string, unknown>> }[] = [];
  readonly counted = new Map<string, number>();
  objectBytes = 1 << 30;
  sourceBucket = "raw";

  constructor(
    private settings: object = {},
    private readonly salt?: string,
  ) {
    this.raw.nowMs = NOW;
  }

  /** Other settings from now on. */
  configure(settings: object): void {
    this.settings = settings;
  }

  async put(key: string, content: string | Uint8Array): Promise<this> {
    await this.raw.put(key, Buffer.from(content));
    return this;
  }

  read(key: string): Promise<ReadObject> {
    return readApplicationObject(this.ports, this.configuration, key);
  }

  batch(event: unknown, hasTime?: () => boolean): Promise<BatchResponse> {
    const log = (name: string, facts: Readonly<Record<string, unknown>>): void =>
      void this.logged.push({ event: name, facts });
    const count = (name: string, value: number): void =>
      void this.counted.set(name, (this.counted.get(name) ?? 0) + value);
    const telemetry = { log, metrics: { count, publish: () => undefined } };
    return readBatch(this.ports, this.configuration, event, telemetry, hasTime);
  }

  /** Rows by the partition that they lie in. */
  async rows(): Promise<(ParquetRow & { readonly partition: string })[]> {
    const found: (ParquetRow & { readonly partition: string })[] = [];
    for (const { key } of await this.lake.list("processed/")) {
      const partition = key.slice("processed/".length, key.lastIndexOf("/"));
      for (const row of await readParquet((await this.lake.get(key))!.body)) found.push({ ...row, partition });
    }
    return found;
  }

  async errors(): Promise<ApplicationErrorRow[]> {
    const found: ApplicationErrorRow[] = [];
    for (const { key } of await this.lake.list("errors/"))
      for (const line of gunzipSync((await this.lake.get(key))!.body)
        .toString("utf8")
        .trim()
        .split("\n"))
        found.push(JSON.parse(line) as ApplicationErrorRow);
    return found;
  }

  /** Keys and contents. */
  async contents(): Promise<string[]> {
    return (await this.lake.listWithEtags("")).map(({ key, etag }) => `${key} ${etag}`);
  }

  private get configuration() {
    const checked = validateApplication(this.settings);
    if (!("settings" in checked)) throw new Error(JSON.stringify(checked.problems));
    const limits = { objectBytes: this.objectBytes };
    return { settings: checked.settings, salt: this.salt, sourceBucket: this.sourceBucket, bucket: "lake", limits };
  }

  private get ports() {
    const source: ObjectStore = {
      get: forbidden,
      list: forbidden,
      put: forbidden,
      delete: forbidden,
      open: async (key) => {
        const found = await this.raw.get(key);
        if (found === undefined) return undefined;
        const { etag, body } = found;
        return { etag, bytes: body.length, modifiedMs: NOW, body: [body.subarray(0, 7), body.subarray(7)] };
      },
    };
    const add = (partitions: readonly { readonly values: readonly string[]; readonly location: string }[]) => {
      for (const { values, location } of partitions) this.partitions.add(`${values.join("/")} ${location}`);
      return Promise.resolve();
    };
    return { store: this.lake, source, catalog: { add }, clock: { now: () => NOW } };
  }
}

export const line = (fields: object = {}): string =>
  JSON.stringify({ timestamp: "2026-11-20T10:00:00Z", level: "INFO", service: "auth", message: "hello", ...fields });
