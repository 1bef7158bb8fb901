/** The deployed catalogue over the sample lake, in Trino and in DuckDB: made once for all suites of this folder. */
import { openLake, type LakeSession } from "../../../src/local/duckdbLake";
import { DAY_MS } from "../../../src/model/windows";
import { openEngine, type AthenaEngine } from "./engine";
import { replayCatalog, type ReplayedCatalog } from "./glueReplay";
import { convertHours, emptyLake, windLake, type Lake } from "./lake";
import { registerPartitions, uploadLake, type UploadedObject } from "./lakeOnS3";
import { deployedResources, localDeployment } from "./program";
import { NOW, NOW_MS, SAMPLE_HOURS, TODAY } from "./sample";

export interface World {
  readonly version: string;
  readonly engine: AthenaEngine;
  readonly catalog: ReplayedCatalog;
  /** The typed table; the others are named after it. */
  readonly table: string;
  readonly lake: Lake;
  readonly bucket: string;
  readonly objects: readonly UploadedObject[];
  /** The lake in DuckDB, on the day that Trino's clock shows. */
  readonly duckdb: LakeSession;
}

const WOUND_DAYS = 1;
const REQUESTS_PER_DAY = 600;

const bucketOf = ({ tables }: ReplayedCatalog): string =>
  /^s3:\/\/([^/]+)\//.exec(tables[0]!.storageDescriptor!.location!)![1]!;

const fill = async (lake: Lake): Promise<void> => {
  const counts = await windLake(lake, { startMs: NOW_MS - WOUND_DAYS * DAY_MS, endMs: NOW_MS }, REQUESTS_PER_DAY);
  if (counts.rowsAdded < 50) throw new Error(`the schedules fetched ${counts.rowsAdded} rows only`);
  await convertHours(lake, SAMPLE_HOURS, NOW_MS);
};

const open = async (): Promise<World> => {
  const [engine, resources] = await Promise.all([openEngine(), deployedResources()]);
  const deployment = await localDeployment();
  const lake = emptyLake(deployment);
  await fill(lake);
  const catalog = await replayCatalog(engine.glue, resources);
  const bucket = bucketOf(catalog);
  const objects = await uploadLake(engine.s3, lake.folder, bucket);
  const table = catalog.tables.find(
    // The compaction's own tables are projected.
    ({ parameters }) => parameters?.["classification"] === "parquet" && parameters["projection.enabled"] !== "true",
  )!.name;
  const { database } = catalog;
  await registerPartitions(engine.glue, { lake: lake.folder, bucket, database, table });
  await engine.setClock(NOW);
  const duckdb = await openLake(lake.folder, { today: TODAY });
  return { version: engine.version, engine, catalog, table, lake, bucket, objects, duckdb };
};

let opened: Promise<World> | undefined;

/** The same one for every suite; it is gone when all suites are through. */
export const openWorld = (): Promise<World> => (opened ??= open());

after(async () => {
  const world = await opened?.catch(() => undefined);
  world?.duckdb.close();
  world?.lake.remove();
});
