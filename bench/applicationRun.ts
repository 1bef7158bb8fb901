/**
 * The application logs' reader on one object, in the very bundle that is deployed, on a directory: `applicationRun.js BUNDLE LAKE SOURCE
 * KEY`. Prints what it read.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { quietSdk } from "../src/local/bundles";
import { applicationSettingsKey } from "../src/model/applicationKeys";
import { DirectoryStore } from "../src/local/directoryStore";
import { systemClock, type ObjectStore, type PartitionRegistry } from "../src/ports";

interface Reader {
  local(
    environment: Readonly<Record<string, string>>,
    ports: {
      readonly store: ObjectStore;
      readonly source: ObjectStore;
      readonly catalog: PartitionRegistry;
      readonly clock: typeof systemClock;
    },
    secret: (name: string) => Promise<string>,
  ): { read(keys: readonly string[]): Promise<readonly { readonly outcome: string; readonly rows: number }[]> };
}

const [bundle, lake, source, key] = process.argv.slice(2) as [string, string, string, string];
/** Its owner writes it: what checks settings would be counted as the function's memory. */
const SETTINGS_KEY = applicationSettingsKey("bench");

const main = async (): Promise<void> => {
  quietSdk();
  const store = new DirectoryStore(lake);
  const bundled = createRequire(__filename)(path.resolve(bundle)) as Reader;
  const ports = {
    store,
    source: new DirectoryStore(source),
    catalog: { add: () => Promise.resolve() },
    clock: systemClock,
  };
  const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));
  const reader = bundled.local({ BUCKET: "lake", SOURCE_BUCKET: "raw", SETTINGS_KEY }, ports, noSecret);
  const { user, system } = process.cpuUsage();
  const [result] = await reader.read([key]);
  const used = process.cpuUsage({ user, system });
  console.log(JSON.stringify({ ...result, cpuSeconds: (used.user + used.system) / 1e6 }));
};

void main();
