/** The local lake's catalogue: its tables, views and partitions. */
import { InputError } from "../errors";
import {
  appViewName,
  catalogTables,
  catalogViews,
  PERIODS,
  reservedCatalogNames,
  type CatalogNames,
  type TableDefinition,
} from "../model/catalog";
import { PREFIXES } from "../model/keys";
import { APP_NAME } from "../model/names";
import type { TablePartition } from "../model/partitions";
import {
  databaseOf,
  loadCatalog,
  saveCatalog,
  tableId,
  type CatalogDefinitions,
  type LocalCatalog,
  type LocalTable,
  type RegisteredPartition,
} from "./catalogFile";

export { bucketPath, catalogPath, loadCatalog, saveCatalog } from "./catalogFile";
export type { CatalogDefinitions, LocalCatalog, LocalTable, RegisteredPartition } from "./catalogFile";

/** Names of the local lake, where no program says otherwise: the component's defaults. */
export const LOCAL_NAMES: CatalogNames = { database: "amplify_logs", table: "access_logs" };
const LOCAL_BUCKET = "local";
// Amplify's hosting began in November 2018.
const LOCAL_YEARS = { first: 2018, last: 2049 };

/** The name of the typed table, after which the others are called. */
export const catalogNames = (catalog: CatalogDefinitions): CatalogNames => ({
  database: catalog.database,
  table:
    catalog.tables.find(
      (table) =>
        databaseOf(catalog, table) === catalog.database &&
        table.format === "parquet" &&
        // The hidden ones are of the same format, and projected.
        table.projection === undefined &&
        table.crawled === undefined,
    )?.name ?? LOCAL_NAMES.table,
});

/** The tables of application logs, by the prefixes that the reader writes to; undefined where none were declared. */
export const applicationTablesOf = (
  catalog: CatalogDefinitions,
): { readonly database: string; readonly processed: string; readonly errors: string } | undefined => {
  const at = (prefix: string): LocalTable | undefined =>
    catalog.tables.find((table) => table.crawled === undefined && table.prefix === prefix);
  const [processed, errors] = [at(PREFIXES.processed), at(PREFIXES.errors)];
  if (processed === undefined || errors === undefined) return undefined;
  return { database: databaseOf(catalog, processed), processed: processed.name, errors: errors.name };
};

/** The apps that the catalogue knows, from its projections. */
export const catalogApps = ({ tables }: CatalogDefinitions): string[] => [
  ...new Set(tables.flatMap((table) => (table.projection?.["projection.app.values"] ?? "").split(",").filter(Boolean))),
];

const checkApp = (names: CatalogNames, app: string): void => {
  if (!APP_NAME.test(app)) {
    throw new InputError("not a name for an app", {
      field: "app",
      value: app,
      fix: "begin with a-z, then a-z, 0-9 or _; at most 26 characters",
    });
  }
  const reserved = new Set(reservedCatalogNames(names));
  const taken = PERIODS.map((period) => appViewName(app, period)).find((view) => reserved.has(view));
  if (taken !== undefined) {
    throw new InputError(`this app's view ${taken} exists already`, {
      field: "app",
      value: app,
      fix: "choose another name",
    });
  }
};

const withApps = (table: LocalTable, apps: readonly string[]): LocalTable =>
  table.projection?.["projection.app.values"] === undefined
    ? table
    : { ...table, projection: { ...table.projection, "projection.app.values": apps.join(",") } };

/** Makes the catalogue with the default names where there is none, and makes these apps part of it. */
export const declareApps = (lake: string, apps: readonly string[]): LocalCatalog => {
  const found = loadCatalog(lake);
  const names = found === undefined ? LOCAL_NAMES : catalogNames(found);
  apps.forEach((app) => checkApp(names, app));
  const known = found === undefined ? [] : catalogApps(found);
  const all = [...new Set([...known, ...apps])];
  if (found !== undefined && all.length === known.length) return found;
  const options = { ...names, bucket: LOCAL_BUCKET, rawPrefix: "raw", apps: all, years: LOCAL_YEARS };
  const tables = found?.tables.map((table) => withApps(table, all)) ?? catalogTables(options);
  const views = found?.views ?? [];
  const have = new Set(views.map((view) => view.name));
  const catalog: LocalCatalog = {
    version: 1,
    database: names.database,
    tables,
    views: [...views, ...catalogViews(names, all).filter((view) => !have.has(view.name))],
    partitions: found?.partitions ?? {},
  };
  saveCatalog(lake, catalog);
  return catalog;
};

