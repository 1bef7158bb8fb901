import { InputError } from "../errors";
import type { TablePartition } from "../model/partitions";

/** What an `ALTER TABLE ... ADD PARTITION` asks for. */
export interface AddPartitionStatement {
  /** Undefined when the statement leaves it to the session. */
  readonly database: string | undefined;
  readonly table: string;
  readonly ifNotExists: boolean;
  readonly partitions: readonly TablePartition[];
}

const START = /^\s*ALTER\s+TABLE\b/i;
const NAME = "(?:`([^`]+)`|([A-Za-z0-9_]+))";
const HEAD = new RegExp(
  `^\\s*ALTER\\s+TABLE\\s+(?:${NAME}\\s*\\.\\s*)?${NAME}\\s+ADD\\s+(IF\\s+NOT\\s+EXISTS\\s+)?`,
  "i",
);
const PARTITION = /\s*PARTITION\s*\(([^()]*)\)(?:\s+LOCATION\s+'([^']*)')?/iy;
const PAIR = new RegExp(`\\s*${NAME}\\s*=\\s*(?:'([^']*)'|(\\d+))\\s*(?:,|$)`, "y");

const broken = (sql: string, at: number): InputError =>
  new InputError("mismatched input in ALTER TABLE ADD PARTITION", {
    value: sql.slice(at, at + 60),
    fix: "write ALTER TABLE name ADD IF NOT EXISTS PARTITION (`key`='value', ...) LOCATION 's3://bucket/prefix/'",
  });

const parseValues = (sql: string, text: string, at: number): Record<string, string> => {
  const values: Record<string, string> = {};
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const from = PAIR.lastIndex;
    const match = PAIR.exec(text);
    if (match === null) throw broken(sql, at + from);
    values[(match[1] ?? match[2])!] = (match[3] ?? match[4])!;
  }
  return values;
};

/** Reads Athena's statement; undefined when the SQL is another one. @throws InputError when it is one and cannot be read. */
export const parseAddPartitions = (sql: string): AddPartitionStatement | undefined => {
  if (!START.test(sql)) return undefined;
  const text = sql.replace(/[\s;]+$/, "");
  const head = HEAD.exec(text);
  if (head === null) throw broken(text, 0);
  const partitions: TablePartition[] = [];
  PARTITION.lastIndex = head[0].length;
  while (PARTITION.lastIndex < text.length) {
    const from = PARTITION.lastIndex;
    const match = PARTITION.exec(text);
    if (match === null) throw broken(text, from);
    const values = parseValues(text, match[1]!, from);
    partitions.push({ values, ...(match[2] === undefined ? {} : { location: match[2] }) });
  }
  if (partitions.length === 0) throw broken(text, head[0].length);
  return { database: head[1] ?? head[2], table: (head[3] ?? head[4])!, ifNotExists: head[5] !== undefined, partitions };
};
