/** Athena's engine as far as a compaction asks it: DuckDB, on what lies in the bucket at that moment. It goes around the proxy. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetTableCommand } from "@aws-sdk/client-glue";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { openLake, type LakeSession } from "../../../src/local/duckdbLake";
import { bucketPath, replaceDefinitions } from "../../../src/local/localCatalog";
import { maintenanceTables } from "../../../src/model/catalog";
import type { SqlEngine, SqlResult } from "../athenaApi/sql/engine";
import type { Services } from "../athenaApi/tables";
import { keysBelow, readObject } from "./table";

export interface EngineLake {
  readonly bucket: string;
  readonly database: string;
  readonly table: string;
  readonly apps: readonly string[];
}

const NOTHING: SqlResult = { columns: [], rows: [], scannedBytes: 0, updateCount: undefined };

/** Trino's names of DuckDB's types. */
const TYPES: Readonly<Record<string, string>> = {
  varchar: "varchar",
  integer: "integer",
  bigint: "bigint",
  hugeint: "bigint",
  float: "real",
  double: "double",
  date: "date",
  timestamp: "timestamp",
  boolean: "boolean",
};

const typeOf = (duckdb: string): string => {
  const known = TYPES[duckdb];
  if (known === undefined) throw new Error(`nobody has said what Athena calls ${duckdb}`);
  return known;
};

/** As the engine writes numbers. */
const textOf = (value: unknown): unknown => (typeof value === "number" ? String(value) : value);

/** The one day that a compaction's statements are about. */
const dateOf = (sql: string): string => {
  const dates = new Set([...sql.matchAll(/"date" = '([\d-]+)'/g)].map(([, date]) => date!));
  if (dates.size !== 1) throw new Error(`a function of the pipeline started a query of ${dates.size} days: ${sql}`);
  return [...dates][0]!;
};

/** The day's files, in a directory that is laid out as the bucket is. */
const withDay = async <Result>(
  { s3 }: Services,
  { bucket, database, table, apps }: EngineLake,
  date: string,
  use: (session: LakeSession, folder: string) => Promise<Result>,
): Promise<Result> => {
  const lake = mkdtempSync(path.join(tmpdir(), "alp-engine-"));
  const tables = maintenanceTables({
    ...{ database, table, bucket, apps, rawPrefix: "raw" },
    years: { first: 2018, last: 2049 },
  });
  try {
    replaceDefinitions(lake, { database, tables, views: [] });
    const keys = [
      ...(await keysBelow(s3, bucket, "access_logs/")),
      ...(await keysBelow(s3, bucket, "access_logs_compacted/")),
    ];
    for (const key of keys.filter((one) => one.includes(`/date=${date}/`))) {
      const file = path.join(bucketPath(lake), key);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, await readObject(s3, bucket, key));
    }
    const session = await openLake(lake, { only: { tables: tables.map(({ name }) => name), date } });
    return await use(session, bucketPath(lake)).finally(() => session.close());
  } finally {
    rmSync(lake, { recursive: true, force: true });
  }
};

/** Carries out the INSERT that the endpoint makes of an UNLOAD, and puts the files where its table lies. */
const insert = async (services: Services, lake: EngineLake, name: string, query: string): Promise<SqlResult> => {
  const { Table } = await services.glue.send(new GetTableCommand({ DatabaseName: lake.database, Name: name }));
  const root = `s3://${lake.bucket}/`;
  const location = Table!.StorageDescriptor!.Location!;
  if (!location.startsWith(root)) throw new Error(`${location} is outside the lake`);
  const prefix = location.slice(root.length);
  const partitionedBy = (Table!.PartitionKeys ?? []).map(({ Name }) => Name!);
  await withDay(services, lake, dateOf(query), async (session, bucketFolder) => {
    const folder = path.resolve(bucketFolder, prefix);
    await session.unload(query, { folder, partitionedBy });
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const Key = prefix + path.relative(folder, file);
      await services.s3.send(new PutObjectCommand({ Bucket: lake.bucket, Key, Body: readFileSync(file) }));
    }
  });
  return NOTHING;
};

const select = (services: Services, lake: EngineLake, sql: string): Promise<SqlResult> =>
  withDay(services, lake, dateOf(sql), async (session) => {
    const { columns, rows } = await session.query(sql);
    return {
      ...NOTHING,
      columns: columns.map(({ name, type }) => ({ name, type: { rawType: typeOf(type), arguments: [] } })),
      rows: rows.map((row) => columns.map(({ name }) => textOf(row[name]))),
    };
  });

export const lakeEngine = (services: Services, lake: EngineLake): SqlEngine => {
  const carryOut = (sql: string): Promise<SqlResult> => {
    if (sql.startsWith("PREPARE ")) return Promise.resolve(NOTHING);
    const [, name, query] = /^INSERT INTO "[^"]+"\."(\w+)" ([\s\S]*)$/.exec(sql) ?? [];
    return name === undefined ? select(services, lake, sql) : insert(services, lake, name, query!);
  };
  return { run: (sql) => ({ done: carryOut(sql), scannedBytes: () => 0, cancel: () => Promise.resolve() }) };
};
