/** What a stack would deploy, read from the evaluated program: the local pipeline runs just this. */
import path from "node:path";
import { AmplifyLogsError } from "../errors";
import type { Column } from "../model/columns";
import type { TableFormat, ViewDefinition } from "../model/catalog";
import { packageRoot } from "./bundles";
import type { LocalTable } from "./catalogFile";
import { functionOf, ofType, readerOf, type DeployedFunction, type DeployedReader } from "./deployedSources";
import { evaluateProgram, type ProgramResource } from "./programGraph";

export type { DeployedFunction, DeployedReader } from "./deployedSources";

export interface DeployedSchedule {
  readonly name: string;
  /** `rate(…)` or `cron(…)`. */
  readonly expression: string;
  /** JSON text, with EventBridge's placeholders in it. */
  readonly input: string;
  /** ARN of the function. */
  readonly target: string;
}

/** The compaction's state machine, by the end of its ARN, and the function that does its steps. */
export interface DeployedCompaction {
  readonly arn: string;
  readonly compactor: DeployedFunction;
}

/** The backfill's state machine, by the end of its ARN, and the function that plans it. */
export interface DeployedBackfill {
  readonly arn: string;
  readonly planner: DeployedFunction;
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
  readonly backfill: DeployedBackfill;
  /** Reads CloudFront's own logs; undefined where the config has none. */
  readonly cloudFront: DeployedReader | undefined;
  /** Reads application logs; undefined where the config has none. */
  readonly applicationLogs: DeployedReader | undefined;
  /** What the program itself puts into the bucket. */
  readonly objects: readonly { readonly key: string; readonly content: string }[];
  readonly schedules: readonly DeployedSchedule[];
  /** The pipeline's; tables of another one name it. */
  readonly database: string;
  readonly tables: readonly LocalTable[];
  readonly views: readonly ViewDefinition[];
}

interface GlueColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

const mustFind = <Item>(items: readonly Item[], what: string, test: (item: Item) => boolean): Item => {
  const found = items.find(test);
  if (found === undefined)
    throw new AmplifyLogsError(`the program deploys no ${what}`, { field: "components/program.ts" });
  return found;
};

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

const backfillOf = (machines: readonly ProgramResource[], functions: readonly DeployedFunction[]): DeployedBackfill => {
  const planner = mustFind(functions, "backfill planner", ({ environment }) => "BACKFILL_DAYS" in environment);
  const machine = mustFind(machines, "state machine of the backfill", ({ inputs }) =>
    String(inputs["definition"]).includes(planner.arn),
  );
  return { arn: `:stateMachine:${machine.inputs["name"] as string}`, planner };
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

const FORMATS: readonly TableFormat[] = ["parquet", "csv", "json"];

const tableOf = (table: GlueTable, database: string): LocalTable => {
  const { parameters = {} } = table;
  const format = FORMATS.find((known) => known === parameters["classification"]);
  if (format === undefined)
    throw new AmplifyLogsError("a table of a format that the local lake does not read", {
      field: table.name,
      value: parameters["classification"],
    });
  return {
    name: table.name,
    ...(table.databaseName === database ? {} : { database: table.databaseName }),
    comment: table.description ?? "",
    format,
    columns: table.storageDescriptor.columns.map(columnOf),
    partitionKeys: (table.partitionKeys ?? []).map(columnOf),
    prefix: prefixOf(table.storageDescriptor.location ?? ""),
    projection: parameters["projection.enabled"] === "true" ? parameters : undefined,
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
  const machines = ofType(graph, "aws:sfn/stateMachine:StateMachine");
  const tables = ofType(graph, "aws:glue/catalogTable:CatalogTable").map(
    ({ inputs }) => inputs as unknown as GlueTable,
  );
  const isView = ({ tableType }: GlueTable): boolean => tableType === "VIRTUAL_VIEW";
  const { databaseName: database } = mustFind(tables, "view", isView);
  const reader = (setting: string): DeployedReader | undefined => {
    const found = functions.find(({ environment }) => "SOURCE_BUCKET" in environment && setting in environment);
    return found === undefined ? undefined : readerOf(graph, found);
  };
  return {
    resources: graph.resources.length,
    fetchers: functions.filter(({ environment }) => "APP_NAME" in environment),
    converter: mustFind(
      functions,
      "converter",
      ({ environment }) => "IP_POLICY" in environment && !("SOURCE_BUCKET" in environment),
    ),
    updater: mustFind(functions, "partition updater", (one) => "WORKGROUP" in one.environment && !isCompactor(one)),
    compaction: compactionOf(machines, functions),
    gapFinder: functions.find(({ environment }) => "GAP_DAYS" in environment),
    backfill: backfillOf(machines, functions),
    cloudFront: reader("DISTRIBUTIONS"),
    applicationLogs: reader("SETTINGS_KEY"),
    objects: ofType(graph, "aws:s3/bucketObjectv2:BucketObjectv2").map(({ inputs }) => ({
      key: inputs["key"] as string,
      content: inputs["content"] as string,
    })),
    schedules: ofType(graph, "aws:scheduler/schedule:Schedule").map(scheduleOf),
    database,
    tables: tables.filter((table) => !isView(table)).map((table) => tableOf(table, database)),
    views: tables.filter(isView).map(viewOf),
  };
};
