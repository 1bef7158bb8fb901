/**
 * `<lake>/catalog.json`: what Glue's Data Catalog is in AWS. Reading and writing are synchronous, so that a change made in one
 * turn of the event loop is never lost to another.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { InputError } from "../errors";
import type { TableDefinition, ViewDefinition } from "../model/catalog";

const columnSchema = z.object({
  name: z.string().min(1),
  type: z.enum(["string", "bigint", "int", "float", "double", "date", "timestamp", "boolean"]),
  comment: z.string(),
});

const crawledSchema = z.object({
  root: z.string(),
  excluded: z.array(z.string()),
  spellings: z.record(z.string(), z.array(z.string())),
  delimiter: z.string().optional(),
  header: z.boolean().optional(),
});

const catalogSchema = z.object({
  version: z.literal(1),
  database: z.string().min(1),
  tables: z.array(
    z.object({
      name: z.string().min(1),
      database: z.string().min(1).optional(),
      comment: z.string(),
      format: z.enum(["parquet", "csv", "json"]),
      columns: z.array(columnSchema).min(1),
      partitionKeys: z.array(columnSchema),
      prefix: z.string(),
      projection: z.record(z.string(), z.string()).optional(),
      crawled: crawledSchema.optional(),
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

/** What a crawl knows of its table's files besides. */
export interface CrawledFiles {
  /** Folder that stands for the table's bucket; the table's prefix and its partitions' locations are below it. Absolute. */
  readonly root: string;
  /** Files of the table's folders that are not of the table, below `root`. */
  readonly excluded: readonly string[];
  /** How the files spell the columns' names, by column: Glue knows the lower case only. */
  readonly spellings: Readonly<Record<string, readonly string[]>>;
  /** Of a CSV. Default: a comma. */
  readonly delimiter?: string | undefined;
  /** Whether a CSV's first line holds titles. Default: true. */
  readonly header?: boolean | undefined;
}

export interface LocalTable extends TableDefinition {
  /** Default: the lake's own. */
  readonly database?: string | undefined;
  /** Undefined: the table was declared. */
  readonly crawled?: CrawledFiles | undefined;
}

/** A registered partition; `location` is a prefix in the bucket, with a slash at its end. */
export interface RegisteredPartition {
  readonly values: Readonly<Record<string, string>>;
  readonly location: string;
}

export interface CatalogDefinitions {
  /** Of the views, and of the tables that name none. */
  readonly database: string;
  readonly tables: readonly LocalTable[];
  readonly views: readonly ViewDefinition[];
}

export interface LocalCatalog extends CatalogDefinitions {
  readonly version: 1;
  /** By `tableId`. */
  readonly partitions: Readonly<Record<string, readonly RegisteredPartition[]>>;
}

export const databaseOf = ({ database }: Pick<CatalogDefinitions, "database">, table: LocalTable): string =>
  table.database ?? database;

/** Under what the table's partitions stand: its name, behind its database where that is another than the lake's. */
export const tableId = ({ database }: Pick<CatalogDefinitions, "database">, table: LocalTable): string =>
  table.database === undefined || table.database === database ? table.name : `${table.database}.${table.name}`;

/** The lake's own first, then the others by name. */
export const databasesOf = (catalog: CatalogDefinitions): string[] => {
  const others = new Set(catalog.tables.map((table) => databaseOf(catalog, table)));
  others.delete(catalog.database);
  return [catalog.database, ...[...others].sort()];
};

export const catalogPath = (lake: string): string => path.join(lake, "catalog.json");
/** The directory that stands in for the bucket: keys are paths below it. */
export const bucketPath = (lake: string): string => path.join(lake, "bucket");

/** What was read last: a pipeline asks for the same catalogue some thousand times, and checking it takes the longest. */
let last: { readonly file: string; readonly text: string; readonly catalog: LocalCatalog } | undefined;

/** The lake's catalogue, or undefined when there is none. @throws InputError naming the file when it cannot be read. */
export const loadCatalog = (lake: string): LocalCatalog | undefined => {
  const file = catalogPath(lake);
  if (!existsSync(file)) return undefined;
  const fix = "restore it, or delete the lake's directory and build it again (amplify-logs demo, amplify-logs import)";
  let content: unknown;
  let text: string | undefined;
  try {
    text = readFileSync(file, "utf8");
    if (last?.file === file && last.text === text) return last.catalog;
    content = JSON.parse(text);
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
  last = { file, text, catalog: { ...parsed.data, tables } };
  return last.catalog;
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
