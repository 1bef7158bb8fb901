/** The local crawler: folders of files become tables of the lake's catalogue, by the rules of src/model/crawlerRules.ts. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { InputError } from "../errors";
import type { TableFormat } from "../model/catalog";
import {
  checkTableLevel,
  crawledTableName,
  defaultTableLevel,
  groupByTable,
  isHidden,
  partitionKeys,
  partitionValues,
  uniqueTableName,
  uniteByName,
  uniteByPosition,
  type FilePath,
  type TableFolder,
} from "../model/crawlerRules";
import { databaseOf } from "./catalogFile";
import { formatOfFile } from "./crawlFormats";
import { openSchemaReader, type SchemaOfFiles, type SchemaReader } from "./crawlSchemas";
import {
  bucketPath,
  declareApps,
  loadCatalog,
  replaceTables,
  type LocalCatalog,
  type LocalTable,
  type RegisteredPartition,
} from "./localCatalog";

export interface CrawlOptions {
  readonly lake: string;
  /** Database of the tables, `[a-z0-9_]+`. */
  readonly database: string;
  /** Folder that is crawled: one below the lake's bucket stands for its prefix there, another one for a bucket's prefix of its name. */
  readonly path: string;
  /** Level of the folders that are tables. Default: those right below the path. */
  readonly tableLevel?: number | undefined;
}

export interface CrawledTable {
  readonly table: LocalTable;
  readonly partitions: readonly RegisteredPartition[];
  readonly files: number;
}

export interface Crawl {
  readonly tables: readonly CrawledTable[];
  /** Files that are in no table, by their path below the crawled folder, or lines that are in no row, and why. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}

interface Target {
  /** Stands for the bucket, absolute. */
  readonly root: string;
  readonly prefix: readonly string[];
}

interface FoundFile {
  readonly path: FilePath;
  readonly file: string;
}

type Problem = Crawl["problems"][number];

const targetOf = ({ lake, path: folder }: CrawlOptions): Target => {
  const absolute = path.resolve(folder);
  if (!existsSync(absolute) || !statSync(absolute).isDirectory()) {
    throw new InputError("not a folder here", {
      field: "PATH",
      value: folder,
      fix: "name a folder of log files; for a bucket, deploy the component's crawler",
    });
  }
  const bucket = path.resolve(bucketPath(lake));
  const below = path.relative(bucket, absolute);
  const isInside = !below.startsWith("..") && !path.isAbsolute(below);
  if (isInside) return { root: bucket, prefix: below.split(path.sep).filter(Boolean) };
  return { root: path.dirname(absolute), prefix: [path.basename(absolute)].filter(Boolean) };
};

const filesOf = ({ root, prefix }: Target): FoundFile[] =>
  readdirSync(path.join(root, ...prefix), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file: file.split(path.sep).join("/"), path: path.relative(root, file).split(path.sep) }))
    .filter((found) => !isHidden(found.path.slice(prefix.length)) && statSync(found.file).size > 0)
    .sort((a, b) => (a.file < b.file ? -1 : 1));

/** The files of a folder by their format, the most frequent one first: it gives the folder's name to its table. */
const byFormat = (files: readonly FoundFile[], problems: Problem[]): [TableFormat, FoundFile[]][] => {
  const groups = new Map<TableFormat, FoundFile[]>();
  for (const found of files) {
    const seen = formatOfFile(found.file);
    if ("problem" in seen) problems.push({ file: found.path.join("/"), reason: seen.problem });
    else groups.set(seen.format, [...(groups.get(seen.format) ?? []), found]);
  }
  return [...groups].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1));
};

/** CSV files of another layout than the first's cannot be read as one table. */
const ofOneLayout = (schemas: readonly SchemaOfFiles[]): { same: SchemaOfFiles[]; others: readonly string[] } => {
  const layout = JSON.stringify(schemas[0]?.layout);
  const same = schemas.filter((schema) => JSON.stringify(schema.layout) === layout);
  return { same, others: schemas.filter((schema) => !same.includes(schema)).flatMap(({ files }) => files) };
};

const partitionsOf = (
  { folder }: TableFolder<FoundFile>,
  keys: readonly string[],
  files: readonly FoundFile[],
): RegisteredPartition[] => {
  const folders = new Map(files.map(({ path: parts }) => [parts.slice(0, -1).join("/"), parts.slice(0, -1)]));
  return [...folders].map(([location, parts]) => ({
    values: partitionValues(keys, parts.slice(folder.length)),
    location: `${location}/`,
  }));
};

