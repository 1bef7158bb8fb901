/** The databases and tables of application logs, as the model defines them. */
import type * as pulumi from "@pulumi/pulumi";
import type { CatalogTable } from "@pulumi/aws/glue";
import type { ApplicationSourceSettings } from "../src/model/applicationSource";
import { applicationTables, PROCESSED_TABLE, serviceTables } from "../src/model/applicationCatalog";
import { createCatalogDatabase, createTables } from "./catalog";
import type { FunctionSettings, SourceContext } from "./context";

/** What the parts of this source share. */
export type ApplicationContext = SourceContext<ApplicationSourceSettings & FunctionSettings>;

export interface ApplicationCatalog {
  readonly database: pulumi.Output<string>;
  /** Undefined where nothing would be in it. */
  readonly servicesDatabase: pulumi.Output<string> | undefined;
  readonly processed: CatalogTable;
  readonly tables: readonly CatalogTable[];
}

export const createApplicationCatalog = ({
  name,
  settings,
  labels,
  lake,
  parent,
}: ApplicationContext): ApplicationCatalog => {
  const { fields, years, layout, services, crawler } = settings;
  const { tags } = labels;
  const shared = { bucketName: lake.bucketName, options: { fields, years } };
  const database = createCatalogDatabase(
    name,
    { databaseName: settings.database, description: "Logs of applications", tags },
    parent,
  ).name;
  const tables = createTables(name, { ...shared, database, define: (options) => applicationTables(options) }, parent);
  const all = { database, processed: tables[PROCESSED_TABLE]! };
  if (layout === "single" && crawler === undefined)
    return { ...all, servicesDatabase: undefined, tables: Object.values(tables) };
  const servicesDatabase = createCatalogDatabase(
    `${name}-services`,
    { databaseName: settings.servicesDatabase, description: "Logs of applications, by service", tags },
    parent,
  ).name;
  const own = createTables(
    `${name}-services`,
    {
      ...shared,
      database: servicesDatabase,
      define: (options) => serviceTables(options, layout === "perService" ? services : []),
    },
    parent,
  );
  return { ...all, servicesDatabase, tables: [...Object.values(tables), ...Object.values(own)] };
};
