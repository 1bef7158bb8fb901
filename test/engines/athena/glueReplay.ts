/** What the engine deployed, made in Glue: as the AWS provider sends it, field by field. */
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  GetDatabaseCommand,
  type Column,
  type DatabaseInput,
  type GlueClient,
  type SerDeInfo,
  type StorageDescriptor,
  type TableInput,
} from "@aws-sdk/client-glue";

/** A resource with what it was given; both of the engine's state and of an evaluated program. */
export interface Resource {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface ColumnInputs {
  readonly name: string;
  readonly type?: string;
  readonly comment?: string;
}
interface DescriptorInputs {
  readonly columns?: readonly ColumnInputs[];
  readonly location?: string;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly compressed?: boolean;
  readonly numberOfBuckets?: number;
  readonly storedAsSubDirectories?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly serDeInfo?: {
    readonly name?: string;
    readonly serializationLibrary?: string;
    readonly parameters?: Readonly<Record<string, string>>;
  };
}
export interface TableInputs {
  readonly name: string;
  readonly databaseName: string;
  readonly description?: string;
  readonly owner?: string;
  readonly retention?: number;
  readonly tableType?: string;
  readonly viewOriginalText?: string;
  readonly viewExpandedText?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly partitionKeys?: readonly ColumnInputs[];
  readonly storageDescriptor?: DescriptorInputs;
}

/** Fields that the replay knows; another one would be lost without a word. */
const KNOWN_TABLE_FIELDS: ReadonlySet<string> = new Set([
  ...["name", "databaseName", "description", "owner", "retention", "tableType", "viewOriginalText"],
  ...["viewExpandedText", "parameters", "partitionKeys", "storageDescriptor", "catalogId", "region"],
]);

const column = ({ name, type, comment }: ColumnInputs): Column => ({ Name: name, Type: type, Comment: comment });

/** A string of no length counts as not given. */
const filled = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const serDeInfo = (inputs: DescriptorInputs["serDeInfo"]): SerDeInfo | undefined => {
  const { name, serializationLibrary, parameters = {} } = inputs ?? {};
  const info: SerDeInfo = {
    ...(filled(name) === undefined ? {} : { Name: name }),
    ...(filled(serializationLibrary) === undefined ? {} : { SerializationLibrary: serializationLibrary }),
    ...(Object.keys(parameters).length === 0 ? {} : { Parameters: { ...parameters } }),
  };
  return Object.keys(info).length === 0 ? undefined : info;
};

const descriptor = (inputs: DescriptorInputs): StorageDescriptor => {
  const info = serDeInfo(inputs.serDeInfo);
  return {
    // Within the block, what is not given goes out as the type's zero.
    Location: inputs.location ?? "",
    InputFormat: inputs.inputFormat ?? "",
    OutputFormat: inputs.outputFormat ?? "",
    Compressed: inputs.compressed ?? false,
    NumberOfBuckets: inputs.numberOfBuckets ?? 0,
    StoredAsSubDirectories: inputs.storedAsSubDirectories ?? false,
    ...(inputs.columns === undefined ? {} : { Columns: inputs.columns.map(column) }),
    ...(inputs.parameters === undefined ? {} : { Parameters: { ...inputs.parameters } }),
    ...(info === undefined ? {} : { SerdeInfo: info }),
  };
};

export const tableInput = (inputs: TableInputs): TableInput => {
  const unknown = Object.keys(inputs).filter((field) => !KNOWN_TABLE_FIELDS.has(field));
  if (unknown.length > 0) throw new Error(`the replay does not know a table's ${unknown.join(", ")}`);
  return {
    Name: inputs.name,
    Description: filled(inputs.description),
    Owner: filled(inputs.owner),
    Retention: inputs.retention,
    TableType: filled(inputs.tableType),
    ViewOriginalText: filled(inputs.viewOriginalText),
    ViewExpandedText: filled(inputs.viewExpandedText),
    Parameters: inputs.parameters === undefined ? undefined : { ...inputs.parameters },
    PartitionKeys: (inputs.partitionKeys ?? []).map(column),
    ...(inputs.storageDescriptor === undefined ? {} : { StorageDescriptor: descriptor(inputs.storageDescriptor) }),
  };
};

export const ofType = <Inputs>(resources: readonly Resource[], type: string): Inputs[] =>
  resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs as Inputs);

const createDatabase = async (glue: GlueClient, input: DatabaseInput): Promise<void> => {
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: input }));
};

/** A database as every account has it, for pipelines that bring none of their own. */
export const ensureDatabase = async (glue: GlueClient, name: string): Promise<void> => {
  try {
    await glue.send(new GetDatabaseCommand({ Name: name }));
  } catch (error) {
    if ((error as Error).name !== "EntityNotFoundException") throw error;
    await createDatabase(glue, { Name: name });
  }
};

export const dropDatabase = async (glue: GlueClient, name: string): Promise<void> => {
  await glue.send(new DeleteDatabaseCommand({ Name: name }));
};

export interface ReplayedCatalog {
  readonly database: string;
  readonly tables: readonly TableInputs[];
  readonly views: readonly TableInputs[];
  readonly namedQueries: readonly { readonly name: string; readonly query: string; readonly database: string }[];
}

/** Makes the database, its tables and views, in the order in which they were registered. */
export const replayCatalog = async (glue: GlueClient, resources: readonly Resource[]): Promise<ReplayedCatalog> => {
  const databases = ofType<{ name: string; description?: string }>(
    resources,
    "aws:glue/catalogDatabase:CatalogDatabase",
  );
  for (const { name, description } of databases) await createDatabase(glue, { Name: name, Description: description });
  const all = ofType<TableInputs>(resources, "aws:glue/catalogTable:CatalogTable");
  for (const inputs of all) {
    await ensureDatabase(glue, inputs.databaseName);
    await glue.send(new CreateTableCommand({ DatabaseName: inputs.databaseName, TableInput: tableInput(inputs) }));
  }
  const isView = ({ tableType }: TableInputs): boolean => tableType === "VIRTUAL_VIEW";
  const tables = all.filter((table) => !isView(table));
  if (tables.length === 0) throw new Error("the program declares no tables");
  return {
    database: tables[0]!.databaseName,
    tables,
    views: all.filter(isView),
    namedQueries: ofType(resources, "aws:athena/namedQuery:NamedQuery"),
  };
};
