/**
 * What a Glue crawler makes of a tree of files: which folders are tables, what they are called, which folders are partitions,
 * and one schema for all files of a table ("Create a single schema for each S3 path"). The local crawler follows these rules;
 * the crawler that the components deploy is configured to the same ones.
 *
 * Sources: AWS Glue's guide, "How does a crawler determine when to create partitions", "Creating a single schema for each
 * Amazon S3 include path", "How to specify the table location and partitioning level", "How the crawler names tables".
 */
import { createHash } from "node:crypto";
import { InputError } from "../errors";
import type { Column, HiveType } from "./columns";

/** A path below the bucket, one entry per folder; the last entry is the file's name. */
export type FilePath = readonly string[];

/** Glue's limit on the names that a crawler makes. */
const MOST_NAME = 128;

/** Hive's name for a partition's missing value; queries read it as NULL. */
export const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

/** A table's name from its folder: lower case, all that is neither a letter, a digit nor an underscore becomes one. */
export const crawledTableName = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9_]/gu, "_")
    .slice(0, MOST_NAME);

/** The name itself, or the name with a hash of the table's location where another table has it already. */
export const uniqueTableName = (name: string, location: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(name)) return name;
  const hash = createHash("sha256").update(location).digest("hex").slice(0, 32);
  return `${name.slice(0, MOST_NAME - hash.length - 1)}_${hash}`;
};

/** Whether crawlers and queries pass the file by: a name on its way that begins with `_` or `.`. */
export const isHidden = (path: FilePath): boolean => path.some((part) => /^[_.]/.test(part));

/** The level of the folders right below a prefix: in `BUCKET/logs/SERVICE` the services are at 2. */
export const defaultTableLevel = (prefix: readonly string[]): number => prefix.length + 1;

/** @throws InputError when the level is no whole number, or lies above the crawled prefix. */
export const checkTableLevel = (level: number, prefix: readonly string[], field: string): number => {
  const lowest = Math.max(1, prefix.length);
  if (Number.isInteger(level) && level >= lowest && level <= 100) return level;
  throw new InputError("not a level that tables can be at", {
    field,
    value: level,
    fix: `give a whole number from ${lowest} (${prefix.join("/") || "the bucket's first folders"}) on; the folders below it are at ${lowest + 1}`,
  });
};

export interface TableFolder<File extends { readonly path: FilePath }> {
  /** Folders from the bucket to the table. */
  readonly folder: readonly string[];
  readonly files: readonly File[];
}

/** The files by the folder at the table level; those that lie above it belong to no table. */
export const groupByTable = <File extends { readonly path: FilePath }>(
  files: readonly File[],
  level: number,
): { readonly tables: readonly TableFolder<File>[]; readonly above: readonly File[] } => {
  const tables = new Map<string, File[]>();
  const above: File[] = [];
  for (const file of files) {
    if (file.path.length <= level) {
      above.push(file);
      continue;
    }
    const folder = JSON.stringify(file.path.slice(0, level));
    const group = tables.get(folder);
    if (group === undefined) tables.set(folder, [file]);
    else group.push(file);
  }
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    tables: sorted.map(([folder, group]) => ({ folder: JSON.parse(folder) as string[], files: group })),
    above,
  };
};

const keyOf = (folder: string): string | undefined => /^([^=]+)=/.exec(folder)?.[1]?.toLowerCase();

/**
 * The partition keys of a table, from the folders below it on the way to each file: the key of `key=value` where all folders
 * of that depth have the same one, else `partition_0`, `partition_1` …, counted by depth.
 */
export const partitionKeys = (folders: readonly (readonly string[])[]): string[] => {
  const depth = folders.reduce((most, { length }) => Math.max(most, length), 0);
  const names: string[] = [];
  for (let i = 0; i < depth; i++) {
    const found = new Set(folders.filter(({ length }) => length > i).map((folder) => keyOf(folder[i]!)));
    const [only] = found;
    let name = found.size === 1 && only !== undefined ? only : `partition_${i}`;
    for (let next = i; names.includes(name); next++) name = `partition_${next}`;
    names.push(name);
  }
  return names;
};

/** What the folders say of each key. A file that lies less deep has Hive's null in the keys that are left. */
export const partitionValues = (keys: readonly string[], folders: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    keys.map((key, i) => {
      const folder = folders[i];
      if (folder === undefined) return [key, NULL_PARTITION];
      return [key, keyOf(folder) === key ? folder.slice(folder.indexOf("=") + 1) : folder];
    }),
  );

/** A column as some files have it. */
export interface FoundColumn {
  /** As the files spell it: a JSON key, a Parquet column, a title of a CSV. */
  readonly name: string;
  /** Undefined: only nulls were seen. */
  readonly type: HiveType | undefined;
}

export interface CrawledColumn extends Column {
  /** The spellings in the files, of which Glue knows the lower case only. */
  readonly spellings: readonly string[];
}

const NUMBERS: readonly HiveType[] = ["int", "bigint", "float", "double"];

/** The type that holds both: numbers widen, what does not go together is text. */
export const unitedType = (a: HiveType | undefined, b: HiveType | undefined): HiveType | undefined => {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const [first, second] = [NUMBERS.indexOf(a), NUMBERS.indexOf(b)];
  if (first === -1 || second === -1) return "string";
  // A float has 24 bits for its digits: beside whole numbers only a double will do.
  return Math.min(first, second) < 2 && Math.max(first, second) === 2 ? "double" : NUMBERS[Math.max(first, second)];
};

/** The union of the files' columns by name, in the order in which they come; a partition key wins over a column of its name. */
export const uniteByName = (
  schemas: readonly (readonly FoundColumn[])[],
  keys: readonly string[] = [],
): CrawledColumn[] => {
  const columns = new Map<string, { type: HiveType | undefined; spellings: Set<string> }>();
  for (const { name, type } of schemas.flat()) {
    const known = columns.get(name.toLowerCase());
    if (known === undefined) columns.set(name.toLowerCase(), { type, spellings: new Set([name]) });
    else {
      known.type = unitedType(known.type, type);
      known.spellings.add(name);
    }
  }
  return [...columns]
    .filter(([name]) => !keys.includes(name))
    .map(([name, { type, spellings }]) => ({ name, type: type ?? "string", comment: "", spellings: [...spellings] }));
};

const freeName = (wanted: string, taken: readonly string[]): string => {
  let name = wanted;
  for (let n = 1; taken.includes(name); n++) name = `${wanted}_${n}`;
  return name;
};

/** The same for files whose columns go by position. Columns without a title are `col0`, `col1` …; a name that is taken gets a number. */
export const uniteByPosition = (
  schemas: readonly (readonly FoundColumn[])[],
  keys: readonly string[] = [],
): CrawledColumn[] => {
  const width = schemas.reduce((most, { length }) => Math.max(most, length), 0);
  const columns: CrawledColumn[] = [];
  for (let i = 0; i < width; i++) {
    const found = schemas.flatMap((schema) => schema[i] ?? []);
    const title =
      found
        .find(({ name }) => name.trim() !== "")
        ?.name.trim()
        .toLowerCase() ?? `col${i}`;
    const type = found.reduce<HiveType | undefined>((united, one) => unitedType(united, one.type), undefined);
    columns.push({
      name: freeName(title, [...keys, ...columns.map(({ name }) => name)]),
      type: type ?? "string",
      comment: "",
      spellings: [...new Set(found.map(({ name }) => name))],
    });
  }
  return columns;
};
