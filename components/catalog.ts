import * as pulumi from "@pulumi/pulumi";
import { CatalogDatabase, CatalogTable } from "@pulumi/aws/glue";
import type { Column } from "../src/model/columns";
import type { TableDefinition, TableFormat } from "../src/model/catalog";

export const glueColumns = (columns: readonly Column[]) =>
  columns.map(({ name, type, comment }) => ({ name, type, comment }));

const TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

/** How Athena reads each format. */
const FORMATS: Record<
  TableFormat,
  {
    inputFormat: string;
    outputFormat: string;
    serDe: string;
    serDeParameters: Record<string, string>;
    parameters: Record<string, string>;
  }
> = {
  csv: {
    inputFormat: TEXT_INPUT,
    outputFormat: TEXT_OUTPUT,
    // LazySimpleSerDe keeps types and backslashes; OpenCSVSerDe makes all text and eats backslashes.
    serDe: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    serDeParameters: { "field.delim": ",", "serialization.format": "," },
    parameters: { classification: "csv", "skip.header.line.count": "1" },
  },
  json: {
    inputFormat: TEXT_INPUT,
    outputFormat: TEXT_OUTPUT,
    serDe: "org.openx.data.jsonserde.JsonSerDe",
    serDeParameters: { "serialization.format": "1" },
    parameters: { classification: "json" },
  },
  parquet: {
    inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    serDe: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    serDeParameters: { "serialization.format": "1" },
    parameters: { classification: "parquet" },
  },
};

/** A table as Glue takes it. */
export const glueTable = (table: TableDefinition, bucket: string) => {
  const format = FORMATS[table.format];
  return {
    name: table.name,
    description: table.comment,
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", ...format.parameters, ...table.projection },
    partitionKeys: glueColumns(table.partitionKeys),
    storageDescriptor: {
      location: `s3://${bucket}/${table.prefix}/`,
      columns: glueColumns(table.columns),
      inputFormat: format.inputFormat,
      outputFormat: format.outputFormat,
      serDeInfo: { name: table.format, serializationLibrary: format.serDe, parameters: format.serDeParameters },
    },
  };
};

export interface DatabaseSettings {
  readonly databaseName: string;
  readonly description: string;
  readonly tags: Record<string, string>;
}

/** A database whose tables IAM decides about. */
export const createCatalogDatabase = (
  name: string,
  { databaseName, description, tags }: DatabaseSettings,
  parent: pulumi.Resource,
): CatalogDatabase =>
  new CatalogDatabase(
    name,
    {
      name: databaseName,
      description,
      // Spelled out: where Lake Formation's own defaults are off, IAM would otherwise not reach new tables.
      createTableDefaultPermissions: [
        { permissions: ["ALL"], principal: { dataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" } },
      ],
      tags,
    },
    { parent },
  );

/** Tables as the model defines them, by name. */
export const createTables = <Options extends object>(
  name: string,
  of: {
    readonly database: pulumi.Input<string>;
    readonly bucketName: pulumi.Input<string>;
    readonly options: Options;
    readonly define: (options: Options & { readonly bucket: string }) => TableDefinition[];
  },
  parent: pulumi.Resource,
): Record<string, CatalogTable> => {
  const definitions = (bucket: string): TableDefinition[] => of.define({ ...of.options, bucket });
  // Names and number are known at once; locations follow the bucket.
  return Object.fromEntries(
    definitions("").map(({ name: table }, i) => {
      const args = pulumi.output(of.bucketName).apply((bucket) => glueTable(definitions(bucket)[i]!, bucket));
      return [
        table,
        new CatalogTable(
          `${name}-${table}`,
          {
            name: table,
            databaseName: of.database,
            description: args.description,
            tableType: args.tableType,
            parameters: args.parameters,
            partitionKeys: args.partitionKeys,
            storageDescriptor: args.storageDescriptor,
          },
          { parent },
        ),
      ];
    }),
  );
};
