/** Further sources of the local pipeline: buckets as folders, whose new objects reach the deployed functions by way of their rules. */
import path from "node:path";
import type { Clock, ObjectStore, PartitionRegistry } from "../ports";
import { loadBundle, type ReadApplicationObject, type ReadDelivery } from "./bundles";
import { AnnouncingStore } from "./announcingStore";
import { matchesKey, type DeployedReader } from "./deployedSources";
import { DirectoryStore } from "./directoryStore";
import { addPartitions, bucketPath, type LocalTable } from "./localCatalog";
import { databaseOf, loadCatalog } from "./catalogFile";

/** The folder that stands for a source's bucket. */
export const sourcePath = (lake: string, bucket: string): string => path.join(lake, "sources", bucket);

/** Objects that one run of a function gets, as the event source mapping has it. */
const BATCH = 20;

/** A bucket whose objects a function reads. */
export interface LocalSource<Result> {
  readonly bucket: ObjectStore;
  /** Tells once more of every object that lies there. */
  announceAll(): Promise<void>;
  /** Reads what was told of since the last time, and says what became of each object. */
  drain(): Promise<Result[]>;
}

const openSource = <Result>(
  lake: string,
  { bucket: name, keys: filters }: DeployedReader,
  read: (source: ObjectStore, keys: readonly string[]) => Promise<readonly Result[]>,
): LocalSource<Result> => {
  const queue = new Set<string>();
  const source = new DirectoryStore(sourcePath(lake, name));
  const announce = (key: string): void => {
    if (matchesKey(filters, key)) queue.add(key);
  };
  return {
    bucket: new AnnouncingStore(source, announce),
    async announceAll() {
      for (const { key } of await source.list("")) announce(key);
    },
    async drain() {
      const results: Result[] = [];
      while (queue.size > 0) {
        const keys = [...queue].slice(0, BATCH);
        for (const key of keys) queue.delete(key);
        results.push(...(await read(source, keys)));
      }
      return results;
    },
  };
};

/** A bucket that others deliver to. */
export interface PipelineSource<Result> {
  /** Puts objects there and has them read and converted, as their events would. */
  deliver(objects: readonly DeliveredObject[]): Promise<readonly Result[]>;
  /** Has all that lies there read once more. */
  readAgain(): Promise<readonly Result[]>;
}

export interface DeliveredObject {
  readonly key: string;
  readonly body: Uint8Array;
}

/** @param after what the new raw objects of the lake still need */
export const pipelineSource = <Result>(
  source: LocalSource<Result>,
  after: () => Promise<void>,
): PipelineSource<Result> => {
  const read = async (): Promise<readonly Result[]> => {
    const results = await source.drain();
    await after();
    return results;
  };
  return {
    async deliver(objects) {
      for (const { key, body } of objects) await source.bucket.put(key, body);
      return read();
    },
    async readAgain() {
      await source.announceAll();
      return read();
    },
  };
};

/** Partitions of a table in the lake's own catalogue, in Glue's place. */
export class LocalPartitionRegistry implements PartitionRegistry {
  constructor(
    private readonly lake: string,
    private readonly database: string,
    private readonly table: string,
  ) {}

  add(partitions: Parameters<PartitionRegistry["add"]>[0]): Promise<void> {
    const keys = this.definition()?.partitionKeys.map(({ name }) => name) ?? [];
    addPartitions(
      this.lake,
      this.table,
      partitions.map(({ values, location }) => ({
        values: Object.fromEntries(keys.map((key, i) => [key, values[i] ?? ""])),
        location,
      })),
      this.database,
    );
    return Promise.resolve();
  }

  private definition(): LocalTable | undefined {
    const catalog = loadCatalog(this.lake);
    return catalog?.tables.find((table) => table.name === this.table && databaseOf(catalog, table) === this.database);
  }
}

export type Secret = (name: string) => Promise<string>;

interface SourcePorts {
  readonly lake: string;
  readonly clock: Clock;
  readonly secret: Secret;
}

/** `store` is the lake's, which tells the converter of new raw objects. */
export const openCloudFront = (
  reader: DeployedReader,
  { lake, clock, secret, store }: SourcePorts & { readonly store: ObjectStore },
): LocalSource<ReadDelivery> =>
  openSource(lake, reader, (source, keys) =>
    loadBundle("cloudfront").local(reader.environment, { store, source, clock }, secret).read(keys),
  );

export const openApplicationLogs = (
  reader: DeployedReader,
  { lake, clock, secret }: SourcePorts,
): LocalSource<ReadApplicationObject> => {
  const { TABLE_DATABASE: database = "", TABLE_NAME: table = "" } = reader.environment;
  const catalog = new LocalPartitionRegistry(lake, database, table);
  const store = new DirectoryStore(bucketPath(lake));
  return openSource(lake, reader, (source, keys) =>
    loadBundle("applogs").local(reader.environment, { store, source, catalog, clock }, secret).read(keys),
  );
};
