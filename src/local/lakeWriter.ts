/** What every way into the local lake shares: the deployed converter on the lake's folder, and the partitions afterwards. */
import { InputError } from "../errors";
import { PREFIXES } from "../model/keys";
import { systemClock, type ObjectStore } from "../ports";
import { loadBundle, type Conversion } from "./bundles";
import { DirectoryMaintenanceStore } from "./directoryMaintenanceStore";
import { bucketPath, catalogNames, loadCatalog } from "./localCatalog";
import { LocalPartitions } from "./localPartitions";
import { LocalQueryEngine } from "./localQueryEngine";

export interface LocalConverter {
  convert(key: string): Promise<Conversion>;
}

/** The converter as the component deploys it by default: addresses are cut to their network. */
export const openConverter = (store: ObjectStore): Promise<LocalConverter> => {
  const environment = { BUCKET: "local", RAW_PREFIX: PREFIXES.raw, IP_POLICY: "truncated" };
  const noSecret = (): Promise<string> => Promise.reject(new InputError("the local lake has no secrets"));
  return loadBundle("convert").local(environment, { store, clock: systemClock }, noSecret);
};

/** Makes the days of these apps known to queries, those of earlier runs that broke off included. */
export const registerPartitions = async (lake: string, apps: readonly string[]): Promise<void> => {
  const { database, table } = catalogNames(loadCatalog(lake)!);
  const environment = {
    BUCKET: "local",
    DATABASE: database,
    TABLE: table,
    WORKGROUP: "maintenance",
    APPS: apps.join(","),
    QUERY_TIMEOUT_SECONDS: "60",
    // One's own files stay, however old they are.
    TABLE_DAYS: "100000",
  };
  const sleep = (): Promise<void> => Promise.resolve();
  const ports = {
    engine: new LocalQueryEngine(lake),
    store: new DirectoryMaintenanceStore(bucketPath(lake)),
    catalog: new LocalPartitions(lake, table),
    clock: systemClock,
    sleep,
  };
  await loadBundle("partitions")
    .local(environment, ports)
    .update({ time: new Date(systemClock.now()).toISOString() });
};
