/** Tables of Glue as the DDL finds them, and the words in which Athena fails. */
import { GetDatabaseCommand, GetTableCommand, type GlueClient, type Table } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { QualifiedName } from "./ddl/reader";
import { QueryFailure } from "./ddl/refusals";

export interface Services {
  readonly glue: GlueClient;
  readonly s3: S3Client;
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === "EntityNotFoundException";

export const failDdl = (error: string): QueryFailure =>
  new QueryFailure(`FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${error}`);

/** A table or view, and its database's name. @throws QueryFailure */
export const findTable = async (
  { glue }: Services,
  { database, name }: QualifiedName,
  session: string | undefined,
): Promise<Table & { readonly DatabaseName: string; readonly Name: string }> => {
  const DatabaseName = database ?? session ?? "default";
  try {
    await glue.send(new GetDatabaseCommand({ Name: DatabaseName }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new QueryFailure(`FAILED: SemanticException [Error 10072]: Database does not exist: ${DatabaseName}`);
  }
  try {
    const { Table: table } = await glue.send(new GetTableCommand({ DatabaseName, Name: name }));
    return { ...table!, DatabaseName, Name: name };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new QueryFailure(`FAILED: SemanticException [Error 10001]: Table not found ${DatabaseName}.${name}`);
  }
};

/** A table that exists. */
export type Found = Awaited<ReturnType<typeof findTable>>;

/** Names of the partition keys, in their order. */
export const keysOf = (table: Table): string[] => (table.PartitionKeys ?? []).map(({ Name }) => Name!);

/** `s3://bucket/folder/` and what lies below it. */
export const below = (table: Table, path: string): string =>
  `${(table.StorageDescriptor?.Location ?? "").replace(/\/*$/, "/")}${path}`;
