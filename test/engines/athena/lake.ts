/** Lakes whose files our handlers wrote: wound by the schedules, or converted from hours that a test gives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadBundle } from "../../../src/local/bundles";
import type { Deployment } from "../../../src/local/deployment";
import { DirectoryMaintenanceStore } from "../../../src/local/directoryMaintenanceStore";
import { LocalPartitions } from "../../../src/local/localPartitions";
import { LocalQueryEngine } from "../../../src/local/localQueryEngine";
import { bucketPath, catalogNames, replaceDefinitions } from "../../../src/local/localCatalog";
import { openPipeline, woundClock, type PipelineCounts } from "../../../src/local/pipeline";
import { startSimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { rawKey, type AppHour } from "../../../src/model/keys";
import type { TimeRange } from "../../../src/ports";
import { gzipFile } from "../../rows/logLines";

/** Lines of Amplify's file of one app and hour. */
export interface HourOfLines extends AppHour {
  readonly lines: readonly string[];
}

export interface Lake {
  readonly folder: string;
  readonly deployment: Deployment;
  remove(): void;
}

/** An empty lake with the deployment's tables and views. */
export const emptyLake = (deployment: Deployment): Lake => {
  const root = mkdtempSync(path.join(tmpdir(), "alp-athena-"));
  const folder = path.join(root, "lake");
  replaceDefinitions(folder, deployment);
  return { folder, deployment, remove: () => rmSync(root, { recursive: true, force: true }) };
};

const APPS = [
  { name: "shop", appId: "d1a2b3c4d5e6f7", domainName: "develop.d1a2b3c4d5e6f7.amplifyapp.com" },
  { name: "blog", appId: "d7f6e5d4c3b2a1", domainName: "develop.d7f6e5d4c3b2a1.amplifyapp.com" },
];

/** Runs every schedule of the range, against an Amplify that misbehaves as the real one does. */
export const windLake = async (
  { folder, deployment }: Lake,
  range: TimeRange,
  requestsPerDay: number,
): Promise<PipelineCounts> => {
  const clock = woundClock(range.startMs);
  const sockets = mkdtempSync(path.join(tmpdir(), "alp-socket-"));
  const socketPath = path.join(sockets, "amplify.sock");
  const amplify = await startSimulatedAmplify({ apps: APPS, seed: "athena", requestsPerDay, clock, socketPath });
  try {
    const { url: amplifyUrl, logHost } = amplify;
    const pipeline = await openPipeline({ lake: folder, deployment, clock, amplifyUrl, logHost, socketPath });
    await pipeline.wind(range, () => undefined);
    return pipeline.counts;
  } finally {
    await amplify.close();
    rmSync(sockets, { recursive: true, force: true });
  }
};

/** Stores the hours as the fetcher lays them down, converts them, and has their partitions registered; returns the rows. */
export const convertHours = async (
  { folder, deployment }: Lake,
  hours: readonly HourOfLines[],
  nowMs: number,
): Promise<number> => {
  const { environment } = deployment.converter;
  const store = new DirectoryMaintenanceStore(bucketPath(folder));
  const clock = { now: () => nowMs };
  const noSecret = (): Promise<string> => Promise.reject(new Error("no secret is needed"));
  const converter = await loadBundle("convert").local(environment, { store, clock }, noSecret);
  let rows = 0;
  for (const { lines, ...hour } of hours) {
    const key = rawKey(environment["RAW_PREFIX"]!, hour);
    await store.put(key, gzipFile(lines));
    rows += (await converter.convert(key)).rows;
  }
  const engine = new LocalQueryEngine(folder);
  const sleep = (): Promise<void> => Promise.resolve();
  const catalog = new LocalPartitions(folder, catalogNames(deployment).table);
  const ports = { engine, store, catalog, clock, sleep };
  const updater = loadBundle("partitions").local(deployment.updater.environment, ports);
  await updater.update({ time: new Date(nowMs).toISOString() });
  return rows;
};
