/** Trino, of which Athena is made, with the Hive connector on a Glue catalogue and an S3 that are stood in for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FakeClock } from "./faketime";
import { MOTO_CREDENTIALS, MOTO_REGION } from "./moto";
import { freePort, startServer } from "./processes";
import { CATALOG, runStatement, type TrinoResult, type TrinoSession } from "./trinoClient";
import { findJava, TRINO_VERSION, trinoFolder } from "./trinoInstall";

export { TrinoError, type TrinoColumn, type TrinoResult, type TrinoSession, type TrinoStats } from "./trinoClient";

export interface TrinoOptions {
  readonly glueUrl: string;
  readonly s3Url: string;
  /** What its clock says. Default: the machine's. */
  readonly clock?: FakeClock;
  /** The JVM's zone. Default: UTC. */
  readonly timeZone?: string;
}

export interface Trino {
  readonly version: string;
  readonly url: string;
  /** Runs one statement. @throws TrinoError with Trino's own words */
  query(sql: string, session?: TrinoSession): Promise<TrinoResult>;
  stop(): Promise<void>;
}

const properties = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");

const catalogProperties = ({ glueUrl, s3Url }: TrinoOptions): string =>
  properties({
    "connector.name": "hive",
    "hive.metastore": "glue",
    "hive.metastore.glue.region": MOTO_REGION,
    "hive.metastore.glue.endpoint-url": glueUrl,
    "hive.metastore.glue.aws-access-key": MOTO_CREDENTIALS.accessKeyId,
    "hive.metastore.glue.aws-secret-key": MOTO_CREDENTIALS.secretAccessKey,
    "hive.metastore.glue.assume-canonical-partition-keys": true,
    "fs.native-s3.enabled": true,
    "s3.endpoint": s3Url,
    "s3.region": MOTO_REGION,
    "s3.path-style-access": true,
    "s3.aws-access-key": MOTO_CREDENTIALS.accessKeyId,
    "s3.aws-secret-key": MOTO_CREDENTIALS.secretAccessKey,
    "hive.non-managed-table-writes-enabled": true,
    "hive.partition-projection-enabled": true,
    "hive.max-partitions-per-scan": 100_000,
    "hive.storage-format": "PARQUET",
    "hive.compression-codec": "ZSTD",
    // moto has no column statistics.
    "hive.table-statistics-enabled": false,
    "hive.collect-column-statistics-on-write": false,
  });

const serverProperties = (port: number, plugins: string): string =>
  properties({
    coordinator: true,
    "node-scheduler.include-coordinator": true,
    "http-server.http.port": port,
    "discovery.uri": `http://127.0.0.1:${port}`,
    "node.internal-address": "127.0.0.1",
    "plugin.dir": plugins,
    "catalog.config-dir": "etc/catalog",
    // A clock that is set forward leaves nobody behind.
    "query.client.timeout": "10000d",
    "task.client.timeout": "10000d",
    "query.max-execution-time": "10000d",
    "query.max-run-time": "10000d",
    "query.max-planning-time": "10000d",
    "query.max-memory": "700MB",
    "query.max-memory-per-node": "700MB",
    "memory.heap-headroom-per-node": "300MB",
    // Two cores: more threads only wait for each other.
    "task.concurrency": 2,
    "task.max-worker-threads": 4,
  });

const javaArguments = (run: string, lib: string, zone: string): string[] => [
  "-Xmx1500M",
  "-XX:+UseSerialGC",
  // The server lives for a minute or two: the better compiler would not pay.
  "-XX:TieredStopAtLevel=1",
  "-XX:+ExitOnOutOfMemoryError",
  "-Djdk.attach.allowAttachSelf=true",
  "-Dfile.encoding=UTF-8",
  `-Duser.timezone=${zone}`,
  "--enable-native-access=ALL-UNNAMED",
  "--sun-misc-unsafe-memory-access=allow",
  "--add-modules=jdk.incubator.vector",
  "-Dnode.environment=test",
  "-Dnode.id=tests",
  `-Dnode.data-dir=${path.join(run, "data")}`,
  `-Dconfig=${path.join(run, "etc", "config.properties")}`,
  `-Dlog.levels-file=${path.join(run, "etc", "log.properties")}`,
  "-cp",
  path.join(lib, "*"),
  "io.trino.server.TrinoServer",
];

const isReady = async (url: string): Promise<boolean> => {
  const info = (await (await fetch(`${url}/v1/info`)).json()) as { starting?: boolean };
  // It says that it is started some moments before the scheduler knows of a node.
  return info.starting === false && (await runStatement(url, "SELECT 1")).rows.length === 1;
};

export const startTrino = async (options: TrinoOptions): Promise<Trino> => {
  const java = findJava();
  const folder = await trinoFolder();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const run = mkdtempSync(path.join(tmpdir(), "alp-trino-"));
  mkdirSync(path.join(run, "etc", "catalog"), { recursive: true });
  mkdirSync(path.join(run, "data"));
  const write = (name: string, text: string): void => writeFileSync(path.join(run, "etc", name), text);
  write("config.properties", serverProperties(port, path.join(folder, "plugin")));
  write("log.properties", "io.trino=INFO\n");
  write(path.join("catalog", `${CATALOG}.properties`), catalogProperties(options));
  const server = await startServer(
    path.join(java, "bin", "java"),
    javaArguments(run, path.join(folder, "lib"), options.timeZone ?? "UTC"),
    {
      cwd: run,
      env: { ...process.env, ...options.clock?.env },
      logFile: path.join(run, "trino.log"),
      ready: () => isReady(url),
    },
  );
  return {
    version: TRINO_VERSION,
    url,
    query: (sql, session) => runStatement(url, sql, session),
    stop: async () => {
      await server.stop();
      rmSync(run, { recursive: true, force: true });
    },
  };
};
