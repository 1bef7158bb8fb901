import * as pulumi from "@pulumi/pulumi";
import { NamedQuery } from "@pulumi/aws/athena";
import { CatalogTable, type CatalogTableArgs } from "@pulumi/aws/glue";
import { catalogViews, type CatalogNames, type ViewDefinition } from "../src/model/catalog";
import { trinoType } from "../src/model/columns";
import { QUERIES, renderNamedQuery } from "../src/model/queries";
import { glueColumns } from "./catalog";

/** Trino runs a view as its owner and wants one, whoever it is. */
const OWNER = "amplify-log-pipeline";

/** A view as Athena itself stores it. */
export const glueView = (
  view: ViewDefinition,
  database: string,
): Omit<CatalogTableArgs, "databaseName"> & { name: string } => {
  const definition = {
    originalSql: view.sql,
    catalog: "awsdatacatalog",
    schema: database,
    columns: view.columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
  };
  return {
    // No description: Trino takes it for the comment, by which it knows a view, and then finds none of that name.
    name: view.name,
    owner: OWNER,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`,
    viewExpandedText: "/* Presto View */",
    storageDescriptor: {
      columns: glueColumns(view.columns),
      location: "",
      // The provider drops an empty block, and Athena then says "missing SerDe info".
      serDeInfo: { name: "view", serializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" },
    },
  };
};

/** All views, by name, after their table. */
export const createViews = (
  name: string,
  of: {
    readonly database: pulumi.Input<string>;
    readonly names: CatalogNames;
    readonly apps: readonly string[];
    readonly table: CatalogTable;
  },
  parent: pulumi.Resource,
): Record<string, CatalogTable> =>
  Object.fromEntries(
    catalogViews(of.names, of.apps).map((view) => [
      view.name,
      new CatalogTable(
        `${name}-${view.name}`,
        { ...glueView(view, of.names.database), databaseName: of.database },
        { parent, dependsOn: [of.table] },
      ),
    ]),
  );

/** The product's questions, saved in the users' workgroup. */
export const createNamedQueries = (
  name: string,
  of: {
    readonly database: pulumi.Input<string>;
    readonly workgroup: pulumi.Input<string>;
    readonly names: CatalogNames;
  },
  parent: pulumi.Resource,
): NamedQuery[] =>
  QUERIES.map(
    (query) =>
      new NamedQuery(
        `${name}-${query.name}`,
        {
          name: query.name,
          description: query.description,
          database: of.database,
          workgroup: of.workgroup,
          query: renderNamedQuery(query, of.names),
        },
        { parent },
      ),
  );
