/**
 * `<lake>/catalog.json`: what Glue's Data Catalog is in AWS. Reading and writing are synchronous, so that a change made in one
 * turn of the event loop is never lost to another.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../errors";
import {
  appViewName,
  catalogTables,
  catalogViews,
  PERIODS,
  reservedCatalogNames,
  type CatalogNames,
  type TableDefinition,
  type ViewDefinition,
} from "../model/catalog";
import { APP_NAME } from "../model/names";
import type { TablePartition } from "../model/partitions";

const columnSchema = z.object({
  name: z.string().min(1),
  type: z.enum(["string", "bigint", "int", "float", "double", "date", "timestamp", "boolean"]),
  comment: z.string(),
});

const catalogSchema = z.object({
  version: z.literal(1),
  database: z.string().min(1),
  tables: z.array(
    z.object({
      name: z.string().min(1),
      comment: z.string(),
      format: z.enum(["parquet", "csv", "json"]),
      columns: z.array(columnSchema).min(1),
      partitionKeys: z.array(columnSchema),
      prefix: z.string(),
      projection: z.record(z.string(), z.string()).optional(),
    }),
  ),
  views: z.array(
    z.object({ name: z.string().min(1), comment: z.string(), sql: z.string().min(1), columns: z.array(columnSchema) }),
  ),
  partitions: z.record(
    z.string(),
    z.array(z.object({ values: z.record(z.string(), z.string()), location: z.string() })),
  ),
});

/** A registered partition; `location` is a prefix in the bucket, with a slash at its end. */
export interface RegisteredPartition {
  readonly values: Readonly<Record<string, string>>;
  readonly location: string;
}

export interface CatalogDefinitions {
  readonly database: string;
  readonly tables: readonly TableDefinition[];
  readonly views: readonly ViewDefinition[];
}

export interface LocalCatalog extends CatalogDefinitions {
  readonly version: 1;
  readonly partitions: Readonly<Record<string, readonly RegisteredPartition[]>>;
}

/** Names of the local lake, where no program says otherwise: the component's defaults. */
export const LOCAL_NAMES: CatalogNames = { database: "amplify_logs", table: "access_logs" };
const LOCAL_BUCKET = "local";
// Amplify's hosting began in November 2018.
const LOCAL_YEARS = { first: 2018, last: 2049 };

export const catalogPath = (lake: string): string => path.join(lake, "catalog.json");
/** The directory that stands in for the bucket: keys are paths below it. */
export const bucketPath = (lake: string): string => path.join(lake, "bucket");

/** The lake's catalogue, or undefined when there is none. @throws InputError naming the file when it cannot be read. */
export const loadCatalog = (lake: string): LocalCatalog | undefined => {
  const file = catalogPath(lake);
  if (!existsSync(file)) return undefined;
  const fix = "restore it, or delete the lake's directory and build it again (amplify-logs demo, amplify-logs import)";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new InputError(`the catalogue cannot be read: ${(cause as Error).message}`, { field: file, fix, cause });
  }
  const parsed = catalogSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new InputError(`not a catalogue of version 1: ${issue.path.join(".")}: ${issue.message}`, {
      field: file,
      fix,
    });
  }
  const tables = parsed.data.tables.map((table) => ({ ...table, projection: table.projection }));
  return { ...parsed.data, tables };
};

/** Writes the catalogue in one step: a reader sees the old one or the new one. */
export const saveCatalog = (lake: string, catalog: LocalCatalog): void => {
  mkdirSync(lake, { recursive: true });
  const temporary = `${catalogPath(lake)}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(catalog, undefined, 2)}\n`);
    renameSync(temporary, catalogPath(lake));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};

/** The name of the typed table, after which the others are called. */
export const catalogNames = ({ database, tables }: CatalogDefinitions): CatalogNames => ({
  database,
  // The hidden ones are of the same format, and projected.
  table:
    tables.find(({ format, projection }) => format === "parquet" && projection === undefined)?.name ??
    LOCAL_NAMES.table,
});

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

const withApps = (table: TableDefinition, apps: readonly string[]): TableDefinition =>
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

/** Takes tables and views from elsewhere (the evaluated program); partitions of tables that stay are kept. */
export const replaceDefinitions = (lake: string, definitions: CatalogDefinitions): LocalCatalog => {
  const { database, tables, views } = definitions;
  const found = loadCatalog(lake)?.partitions ?? {};
  const partitions = Object.fromEntries(
    tables.flatMap(({ name }) => (found[name] === undefined ? [] : [[name, found[name]]])),
  );
  const catalog: LocalCatalog = { version: 1, database, tables, views, partitions };
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

/** Registers partitions of a table; those that are known stay as they are. Returns how many were new. */
export const addPartitions = (lake: string, tableName: string, added: readonly TablePartition[]): number => {
  const catalog = loadCatalog(lake);
  const table = catalog?.tables.find(({ name }) => name === tableName);
  if (catalog === undefined || table === undefined) {
    throw new InputError("the table does not exist in the catalogue", {
      field: "table",
      value: tableName,
      fix: `use one of ${catalog?.tables.map(({ name }) => name).join(", ") ?? "none: the lake is empty"}`,
    });
  }
  const known = new Map(
    (catalog.partitions[tableName] ?? []).map((partition) => [partitionId(table, partition.values), partition]),
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
    saveCatalog(lake, { ...catalog, partitions: { ...catalog.partitions, [tableName]: [...known.values()] } });
  }
  return known.size - before;
};
