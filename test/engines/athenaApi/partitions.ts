/** The Hive DDL of partitions, carried out on Glue and S3. */
import {
  BatchCreatePartitionCommand,
  DeletePartitionCommand,
  GetPartitionCommand,
  paginateGetPartitions,
  UpdatePartitionCommand,
  UpdateTableCommand,
  type Partition,
  type StorageDescriptor,
} from "@aws-sdk/client-glue";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { QueryFailure } from "./ddl/refusals";
import type { PartitionSpec, Statement } from "./ddl/statement";
import { below, failDdl, findTable, isNotFound, keysOf, type Found, type Services } from "./tables";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** Glue's own limit for BatchCreatePartition. */
const PARTITIONS_PER_CALL = 100;

/** The values in the order of the table's keys. @throws QueryFailure when the statement has other keys. */
const valuesOf = (table: Found, spec: PartitionSpec): string[] => {
  const keys = keysOf(table);
  const foreign = Object.keys(spec).find((key) => !keys.includes(key));
  if (foreign !== undefined) {
    throw new QueryFailure(
      `FAILED: SemanticException [Error 10098]: Non-Partition column appears in the partition specification: ${foreign}`,
    );
  }
  if (keys.some((key) => spec[key] === undefined)) {
    const given = Object.entries(spec).map(([key, value]) => `${key}=${value}`);
    throw new QueryFailure(
      `FAILED: SemanticException [Error 10006]: partition spec {${given.join(", ")}} doesn't contain all (${keys.length}) partition columns`,
    );
  }
  return keys.map((key) => spec[key]!);
};

const nameOf = (table: Found, values: readonly string[]): string =>
  keysOf(table)
    .map((key, index) => `${key}=${values[index]!}`)
    .join("/");

const storageAt = (table: Found, location: string): StorageDescriptor => ({
  ...table.StorageDescriptor,
  Location: location,
});

const createPartitions = async (
  { glue }: Services,
  table: Found,
  wanted: readonly { readonly values: string[]; readonly location: string }[],
): Promise<number> => {
  let existed = 0;
  for (let from = 0; from < wanted.length; from += PARTITIONS_PER_CALL) {
    const { Errors: errors = [] } = await glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName: table.DatabaseName,
        TableName: table.Name,
        PartitionInputList: wanted
          .slice(from, from + PARTITIONS_PER_CALL)
          .map(({ values, location }) => ({ Values: values, StorageDescriptor: storageAt(table, location) })),
      }),
    );
    const other = errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (other !== undefined)
      throw failDdl(`${other.ErrorDetail?.ErrorCode}(message:${other.ErrorDetail?.ErrorMessage})`);
    existed += errors.length;
  }
  return existed;
};

const allPartitions = async ({ glue }: Services, table: Found): Promise<Partition[]> => {
  const found: Partition[] = [];
  const request = { DatabaseName: table.DatabaseName, TableName: table.Name };
  for await (const page of paginateGetPartitions({ client: glue }, request)) found.push(...(page.Partitions ?? []));
  return found;
};

