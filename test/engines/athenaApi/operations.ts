/** Athena's operations, as plain functions of their input. */
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { checkQuery } from "./checks";
import { AthenaRefusal } from "./ddl/refusals";
import { Execution, type Workgroup } from "./execution";
import type { Faults, Operation } from "./faults";
import type { SqlEngine } from "./sql/engine";
import type { Services } from "./tables";

type Input = Readonly<Record<string, unknown>>;
type Output = Record<string, unknown>;

const invalid = (message: string): AthenaRefusal => new AthenaRefusal(message, "INVALID_INPUT");

const textOf = (input: Input, field: string): string | undefined => {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw invalid(`${field} must be a string`);
};

const objectOf = (input: Input, field: string): Input => (input[field] as Input | undefined) ?? {};

const MAX_RESULTS = 1000;

export class Operations {
  private readonly executions = new Map<string, Execution>();
  private readonly tokens = new Map<string, { readonly parameters: string; readonly id: Promise<string> }>();

  constructor(
    private readonly services: Services,
    private readonly engine: SqlEngine,
    private readonly workgroups: readonly Workgroup[],
    private readonly faults: Faults,
  ) {}

  /** All queries that were started, in order. */
  get started(): readonly Execution[] {
    return [...this.executions.values()];
  }

  call(operation: Operation, input: Input): Promise<Output> | Output {
    switch (operation) {
      case "StartQueryExecution":
        return this.startOnce(input);
      case "GetQueryExecution":
        return this.describe(this.find(input));
      case "GetQueryResults":
        return this.results(this.find(input), input);
      case "StopQueryExecution":
        return this.stop(this.find(input));
      default:
        return operation satisfies never;
    }
  }

  private find(input: Input): Execution {
    const id = textOf(input, "QueryExecutionId");
    const execution = id === undefined ? undefined : this.executions.get(id);
    if (execution === undefined) throw invalid(`QueryExecution ${id} was not found`);
    return execution;
  }

  /** The same token means the same query, for as long as this endpoint lives. */
  private async startOnce(input: Input): Promise<Output> {
    const token = textOf(input, "ClientRequestToken");
    if (token === undefined || token.length < 32 || token.length > 128)
      throw invalid("clientRequestToken must have 32 to 128 characters");
    const parameters = JSON.stringify(input);
    const known = this.tokens.get(token);
    if (known !== undefined && known.parameters !== parameters) throw invalid("Idempotent parameters do not match");
    const id = known?.id ?? this.start(input).then((execution) => execution.id);
    // A start that is refused leaves nothing behind that its token could mean.
    if (known === undefined) this.tokens.set(token, { parameters, id });
    try {
      return { QueryExecutionId: await id };
    } catch (error) {
      this.tokens.delete(token);
      throw error;
    }
  }

  private async start(input: Input): Promise<Execution> {
    const name = textOf(input, "WorkGroup") ?? "primary";
    const workgroup = this.workgroups.find((known) => known.name === name);
    if (workgroup === undefined) throw invalid(`WorkGroup ${name} is not found.`);
    const context = objectOf(input, "QueryExecutionContext");
    const catalog = textOf(context, "Catalog") ?? "AwsDataCatalog";
    if (catalog.toLowerCase() !== "awsdatacatalog") throw invalid(`Catalog ${catalog} is not found.`);
    const outputFolder = await this.outputFolder(workgroup, objectOf(input, "ResultConfiguration"));
    const sql = textOf(input, "QueryString") ?? "";
    const statement = await checkQuery(this.engine, sql);
    const database = textOf(context, "Database");
    const request = { sql, statement, database, workgroup, outputFolder };
    const execution = new Execution(request, this.services, this.engine);
    this.executions.set(execution.id, execution);
    void execution.start(this.faults.takeQuery(sql));
    return execution;
  }

  private async outputFolder(workgroup: Workgroup, wanted: Input): Promise<string> {
    const own = workgroup.enforced ? undefined : textOf(wanted, "OutputLocation");
    const location = own ?? workgroup.outputLocation;
    if (location === undefined) {
      throw invalid(
        "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
      );
    }
    const bucket = /^s3:\/\/([^/]+)\//.exec(location)?.[1];
    if (bucket === undefined) throw invalid(`outputLocation is not a valid S3 path: ${location}`);
    await this.services.s3.send(new HeadBucketCommand({ Bucket: bucket })).catch(() => {
      throw invalid(`Unable to verify/create output bucket ${bucket}`);
    });
    return location.replace(/\/*$/, "/");
  }

  private async stop(execution: Execution): Promise<Output> {
    await execution.stop();
    return {};
  }

  private describe(execution: Execution): Output {
    const { id, request, state, reason, submitted, completed } = execution;
    return {
      QueryExecution: {
        QueryExecutionId: id,
        Query: request.sql,
        StatementType: execution.type,
        WorkGroup: request.workgroup.name,
        QueryExecutionContext: { Database: request.database, Catalog: "awsdatacatalog" },
        ResultConfiguration: { OutputLocation: execution.outputLocation },
        Status: {
          State: state,
          StateChangeReason: reason,
          SubmissionDateTime: submitted / 1000,
          CompletionDateTime: completed === undefined ? undefined : completed / 1000,
        },
        Statistics: {
          DataScannedInBytes: execution.scannedBytes,
          DataManifestLocation: execution.manifestLocation,
          TotalExecutionTimeInMillis: (completed ?? Date.now()) - submitted,
        },
        EngineVersion: {
          SelectedEngineVersion: "Athena engine version 3",
          EffectiveEngineVersion: "Athena engine version 3",
        },
      },
    };
  }

  private results(execution: Execution, input: Input): Output {
    const { state, outcome, header } = execution;
    if (outcome === undefined) {
      throw invalid(
        state === "QUEUED" || state === "RUNNING"
          ? `Query has not yet finished. Current state: ${state}`
          : `Query did not finish successfully. Final query state: ${state}`,
      );
    }
    const size = input["MaxResults"] ?? MAX_RESULTS;
    if (typeof size !== "number" || !Number.isInteger(size) || size < 1) throw invalid("MaxResults must be positive");
    if (size > MAX_RESULTS) throw invalid(`MaxResults is more than maximum allowed length ${MAX_RESULTS}.`);
    const rows = [...(header ? [outcome.columns.map(({ Name }): string | undefined => Name)] : []), ...outcome.rows];
    const token = textOf(input, "NextToken");
    const from = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
    if (!Number.isInteger(from) || from < 0 || (token !== undefined && from >= rows.length))
      throw invalid("Invalid NextToken");
    const next = from + size;
    return {
      UpdateCount: outcome.updateCount,
      ResultSet: {
        Rows: rows.slice(from, next).map((cells) => ({
          Data: cells.map((cell) => (cell === undefined ? {} : { VarCharValue: cell })),
        })),
        ResultSetMetadata: {
          ColumnInfo: outcome.columns.map((column) => ({
            CatalogName: "hive",
            SchemaName: "",
            TableName: "",
            ...column,
            Label: column.Name,
            Nullable: "UNKNOWN",
            CaseSensitive: column.Type === "varchar",
          })),
        },
      },
      ...(next < rows.length ? { NextToken: Buffer.from(String(next)).toString("base64url") } : {}),
    };
  }
}
