/** UNLOAD, as Athena's user guide has it: files at a location, a manifest of them, and no table. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { DeleteTableCommand } from "@aws-sdk/client-glue";
import { paginateListObjectsV2, PutObjectCommand } from "@aws-sdk/client-s3";
import { QueryFailure } from "./ddl/refusals";
import type { Statement } from "./ddl/statement";
import { repairTable } from "./partitions";
import type { SqlRun } from "./sql/engine";
import { isNotFound, type Services } from "./tables";
import { checkEmpty, fillTable, MAX_PARTITIONS, tooManyPartitions, type WriteContext } from "./writes";

type Unload = Extract<Statement, { kind: "unload" }>;

export interface UnloadContext extends WriteContext {
  /** Where the workgroup puts the query's results; ends with a slash. */
  readonly outputFolder: string;
  readonly queryId: string;
}

const filesBelow = async ({ s3 }: Services, location: string): Promise<string[]> => {
  const [, Bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  if (Bucket === undefined) throw new QueryFailure(`INVALID_TABLE_PROPERTY: not an S3 location: ${location}`);
  const Prefix = prefix === "" ? "" : prefix!.replace(/\/*$/, "/");
  const found: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
    found.push(...Contents.map(({ Key }) => `s3://${Bucket}/${Key}`));
  return found;
};

/** Where GetQueryExecution says that the manifest lies. */
export const manifestOf = ({ outputFolder, queryId }: Pick<UnloadContext, "outputFolder" | "queryId">): string =>
  `${outputFolder}${queryId}-manifest.csv`;

/** The table that files are written through is taken away again. */
export const unload = async (context: UnloadContext, statement: Unload): SqlRun["done"] => {
  const { services, database = "default" } = context;
  const { location, partitionedBy } = statement;
  // "Except when writing to partitions": there, the same UNLOAD run twice lays its files down twice.
  if (partitionedBy.length === 0) await checkEmpty(context, location, "UNLOAD");
  const before = new Set(await filesBelow(services, location));
  const name = `unload_${randomUUID().replaceAll("-", "")}`;
  // The engine refuses folders that it does not know as partitions.
  const prepare = (): Promise<unknown> =>
    repairTable(services, { kind: "repair", table: { database, name } }, database);
  try {
    const result = await fillTable(
      context,
      { ...statement, database, name, countsPartitions: false, ...(before.size > 0 ? { prepare } : {}) },
      statement.query,
    );
    const written = (await filesBelow(services, location)).filter((file) => !before.has(file));
    if (new Set(written.map((file) => path.dirname(file))).size > MAX_PARTITIONS) throw tooManyPartitions();
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(manifestOf(context))!;
    await services.s3.send(new PutObjectCommand({ Bucket, Key, Body: written.map((file) => `${file}\n`).join("") }));
    return result;
  } finally {
    await services.glue.send(new DeleteTableCommand({ DatabaseName: database, Name: name })).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
};
