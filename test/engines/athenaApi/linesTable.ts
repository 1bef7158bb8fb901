/** A database with a new table for each test: lines of text, partitioned by a number and a reserved word. */
import { CreateDatabaseCommand, CreateTableCommand } from "@aws-sdk/client-glue";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { testClient, type TestClient } from "./client";
import { registeredPartitions } from "./glue";
import type { World } from "./world";

export const DATABASE = "ddl_tests";
const IN_DATABASE = { QueryExecutionContext: { Database: DATABASE } };

export interface LinesTable {
  readonly client: TestClient;
  readonly name: string;
  /** `s3://bucket/folder`, without a slash at its end. */
  readonly root: string;
  readonly inDatabase: typeof IN_DATABASE;
  /** Puts a file below the table's folder. */
  put(path: string, text: string): Promise<void>;
  /** Keys below a folder of the table's. */
  objects(folder: string): Promise<string[]>;
  /** Runs a DDL statement, which must succeed. */
  ddl(sql: string): Promise<void>;
  /** Runs a statement, which must be FAILED, and returns why. */
  reason(sql: string): Promise<string>;
  /** Line, year and date of all rows. */
  read(relation?: string): Promise<(string | null)[][]>;
  registered(): Promise<Record<string, string>>;
}

let count = 0;

export const newLinesTable = async (world: World): Promise<LinesTable> => {
  const { glue, s3 } = world.services;
  const { bucket } = world;
  const client = testClient(world);
  if (count++ === 0) await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DATABASE } }));
  const name = `lines_${count}`;
  const root = `s3://${bucket}/ddl/${name}`;
  await glue.send(
    new CreateTableCommand({
      DatabaseName: DATABASE,
      TableInput: {
        Name: name,
        TableType: "EXTERNAL_TABLE",
        Parameters: { EXTERNAL: "TRUE" },
        PartitionKeys: [
          { Name: "year", Type: "int" },
          { Name: "date", Type: "string" },
        ],
        StorageDescriptor: {
          Columns: [{ Name: "line", Type: "string" }],
          Location: `${root}/`,
          InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" },
        },
      },
    }),
  );
  return {
    client,
    name,
    root,
    inDatabase: IN_DATABASE,
    put: async (path, text) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `ddl/${name}/${path}`, Body: Buffer.from(text) }));
    },
    objects: async (folder) => {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: `ddl/${name}/${folder}` }),
      );
      return Contents.map(({ Key }) => Key!);
    },
    ddl: async (sql) => {
      const { Status, StatementType } = await client.finish(sql, IN_DATABASE);
      expect(Status!.State, Status!.StateChangeReason).to.equal("SUCCEEDED");
      expect(StatementType).to.equal("DDL");
    },
    reason: async (sql) => {
      const { Status } = await client.finish(sql, IN_DATABASE);
      expect(Status!.State).to.equal("FAILED");
      return Status!.StateChangeReason!;
    },
    read: async (relation = name) =>
      (await client.rows(`SELECT line, year, "date" FROM ${DATABASE}.${relation} ORDER BY 1`)).slice(1),
    registered: () => registeredPartitions(glue, DATABASE, name),
  };
};
