/** Which files of the bucket's directory a table consists of. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { TableDefinition } from "../model/catalog";
import { isHidden } from "../model/crawlerRules";
import {
  bucketPath,
  tableId,
  type CrawledFiles,
  type LocalCatalog,
  type LocalTable,
  type RegisteredPartition,
} from "./catalogFile";
import type { TableFiles } from "./duckdbTables";

/** Hive leaves out what begins with a dot or an underscore: files that are being written. Empty objects hold no row. */
const isData = (name: string): boolean => !/^[._]/.test(name);

const filesBelow = (directory: string): string[] => {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isData(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name).split(path.sep).join("/"))
    .filter((file) => statSync(file).size > 0)
    .sort();
};

/** The values that the `key=value` folders of a prefix spell; of a repeated key the last, as in the table's query. */
const spelledValues = (prefix: string): Record<string, string> =>
  Object.fromEntries(
    prefix.split("/").flatMap((folder) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    }),
  );

const isSpelled = ({ values, location }: RegisteredPartition): boolean => {
  const spelled = spelledValues(location);
  return Object.entries(values).every(([key, value]) => spelled[key] === value);
};

const registeredFiles = (bucket: string, partitions: readonly RegisteredPartition[]): TableFiles[] => {
  const at = ({ location }: RegisteredPartition): string[] => filesBelow(path.join(bucket, location));
  return [
    { files: partitions.filter(isSpelled).flatMap(at), values: undefined },
    ...partitions
      .filter((partition) => !isSpelled(partition))
      .map((partition) => ({ files: at(partition), values: partition.values })),
  ];
};

/** The prefix of a projection's template with a group for each key; undefined where its folders spell them all. */
const templatePattern = ({ partitionKeys, projection }: TableDefinition): RegExp | undefined => {
  const template = projection?.["storage.location.template"]?.replace(/^s3:\/\/[^/]+\//, "");
  if (template === undefined || partitionKeys.every(({ name }) => template.includes(`${name}=\${${name}}`)))
    return undefined;
  const parts = template.split(/(\$\{\w+\})/);
  const source = parts.map((part) => part.replace(/^\$\{(\w+)\}$/, "(?<$1>[^/]+)")).join("");
  return new RegExp(`^${source}/`);
};

/** A group of files for each combination of values, which a part of the path without a name holds. */
const templatedFiles = (bucket: string, table: TableDefinition, pattern: RegExp): TableFiles[] => {
  const groups = new Map<string, { files: string[]; values: Record<string, string> }>();
  for (const file of filesBelow(path.join(bucket, table.prefix))) {
    const found = pattern.exec(path.relative(bucket, file).split(path.sep).join("/"));
    if (found === null) continue;
    const group = groups.get(found[0]) ?? { files: [], values: { ...found.groups } };
    group.files.push(file);
    groups.set(found[0], group);
  }
  return [...groups.values()];
};

/** Projected tables: every file whose folders spell all keys, with whole numbers where a key is a number. */
const projectedFiles = (bucket: string, table: TableDefinition): TableFiles[] => {
  const pattern = templatePattern(table);
  if (pattern !== undefined) return templatedFiles(bucket, table, pattern);
  const files = filesBelow(path.join(bucket, table.prefix)).filter((file) => {
    const spelled = spelledValues(path.relative(bucket, path.dirname(file)).split(path.sep).join("/"));
    return table.partitionKeys.every(({ name, type }) => {
      const value = spelled[name];
      return value !== undefined && (type !== "int" || /^\d{1,9}$/.test(value));
    });
  });
  return [{ files, values: undefined }];
};

/** Crawled folders: hidden files on any level and what the crawler set aside are left out. One folder may hold another. */
const crawledFiles = (
  { root, excluded }: CrawledFiles,
  prefix: string,
  partitions: readonly RegisteredPartition[],
): TableFiles[] => {
  const without = new Set(excluded.map((file) => path.join(root, file).split(path.sep).join("/")));
  const found = new Set(partitions.flatMap(({ location }) => filesBelow(path.join(root, location))));
  const isTaken = (file: string): boolean =>
    !without.has(file) && !isHidden(path.relative(path.join(root, prefix), file).split(path.sep));
  return [{ files: [...found].filter(isTaken).sort(), values: undefined }];
};

export const tableFiles = (lake: string, catalog: LocalCatalog, table: LocalTable): TableFiles[] => {
  const bucket = path.resolve(bucketPath(lake));
  const partitions = catalog.partitions[tableId(catalog, table)] ?? [];
  if (table.crawled !== undefined) return crawledFiles(table.crawled, table.prefix, partitions);
  return table.projection === undefined ? registeredFiles(bucket, partitions) : projectedFiles(bucket, table);
};