const nameOf = (
  catalog: LocalCatalog,
  database: string,
  table: Omit<LocalTable, "name">,
  made: readonly LocalTable[],
): string => {
  const isSame = (other: LocalTable): boolean =>
    other.crawled?.root === table.crawled?.root && other.prefix === table.prefix && other.format === table.format;
  const others = [...catalog.tables.filter((other) => databaseOf(catalog, other) === database), ...made];
  // Crawled once more, a table keeps its name.
  const before = others.find(isSame);
  if (before !== undefined) return before.name;
  const location = `${table.crawled?.root}/${table.prefix} ${table.format}`;
  const folder = table.prefix.slice(table.prefix.lastIndexOf("/") + 1);
  return uniqueTableName(crawledTableName(folder), location, new Set(others.map(({ name }) => name)));
};

const strayReason = ({ files, strayLines }: SchemaOfFiles): string => {
  const others = files.length - 1;
  const where = others === 0 ? "" : `with the ${others === 1 ? "file" : `${others} files`} after it: `;
  return `${where}${strayLines} ${strayLines === 1 ? "line is no JSON object" : "lines are no JSON objects"}, and no ${strayLines === 1 ? "row" : "rows"}`;
};

interface Crawling {
  readonly options: CrawlOptions;
  readonly target: Target;
  readonly reader: SchemaReader;
  readonly catalog: LocalCatalog;
  readonly problems: Problem[];
}

/** One table of a folder: all of its files that are of one format. */
const tableOf = async (
  { options, target, reader, catalog, problems }: Crawling,
  group: TableFolder<FoundFile>,
  format: TableFormat,
  files: readonly FoundFile[],
  made: readonly LocalTable[],
): Promise<CrawledTable | undefined> => {
  const names = new Map(files.map((found) => [found.file, found.path.join("/")]));
  const { schemas, unread } = await reader.read(format, [...names.keys()]);
  const { same, others } = ofOneLayout(schemas);
  problems.push(
    ...unread.map(({ file, reason }) => ({ file: names.get(file)!, reason })),
    ...others.map((file) => ({
      file: names.get(file)!,
      reason: "has another delimiter or header than the files before",
    })),
    ...same
      .filter(({ strayLines = 0 }) => strayLines > 0)
      .map((schema) => ({ file: names.get(schema.files[0]!)!, reason: strayReason(schema) })),
  );
  const read = new Set(same.flatMap((schema) => schema.files));
  const taken = files.filter(({ file }) => read.has(file));
  if (taken.length === 0) return undefined;
  const keys = partitionKeys(taken.map(({ path: parts }) => parts.slice(group.folder.length, -1)));
  const unite = format === "csv" ? uniteByPosition : uniteByName;
  const columns = unite(
    same.map((schema) => schema.columns),
    keys,
  );
  if (columns.length === 0) return undefined;
  const table: Omit<LocalTable, "name"> = {
    database: options.database,
    comment: "found by the crawler",
    format,
    columns: columns.map(({ name, type, comment }) => ({ name, type, comment })),
    partitionKeys: keys.map((name) => ({ name, type: "string", comment: "" })),
    prefix: group.folder.join("/"),
    projection: undefined,
    crawled: {
      root: target.root,
      excluded: group.files.filter(({ file }) => !read.has(file)).map(({ path: parts }) => parts.join("/")),
      spellings: Object.fromEntries(columns.map(({ name, spellings }) => [name, spellings])),
      ...same[0]!.layout,
    },
  };
  const named = { ...table, name: nameOf(catalog, options.database, table, made) };
  return { table: named, partitions: partitionsOf(group, keys, taken), files: taken.length };
};

const checkDatabase = (database: string): void => {
  if (!/^[a-z0-9_]{1,128}$/.test(database))
    throw new InputError("not the name of a database", {
      field: "--database",
      value: database,
      fix: "use a-z, 0-9, _",
    });
};

/** Crawls a folder and puts its tables into the lake's catalogue. Again changes what has changed; a table whose files are gone stays, and is empty. */
export const crawl = async (options: CrawlOptions): Promise<Crawl> => {
  checkDatabase(options.database);
  const target = targetOf(options);
  const level = checkTableLevel(options.tableLevel ?? defaultTableLevel(target.prefix), target.prefix, "--table-level");
  const { tables: groups, above } = groupByTable(filesOf(target), level);
  const problems: Problem[] = above.map(({ path: parts }) => ({
    file: parts.join("/"),
    reason: `lies above the tables, whose folders are at level ${level}`,
  }));
  const catalog = loadCatalog(options.lake) ?? declareApps(options.lake, []);
  const reader = await openSchemaReader();
  const tables: CrawledTable[] = [];
  try {
    const crawling = { options, target, reader, catalog, problems };
    for (const group of groups) {
      for (const [format, files] of byFormat(group.files, problems)) {
        const made = tables.map(({ table }) => table);
        const found = await tableOf(crawling, group, format, files, made);
        if (found !== undefined) tables.push(found);
      }
    }
  } finally {
    reader.close();
  }
  if (tables.length > 0) replaceTables(options.lake, tables);
  return { tables, problems };
};
