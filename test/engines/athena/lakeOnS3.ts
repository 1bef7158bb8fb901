/** A local lake's objects and partitions, as they would lie in S3 and Glue. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { BatchCreatePartitionCommand, GetTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { bucketPath, loadCatalog } from "../../../src/local/localCatalog";
import { MOTO_REGION } from "../tools/moto";

const UPLOADS_AT_ONCE = 8;
/** Glue's own limit of one call. */
const PARTITIONS_AT_ONCE = 100;

export interface UploadedObject {
  readonly key: string;
  readonly bytes: number;
}

const ensureBucket = async (s3: S3Client, bucket: string): Promise<void> => {
  const CreateBucketConfiguration = { LocationConstraint: MOTO_REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration })).catch((error: unknown) => {
    if ((error as Error).name !== "BucketAlreadyOwnedByYou") throw error;
  });
};

/** Puts every object of the lake under its own key. */
export const uploadLake = async (s3: S3Client, lake: string, bucket: string): Promise<UploadedObject[]> => {
  await ensureBucket(s3, bucket);
  const root = bucketPath(lake);
  const keys = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
  const uploaded: UploadedObject[] = [];
  const queue = keys.values();
  const work = async (): Promise<void> => {
    for (const key of queue) {
      const body = readFileSync(path.join(root, key));
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key.split(path.sep).join("/"), Body: body }));
      uploaded.push({ key, bytes: body.length });
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
  return uploaded;
};

/** Makes known in Glue what the partition updater made known in the local catalogue; returns how many. */
export const registerPartitions = async (
  glue: GlueClient,
  of: {
    readonly lake: string;
    readonly bucket: string;
    readonly database: string;
    readonly table: string;
    /** The table's name in the local catalogue. Default: the same. */
    readonly localTable?: string;
  },
): Promise<number> => {
  const partitions = loadCatalog(of.lake)?.partitions[of.localTable ?? of.table] ?? [];
  const request = { DatabaseName: of.database, TableName: of.table };
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: of.database, Name: of.table }));
  for (let from = 0; from < partitions.length; from += PARTITIONS_AT_ONCE) {
    const inputs = partitions.slice(from, from + PARTITIONS_AT_ONCE).map(({ values, location }) => ({
      Values: Table!.PartitionKeys!.map(({ Name }) => values[Name!]!),
      StorageDescriptor: { ...Table!.StorageDescriptor, Location: `s3://${of.bucket}/${location}` },
    }));
    const { Errors = [] } = await glue.send(
      new BatchCreatePartitionCommand({ ...request, PartitionInputList: inputs }),
    );
    if (Errors.length > 0) throw new Error(`Glue refused partitions: ${JSON.stringify(Errors[0])}`);
  }
  return partitions.length;
};