const partitionAt = async ({ glue }: Services, table: Found, values: string[]): Promise<Partition | undefined> => {
  const request = { DatabaseName: table.DatabaseName, TableName: table.Name, PartitionValues: values };
  try {
    return (await glue.send(new GetPartitionCommand(request))).Partition;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};

const checkLocation = (location: string): string => {
  if (/^s3:\/\/[^/]+\/.*/.test(location)) return location;
  throw failDdl(`MetaException(message:Invalid S3 location: ${location})`);
};

export const addPartitions = async (
  services: Services,
  statement: Of<"addPartitions">,
  session: string | undefined,
): Promise<void> => {
  const table = await findTable(services, statement.table, session);
  const wanted = statement.partitions.map(({ spec, location }) => {
    const values = valuesOf(table, spec);
    return { values, location: checkLocation(location ?? below(table, `${nameOf(table, values)}/`)) };
  });
  const existed = await createPartitions(services, table, wanted);
  if (existed > 0 && !statement.ifNotExists) throw failDdl("AlreadyExistsException(message:Partition already exists.)");
};

export const dropPartitions = async (
  services: Services,
  { table: name, specs, ifExists }: Of<"dropPartitions">,
  session: string | undefined,
): Promise<void> => {
  const table = await findTable(services, name, session);
  for (const spec of specs) {
    const values = valuesOf(table, spec);
    if ((await partitionAt(services, table, values)) === undefined) {
      if (ifExists) continue;
      throw new QueryFailure(`FAILED: SemanticException [Error 10006]: Partition not found (${nameOf(table, values)})`);
    }
    await services.glue.send(
      new DeletePartitionCommand({
        DatabaseName: table.DatabaseName,
        TableName: table.Name,
        PartitionValues: values,
      }),
    );
  }
};

export const setLocation = async (
  services: Services,
  { table: name, spec, location }: Of<"setLocation">,
  session: string | undefined,
): Promise<void> => {
  const table = await findTable(services, name, session);
  const StorageDescriptor = storageAt(table, checkLocation(location));
  if (spec === undefined) {
    const { Name, TableType, Parameters, PartitionKeys, Owner, Description } = table;
    const TableInput = { Name, TableType, Parameters, PartitionKeys, Owner, Description, StorageDescriptor };
    await services.glue.send(new UpdateTableCommand({ DatabaseName: table.DatabaseName, TableInput }));
    return;
  }
  const Values = valuesOf(table, spec);
  if ((await partitionAt(services, table, Values)) === undefined)
    throw new QueryFailure(`FAILED: SemanticException [Error 10006]: Partition not found (${nameOf(table, Values)})`);
  await services.glue.send(
    new UpdatePartitionCommand({
      DatabaseName: table.DatabaseName,
      TableName: table.Name,
      PartitionValueList: Values,
      PartitionInput: { Values, StorageDescriptor },
    }),
  );
};

/** `key=value/...`, one a partition. */
export const showPartitions = async (
  services: Services,
  { table: name }: Of<"showPartitions">,
  session: string | undefined,
): Promise<string[]> => {
  const table = await findTable(services, name, session);
  if (keysOf(table).length === 0)
    throw new QueryFailure(
      `FAILED: SemanticException [Error 10241]: Table ${table.DatabaseName}.${table.Name} is not a partitioned table`,
    );
  return (await allPartitions(services, table)).map(({ Values }) => nameOf(table, Values!)).sort();
};

/** Adds what lies in `key=value` folders below the table and is not known; says so, as Hive does. */
export const repairTable = async (
  services: Services,
  { table: name }: Of<"repair">,
  session: string | undefined,
): Promise<string[]> => {
  const table = await findTable(services, name, session);
  const keys = keysOf(table);
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(below(table, "")) ?? [];
  if (bucket === undefined) return [];
  const known = new Set((await allPartitions(services, table)).map(({ Values }) => nameOf(table, Values!)));
  const missing = new Map<string, string[]>();
  for await (const page of paginateListObjectsV2({ client: services.s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) {
      const folders = Key!.slice(prefix!.length).split("/").slice(0, keys.length);
      const values = folders.map((folder, index) => new RegExp(`^${keys[index]!}=(.+)$`).exec(folder)?.[1]);
      if (values.length < keys.length || values.includes(undefined)) continue;
      const spelled = folders.join("/");
      if (!known.has(spelled)) missing.set(spelled, values as string[]);
    }
  }
  await createPartitions(
    services,
    table,
    [...missing].map(([spelled, values]) => ({ values, location: below(table, `${spelled}/`) })),
  );
  if (missing.size === 0) return [];
  const spelled = [...missing.keys()].sort();
  return [
    `Partitions not in metastore:\t${spelled.map((path) => `${table.Name}:${path}`).join("\t")}`,
    ...spelled.map((path) => `Repair: Added partition to metastore ${table.Name}:${path}`),
  ];
};
