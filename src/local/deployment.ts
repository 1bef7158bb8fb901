/** What a stack would deploy, read from the evaluated program: the local pipeline runs just this. */
import path from "node:path";
import { AmplifyLogsError } from "../errors";
import type { Column } from "../model/columns";
import { catalogTables, maintenanceTables, type TableDefinition, type ViewDefinition } from "../model/catalog";
import { packageRoot } from "./bundles";
import { evaluateProgram, type ProgramGraph, type ProgramResource } from "./programGraph";

export type Environment = Readonly<Record<string, string>>;

export interface DeployedSchedule {
  readonly name: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** JSON text, with EventBridge's placeholders in it. */
  readonly input: string;
  /** ARN of the function. */
  readonly target: string;
}

export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  readonly environment: Environment;
}

/** The compaction's state machine, by the end of its ARN, and the function that does its steps. */
export interface DeployedCompaction {
  readonly arn: string;
  readonly compactor: DeployedFunction;
}

export interface Deployment {
  readonly resources: number;
  readonly fetchers: readonly DeployedFunction[];
  readonly converter: DeployedFunction;
  readonly updater: DeployedFunction;
  /** Undefined where compaction is off. */
  readonly compaction: DeployedCompaction | undefined;
  /** Looks for hours that are not proven; undefined where the program deploys none. */
  readonly gapFinder: DeployedFunction | undefined;
  /** What the program itself puts into the bucket. */
  readonly objects: readonly { readonly key: string; readonly content: string }[];
  readonly schedules: readonly DeployedSchedule[];
  readonly database: string;
  readonly tables: readonly TableDefinition[];
  readonly views: readonly ViewDefinition[];
}

interface GlueColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

const ofType = (graph: ProgramGraph, type: string): ProgramResource[] =>
  graph.resources.filter((resource) => resource.type === type);

const mustFind = <Item>(items: readonly Item[], what: string, test: (item: Item) => boolean): Item => {
  const found = items.find(test);
  if (found === undefined)
    throw new AmplifyLogsError(`the program deploys no ${what}`, { field: "components/program.ts" });
  return found;
};

const functionOf = ({ inputs }: ProgramResource): DeployedFunction => ({
  name: inputs["name"] as string,
  arn: `:function:${inputs["name"] as string}`,
  environment: (inputs["environment"] as { variables?: Environment } | undefined)?.variables ?? {},
});

const scheduleOf = ({ inputs }: ProgramResource): DeployedSchedule => {
  const target = inputs["target"] as { arn: string; input: string };
  return {
    name: inputs["name"] as string,
    expression: inputs["scheduleExpression"] as string,
    input: target.input,
    target: target.arn,
  };
};

/** Both ask Athena; only the compaction waits for days to settle. */
const isCompactor = ({ environment }: DeployedFunction): boolean =>
  "WORKGROUP" in environment && "SETTLING_HOURS" in environment;

const compactionOf = (
  machines: readonly ProgramResource[],
  functions: readonly DeployedFunction[],
): DeployedCompaction | undefined => {
  const compactor = functions.find(isCompactor);
  if (compactor === undefined) return undefined;
  const machine = mustFind(machines, "state machine of the compaction", ({ inputs }) =>
    String(inputs["definition"]).includes(compactor.arn),
  );
  return { arn: `:stateMachine:${machine.inputs["name"] as string}`, compactor };
};

const columnOf = ({ name, type, comment }: GlueColumn): Column => ({
  name,
  type: type as Column["type"],
  comment: comment ?? "",
});

interface GlueTable {
  readonly name: string;
  readonly databaseName: string;
  readonly description?: string;
  readonly tableType?: string;
  readonly viewOriginalText?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly partitionKeys?: readonly GlueColumn[];
  readonly storageDescriptor: { readonly columns: readonly GlueColumn[]; readonly location?: string };
}

const prefixOf = (location: string): string => location.replace(/^s3:\/\/[^/]+\//, "").replace(/\/$/, "");

/** The format is not in Glue's columns; the model's table at the same prefix says it. */
const tableOf = (table: GlueTable): TableDefinition => {
  const prefix = prefixOf(table.storageDescriptor.location ?? "");
  const options = { database: "d", table: "t", bucket: "b", rawPrefix: "raw", apps: [], years: { first: 1, last: 1 } };
  const known = [...catalogTables(options), ...maintenanceTables(options)];
  const projected = table.parameters?.["projection.enabled"] === "true";
  return {
    name: table.name,
    comment: table.description ?? "",
    format: known.find((definition) => definition.prefix === prefix)?.format ?? "csv",
    columns: table.storageDescriptor.columns.map(columnOf),
    partitionKeys: (table.partitionKeys ?? []).map(columnOf),
    prefix,
    projection: projected ? table.parameters : undefined,
  };
};

const viewOf = (table: GlueTable): ViewDefinition => {
  const encoded = /^\/\* Presto View: (.+) \*\/$/.exec(table.viewOriginalText ?? "")?.[1] ?? "";
  const { originalSql } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as { originalSql: string };
  return {
    name: table.name,
    comment: table.description ?? "",
    sql: originalSql,
    columns: table.storageDescriptor.columns.map(columnOf),
  };
};

/** Runs the program as `pulumi preview` would, without an engine, and reads what it declares. */
export const readDeployment = async (stack: string, config: Readonly<Record<string, string>>): Promise<Deployment> => {
  const programPath = path.join(packageRoot(), "dist", "components", "program.js");
  // As `pulumi up` does, in the project's folder: CallbackFunction looks for a package.json from there upwards.
  const folder = process.cwd();
  process.chdir(packageRoot());
  const graph = await evaluateProgram({ programPath, stack, config }).finally(() => process.chdir(folder));
  const functions = ofType(graph, "aws:lambda/function:Function").map(functionOf);
  const tables = ofType(graph, "aws:glue/catalogTable:CatalogTable").map(
    ({ inputs }) => inputs as unknown as GlueTable,
  );
  const isView = ({ tableType }: GlueTable): boolean => tableType === "VIRTUAL_VIEW";
  return {
    resources: graph.resources.length,
    fetchers: functions.filter(({ environment }) => "APP_NAME" in environment),
    converter: mustFind(functions, "converter", ({ environment }) => "IP_POLICY" in environment),
    updater: mustFind(functions, "partition updater", (one) => "WORKGROUP" in one.environment && !isCompactor(one)),
    compaction: compactionOf(ofType(graph, "aws:sfn/stateMachine:StateMachine"), functions),
    gapFinder: functions.find(({ environment }) => "GAP_DAYS" in environment),
    objects: ofType(graph, "aws:s3/bucketObjectv2:BucketObjectv2").map(({ inputs }) => ({
      key: inputs["key"] as string,
      content: inputs["content"] as string,
    })),
    schedules: ofType(graph, "aws:scheduler/schedule:Schedule").map(scheduleOf),
    database: mustFind(tables, "table", (table) => !isView(table)).databaseName,
    tables: tables.filter((table) => !isView(table)).map(tableOf),
    views: tables.filter(isView).map(viewOf),
  };
};
