/** Views as Athena stores them in Glue: the query as JSON in Base64, the columns in both languages' types. */
import { CreateTableCommand, DeleteTableCommand, GetTableCommand, UpdateTableCommand } from "@aws-sdk/client-glue";
import type { QualifiedName } from "./ddl/reader";
import { QueryFailure } from "./ddl/refusals";
import type { Statement } from "./ddl/statement";
import type { SqlColumn, SqlEngine } from "./sql/engine";
import { hiveType, trinoTypeText } from "./sql/values";
import { isNotFound, type Services } from "./tables";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const CATALOG = "awsdatacatalog";

/** What a query would give, without reading anything. */
export const columnsOf = async (
  engine: SqlEngine,
  query: string,
  database: string | undefined,
): Promise<readonly SqlColumn[]> => (await engine.run(`SELECT * FROM (${query}\n) LIMIT 0`, database).done).columns;

/** Whether the name is a view's, a table's, or nobody's. */
const kindOf = async ({ glue }: Services, database: string, name: string): Promise<"view" | "table" | undefined> => {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }));
    return Table?.TableType === "VIRTUAL_VIEW" ? "view" : "table";
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};

const databaseOf = ({ database }: QualifiedName, session: string | undefined): string =>
  database ?? session ?? "default";

export const createView = async (
  services: Services,
  engine: SqlEngine,
  { view, replace, query }: Of<"createView">,
  session: string | undefined,
): Promise<void> => {
  const schema = databaseOf(view, session);
  const { name } = view;
  const there = await kindOf(services, schema, name);
  if (there === "table")
    throw new QueryFailure(`TABLE_ALREADY_EXISTS: Table already exists: '${CATALOG}.${schema}.${name}'`);
  if (there === "view" && !replace)
    throw new QueryFailure(`TABLE_ALREADY_EXISTS: View already exists: '${CATALOG}.${schema}.${name}'`);
  const columns = await columnsOf(engine, query, session);
  const definition = {
    originalSql: query,
    catalog: CATALOG,
    schema,
    columns: columns.map((column) => ({ name: column.name, type: trinoTypeText(column.type) })),
  };
  const TableInput = {
    Name: name,
    Owner: "athena",
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`,
    ViewExpandedText: "/* Presto View */",
    StorageDescriptor: {
      Columns: columns.map((column) => ({ Name: column.name, Type: hiveType(column.type) })),
      Location: "",
      SerdeInfo: {},
    },
  };
  await services.glue.send(
    there === "view"
      ? new UpdateTableCommand({ DatabaseName: schema, TableInput })
      : new CreateTableCommand({ DatabaseName: schema, TableInput }),
  );
};

export const dropView = async (
  services: Services,
  { view, ifExists }: Of<"dropView">,
  session: string | undefined,
): Promise<void> => {
  const schema = databaseOf(view, session);
  const there = await kindOf(services, schema, view.name);
  if (there === "table") {
    throw new QueryFailure(
      `GENERIC_USER_ERROR: View '${CATALOG}.${schema}.${view.name}' does not exist, but a table with that name exists. Did you mean DROP TABLE ${CATALOG}.${schema}.${view.name}?`,
    );
  }
  if (there === undefined) {
    if (ifExists) return;
    throw new QueryFailure(`GENERIC_USER_ERROR: View '${CATALOG}.${schema}.${view.name}' does not exist`);
  }
  await services.glue.send(new DeleteTableCommand({ DatabaseName: schema, Name: view.name }));
};
