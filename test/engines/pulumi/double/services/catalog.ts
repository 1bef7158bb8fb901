/** Glue's catalogue and Athena. */
import { AwsError } from "../awsError";
import { call, text, type ResourceModel } from "../model";
import { isRecord, without, type Values } from "../values";

const databaseKey = (region: string, name: string): string => `glue:${region}:database/${name}`;
const tablePrefix = (region: string, database: string): string => `glue:${region}:table/${database}/`;

export const database: ResourceModel = {
  title: "Glue Catalog Database",
  nameInput: "name",
  forceNew: ["name", "catalogId"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    const catalogId = inputs["catalogId"] ?? account;
    return {
      key: databaseKey(region, name),
      id: `${text(catalogId)}:${name}`,
      computed: { arn: `arn:aws:glue:${region}:${account}:database/${name}`, catalogId },
    };
  },
  calls: [
    {
      service: "glue",
      operation: "CreateDatabase",
      parameters: ({ catalogId, tags, ...databaseInput }) => ({ catalogId, tags, databaseInput }),
    },
  ],
  plan: ({ name }) =>
    typeof name === "string" && /[A-Z]/.test(name)
      ? [["name", `uppercase characters cannot be used in "name": ${name}`]]
      : [],
  taken: () => new AwsError("AlreadyExistsException", "Database already exists."),
  // Glue takes the tables along.
  release: ({ inputs, place, cloud }) => {
    for (const [key] of cloud.below(tablePrefix(place.region, text(inputs["name"])))) cloud.remove(key);
  },
};

/** Hive's types as Glue and Athena take them. */
const HIVE_TYPE =
  /^(boolean|tinyint|smallint|int|bigint|float|double|string|binary|date|timestamp|decimal\(\d+,\d+\)|(var)?char\(\d+\)|(array|map|struct)<.+>)$/;

const columnsOf = (value: unknown): Values[] => (Array.isArray(value) ? value.filter(isRecord) : []);

const checkColumns = (inputs: Values): void => {
  const invalid = (reason: string): AwsError => new AwsError("InvalidInputException", reason);
  const storage = (inputs["storageDescriptor"] ?? {}) as Values;
  const columns = [...columnsOf(storage["columns"]), ...columnsOf(inputs["partitionKeys"])];
  const seen = new Set<string>();
  for (const { name, type } of columns) {
    if (seen.has(text(name).toLowerCase())) throw invalid(`Duplicate column name: ${text(name)}`);
    seen.add(text(name).toLowerCase());
    if (!HIVE_TYPE.test(text(type)))
      throw invalid(`Error: type expected at the position 0 of '${text(type)}' but '${text(type)}' is found.`);
  }
};

export const table: ResourceModel = {
  title: "Glue Catalog Table",
  nameInput: "name",
  forceNew: ["name", "databaseName", "catalogId", "partitionIndices"],
  identify: (inputs, { account, region }) => {
    const [name, of] = [text(inputs["name"]), text(inputs["databaseName"])];
    const catalogId = inputs["catalogId"] ?? account;
    return {
      key: `${tablePrefix(region, of)}${name}`,
      id: `${text(catalogId)}:${of}:${name}`,
      computed: { arn: `arn:aws:glue:${region}:${account}:table/${of}/${name}`, catalogId },
    };
  },
  calls: [
    {
      service: "glue",
      operation: "CreateTable",
      parameters: ({ catalogId, databaseName, ...rest }) => ({
        catalogId,
        databaseName,
        tableInput: without(rest, "partitionIndices"),
      }),
    },
  ],
  plan: ({ name }) =>
    typeof name === "string" && /[A-Z]/.test(name)
      ? [["name", `uppercase characters cannot be used in "name": ${name}`]]
      : [],
  taken: () => new AwsError("AlreadyExistsException", "Table already exists."),
  verify: ({ inputs, place, cloud }) => {
    if (
      cloud.get(databaseKey(place.region, text(inputs["databaseName"]))) === undefined &&
      inputs["databaseName"] !== "default"
    )
      throw new AwsError("EntityNotFoundException", `Database ${text(inputs["databaseName"])} not found.`);
    checkColumns(inputs);
  },
};

const workgroupKey = (region: string, name: string): string => `athena:${region}:workgroup/${name}`;
const queryPrefix = (region: string, workgroup: string): string => `athena:${region}:query/${workgroup}/`;

export const workgroup: ResourceModel = {
  title: "Athena WorkGroup",
  nameInput: "name",
  forceNew: ["name"],
  identify: (inputs, { account, region }) => {
    const name = text(inputs["name"]);
    return {
      key: workgroupKey(region, name),
      id: name,
      computed: { arn: `arn:aws:athena:${region}:${account}:workgroup/${name}` },
    };
  },
  calls: [
    {
      service: "athena",
      operation: "CreateWorkGroup",
      parameters: ({ configuration, ...rest }) => ({
        ...without(rest, "forceDestroy", "state"),
        configuration: workgroupConfiguration((configuration ?? {}) as Values),
      }),
    },
  ],
  taken: () => new AwsError("InvalidRequestException", "WorkGroup is already created"),
  release: ({ inputs, place, cloud }) => {
    const queries = cloud.below(queryPrefix(place.region, text(inputs["name"])));
    if (queries.length > 0 && inputs["forceDestroy"] !== true)
      throw new AwsError("InvalidRequestException", `WorkGroup ${text(inputs["name"])} is not empty`);
    for (const [key] of queries) cloud.remove(key);
  },
};

const workgroupConfiguration = (configuration: Values): Values => {
  const result = configuration["resultConfiguration"];
  if (!isRecord(result) || !isRecord(result["encryptionConfiguration"])) return configuration;
  const { kmsKeyArn, ...encryption } = result["encryptionConfiguration"];
  const encryptionConfiguration = kmsKeyArn === undefined ? encryption : { ...encryption, kmsKey: kmsKeyArn };
  return { ...configuration, resultConfiguration: { ...result, encryptionConfiguration } };
};

export const namedQuery: ResourceModel = {
  title: "Athena Named Query",
  nameInput: "name",
  // A saved query cannot be changed through the provider.
  forceNew: ["name", "workgroup", "database", "query", "description"],
  identify: (inputs, { region, uuid }) => {
    const id = uuid();
    return { key: `${queryPrefix(region, text(inputs["workgroup"] ?? "primary"))}${id}`, id, computed: {} };
  },
  calls: [call("athena", "CreateNamedQuery", { query: "queryString" })],
  verify: ({ inputs, place, cloud }) => {
    const of = text(inputs["workgroup"] ?? "primary");
    if (of !== "primary" && cloud.get(workgroupKey(place.region, of)) === undefined)
      throw new AwsError("InvalidRequestException", `WorkGroup ${of} is not found.`);
  },
};
