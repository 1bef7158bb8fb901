/** One statement, carried out: DDL on Glue and S3, everything else by the engine. */
import { addPartitions, dropPartitions, repairTable, setLocation, showPartitions } from "./partitions";
import { QueryFailure } from "./ddl/refusals";
import type { Statement } from "./ddl/statement";
import type { SqlResult } from "./sql/engine";
import { athenaText, columnFacts, type ColumnFacts } from "./sql/values";
import { unload, type UnloadContext } from "./unload";
import { createView, dropView } from "./views";
import { createTableAs, insertInto } from "./writes";

export type StatementType = "DDL" | "DML" | "UTILITY";

/** What a query that succeeded leaves behind. */
export interface Outcome {
  readonly columns: readonly (ColumnFacts & { readonly Name: string })[];
  /** Undefined is NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  readonly scannedBytes: number;
  readonly updateCount: number;
}

export interface CarryOutContext extends UnloadContext {
  readonly enforced: boolean;
}

const NOTHING: Outcome = { columns: [], rows: [], scannedBytes: 0, updateCount: 0 };

/** Lines of text, as Hive answers. */
const lines = (name: string, texts: readonly string[]): Outcome => ({
  ...NOTHING,
  columns: [{ Name: name, Type: "string", Precision: 0, Scale: 0 }],
  rows: texts.map((text) => [text]),
});

const rowsOf = ({ columns, rows, scannedBytes, updateCount }: SqlResult): Outcome => ({
  columns: columns.map(({ name, type }) => ({ Name: name, ...columnFacts(type) })),
  rows: rows.map((row) => row.map((value, index) => athenaText(value, columns[index]!.type))),
  scannedBytes,
  updateCount: updateCount ?? 0,
});

/** Of what was written only the number of rows is told. */
const written = ({ scannedBytes, updateCount }: SqlResult): Outcome => ({
  ...NOTHING,
  scannedBytes,
  updateCount: updateCount ?? 0,
});

const tableLocation = ({ enforced, outputFolder, queryId }: CarryOutContext, wanted: string | undefined): string => {
  if (wanted === undefined) return `${outputFolder}tables/${queryId}/`;
  if (!enforced) return wanted;
  throw new QueryFailure(
    "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
  );
};

/** @throws QueryFailure or SqlError, with the reason that Athena would give. */
export const carryOut = async (context: CarryOutContext, statement: Statement): Promise<Outcome> => {
  const { services, engine, database, running } = context;
  switch (statement.kind) {
    case "addPartitions":
      await addPartitions(services, statement, database);
      return NOTHING;
    case "dropPartitions":
      await dropPartitions(services, statement, database);
      return NOTHING;
    case "setLocation":
      await setLocation(services, statement, database);
      return NOTHING;
    case "repair":
      return lines("result", await repairTable(services, statement, database));
    case "showPartitions":
      return lines("partition", await showPartitions(services, statement, database));
    case "createView":
      await createView(services, engine, statement, database);
      return NOTHING;
    case "dropView":
      await dropView(services, statement, database);
      return NOTHING;
    case "unload":
      return written(await unload(context, statement));
    case "createTableAs":
      return written(await createTableAs(context, statement, tableLocation(context, statement.externalLocation)));
    case "insert":
      return written(await insertInto(context, statement));
    case "query": {
      const run = engine.run(statement.sql, database);
      running(run);
      return rowsOf(await run.done);
    }
    default:
      return statement satisfies never;
  }
};

/** What GetQueryExecution calls it. */
export const statementType = (statement: Statement): StatementType => {
  switch (statement.kind) {
    case "unload":
    case "createTableAs":
    case "insert":
      return "DML";
    case "query":
      return /^(explain|show|describe)\b/i.test(statement.sql) ? "UTILITY" : "DML";
    case "showPartitions":
      return "UTILITY";
    case "addPartitions":
    case "dropPartitions":
    case "setLocation":
    case "repair":
    case "createView":
    case "dropView":
      return "DDL";
    default:
      return statement satisfies never;
  }
};

/** Whether GetQueryResults begins with the columns' names: it does for what the engine answers, not for Hive's lines. */
export const hasHeader = (statement: Statement): boolean =>
  statement.kind === "query" && !/^(show|describe)\b/i.test(statement.sql);
