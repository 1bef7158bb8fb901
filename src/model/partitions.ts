/** `ALTER TABLE ... ADD PARTITION` as Athena takes it: Hive's DDL, with backticks because `date` is a reserved word there. */
import { InputError } from "../errors";

/** One partition of a table: its keys' values, in the order of the keys. */
export interface TablePartition {
  readonly values: Readonly<Record<string, string>>;
  /** Where its files lie, `s3://bucket/prefix/`. Default: Hive's own layout below the table's location. */
  readonly location?: string;
}

/** Partitions in one statement. More would do no harm; one that fails is then easy to find. */
export const MAX_PARTITIONS_PER_STATEMENT = 100;
/** Athena's limit on a query string, in bytes of UTF-8. */
export const MAX_STATEMENT_BYTES = 262_144;

// Quotes and backslashes are escaped differently by Athena's two parsers: no key of ours holds one.
// eslint-disable-next-line no-control-regex
const UNSAFE_LITERAL = /['\\\u0000-\u001f\u007f]/;
const IDENTIFIER = /^[a-z0-9_]+$/;

const identifier = (name: string, field: string): string => {
  if (!IDENTIFIER.test(name)) {
    throw new InputError("not a name that Athena's DDL takes", { field, value: name, fix: "use a-z, 0-9 and _" });
  }
  return `\`${name}\``;
};

const literal = (text: string, field: string): string => {
  if (UNSAFE_LITERAL.test(text)) {
    throw new InputError("not a value that a partition can have", {
      field,
      value: text,
      fix: "leave out quotes, backslashes and control characters",
    });
  }
  return `'${text}'`;
};

const renderPartition = ({ values, location }: TablePartition): string => {
  const keys = Object.entries(values).map(
    ([key, value]) => `${identifier(key, "partition key")}=${literal(value, key)}`,
  );
  if (keys.length === 0)
    throw new InputError("a partition without keys", { field: "partition", fix: "give its values" });
  const where = location === undefined ? "" : ` LOCATION ${literal(location, "location")}`;
  return `PARTITION (${keys.join(", ")})${where}`;
};

/** The statements that make all these partitions known; adding one that exists changes nothing. None for no partitions. */
export const renderAddPartitions = (
  database: string,
  table: string,
  partitions: readonly TablePartition[],
): string[] => {
  const head = `ALTER TABLE ${identifier(database, "database")}.${identifier(table, "table")} ADD IF NOT EXISTS`;
  const statements: string[] = [];
  let clauses: string[] = [];
  let bytes = 0;
  const finish = (): void => {
    if (clauses.length > 0) statements.push([head, ...clauses].join("\n"));
    clauses = [];
    bytes = head.length;
  };
  finish();
  for (const clause of partitions.map(renderPartition)) {
    const size = Buffer.byteLength(clause) + 1;
    if (clauses.length === MAX_PARTITIONS_PER_STATEMENT || bytes + size > MAX_STATEMENT_BYTES) finish();
    clauses.push(clause);
    bytes += size;
  }
  finish();
  return statements;
};