/** Takes tables and views from elsewhere (the evaluated program); crawled tables stay, and the partitions of tables that stay. */
export const replaceDefinitions = (lake: string, definitions: CatalogDefinitions): LocalCatalog => {
  const { database, views } = definitions;
  const found = loadCatalog(lake);
  const declared = new Set(definitions.tables.map((table) => tableId(definitions, table)));
  const crawled = (found?.tables ?? [])
    .filter((table) => table.crawled !== undefined)
    .map((table) => ({ ...table, database: databaseOf(found!, table) }))
    .filter((table) => !declared.has(tableId(definitions, table)));
  const tables: LocalTable[] = [...definitions.tables, ...crawled];
  const partitions = Object.fromEntries(
    tables.flatMap((table) => {
      const id = tableId(definitions, table);
      return found?.partitions[id] === undefined ? [] : [[id, found.partitions[id]]];
    }),
  );
  const catalog: LocalCatalog = { version: 1, database, tables, views, partitions };
  saveCatalog(lake, catalog);
  return catalog;
};

/** Puts crawled tables in the place of those of the same names, with their partitions. */
export const replaceTables = (
  lake: string,
  replaced: readonly { readonly table: LocalTable; readonly partitions: readonly RegisteredPartition[] }[],
): LocalCatalog => {
  const found = loadCatalog(lake) ?? declareApps(lake, []);
  const ids = new Set(replaced.map(({ table }) => tableId(found, table)));
  const catalog: LocalCatalog = {
    ...found,
    tables: [...found.tables.filter((table) => !ids.has(tableId(found, table))), ...replaced.map(({ table }) => table)],
    partitions: {
      ...found.partitions,
      ...Object.fromEntries(replaced.map(({ table, partitions }) => [tableId(found, table), partitions])),
    },
  };
  saveCatalog(lake, catalog);
  return catalog;
};

/** `s3://bucket/prefix/` or a prefix, as a prefix with a slash at its end. */
const locationPrefix = (location: string): string => {
  const prefix = location.replace(/^s3:\/\/[^/]+\//, "").replace(/\/*$/, "/");
  if (prefix.startsWith("/") || prefix.split("/").some((part) => part === ".." || part === ".")) {
    throw new InputError("not a location in the bucket", {
      field: "location",
      value: location,
      fix: "write s3://bucket/prefix/",
    });
  }
  return prefix;
};

const partitionId = (table: TableDefinition, values: Readonly<Record<string, string>>): string =>
  JSON.stringify(table.partitionKeys.map(({ name }) => values[name]));

const checkValues = (table: TableDefinition, values: Readonly<Record<string, string>>): void => {
  const keys = table.partitionKeys.map(({ name }) => name);
  const given = Object.keys(values);
  if (keys.length !== given.length || !keys.every((key) => given.includes(key))) {
    throw new InputError(`table ${table.name} has the partition keys ${keys.join(", ")}`, {
      field: "partition",
      value: values,
      fix: "give each of them a value",
    });
  }
};

const findTable = (lake: string, name: string, database: string | undefined): [LocalCatalog, LocalTable] => {
  const catalog = loadCatalog(lake);
  const wanted = database ?? catalog?.database;
  const table = catalog?.tables.find((each) => each.name === name && databaseOf(catalog, each) === wanted);
  if (catalog !== undefined && table !== undefined) return [catalog, table];
  throw new InputError("the table does not exist in the catalogue", {
    field: "table",
    value: database === undefined ? name : `${database}.${name}`,
    fix: `use one of ${catalog?.tables.map((each) => tableId(catalog, each)).join(", ") ?? "none: the lake is empty"}`,
  });
};

/** Registers partitions of a table; those that are known stay as they are. Returns how many were new. */
export const addPartitions = (
  lake: string,
  tableName: string,
  added: readonly TablePartition[],
  database?: string,
): number => {
  const [catalog, table] = findTable(lake, tableName, database);
  const tableKey = tableId(catalog, table);
  const known = new Map(
    (catalog.partitions[tableKey] ?? []).map((partition) => [partitionId(table, partition.values), partition]),
  );
  const before = known.size;
  for (const { values, location } of added) {
    checkValues(table, values);
    const id = partitionId(table, values);
    if (known.has(id)) continue;
    const standard = [table.prefix, ...table.partitionKeys.map(({ name }) => `${name}=${values[name]}`)].join("/");
    const ordered = Object.fromEntries(table.partitionKeys.map(({ name }) => [name, values[name]!]));
    known.set(id, { values: ordered, location: locationPrefix(location ?? standard) });
  }
  if (known.size > before) {
    saveCatalog(lake, { ...catalog, partitions: { ...catalog.partitions, [tableKey]: [...known.values()] } });
  }
  return known.size - before;
};
