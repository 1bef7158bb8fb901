/** The typed table as it lies in S3, read by DuckDB. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { ExpectedRow } from "./expected";

export const keysBelow = async (s3: S3Client, bucket: string, prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
  return keys;
};

export const readObject = async (s3: S3Client, bucket: string, key: string): Promise<Buffer> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from(await Body!.transformToByteArray());
};

/** Asks DuckDB of the files below these prefixes. A file's path says whose it is, as the table's partitions do. */
const ask = async (
  s3: S3Client,
  bucket: string,
  select: string,
  prefixes: readonly string[] = ["access_logs/"],
): Promise<Record<string, unknown>[]> => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-table-"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    for (const prefix of prefixes)
      for (const key of await keysBelow(s3, bucket, prefix)) {
        const file = path.join(folder, key);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, await readObject(s3, bucket, key));
      }
    const files = path.join(folder, "**", "*.parquet");
    const types = "hive_partitioning = true, hive_types = {'app': VARCHAR, 'date': VARCHAR}, union_by_name = true";
    const reader = await connection.runAndReadAll(`SELECT ${select} FROM read_parquet('${files}', ${types})`);
    return reader.getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Default: of the hourly files. */
export const tableRows = async (s3: S3Client, bucket: string, prefixes?: readonly string[]): Promise<ExpectedRow[]> =>
  (await ask(
    s3,
    bucket,
    `app, "date" || 'T' || left("time", 2) AS hour, request_id AS "requestId", "time", status, CAST(bytes AS INTEGER) AS bytes`,
    prefixes,
  )) as unknown as ExpectedRow[];

/** The different values of one column. */
export const tableColumn = async (s3: S3Client, bucket: string, column: string): Promise<unknown[]> =>
  (await ask(s3, bucket, `DISTINCT ${column} AS value`)).map(({ value }) => value);
