/** What a query string asks for. Hive's DDL is read here; everything else is for the engine. */
import {
  compressionOf,
  formatOf,
  listOf,
  UNLOAD_PROPERTIES,
  type Compression,
  type FileFormat,
  type Properties,
} from "./fileProperties";
import { StatementReader, type QualifiedName } from "./reader";
import { AthenaRefusal } from "./refusals";

/** Partition keys in the order of the statement, lower case. */
export type PartitionSpec = Readonly<Record<string, string>>;

export type Statement =
  | {
      readonly kind: "addPartitions";
      readonly table: QualifiedName;
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly location: string | undefined }[];
    }
  | {
      readonly kind: "setLocation";
      readonly table: QualifiedName;
      readonly spec: PartitionSpec | undefined;
      readonly location: string;
    }
  | {
      readonly kind: "dropPartitions";
      readonly table: QualifiedName;
      readonly ifExists: boolean;
      readonly specs: readonly PartitionSpec[];
    }
  | { readonly kind: "repair"; readonly table: QualifiedName }
  | { readonly kind: "showPartitions"; readonly table: QualifiedName }
  | { readonly kind: "createView"; readonly view: QualifiedName; readonly replace: boolean; readonly query: string }
  | { readonly kind: "dropView"; readonly view: QualifiedName; readonly ifExists: boolean }
  | {
      readonly kind: "insert";
      readonly table: QualifiedName;
      readonly columns: readonly string[] | undefined;
      readonly query: string;
      readonly sql: string;
    }
  | {
      readonly kind: "unload";
      readonly query: string;
      readonly location: string;
      readonly format: FileFormat;
      readonly compression: Compression;
      readonly partitionedBy: readonly string[];
    }
  | {
      readonly kind: "createTableAs";
      readonly table: QualifiedName;
      readonly query: string;
      readonly externalLocation: string | undefined;
      readonly format: FileFormat;
      readonly partitionedBy: readonly string[];
    }
  | { readonly kind: "query"; readonly sql: string };

const readSpec = (reader: StatementReader): PartitionSpec => {
  reader.expect("PARTITION");
  reader.expectSign("(");
  const spec: Record<string, string> = {};
  do {
    const key = reader.identifier();
    reader.expectSign("=");
    spec[key] = reader.constant();
  } while (reader.acceptSign(","));
  reader.expectSign(")");
  return spec;
};

const readAlter = (reader: StatementReader): Statement => {
  const table = reader.qualifiedName();
  if (reader.accept("ADD")) {
    const ifNotExists = reader.accept("IF", "NOT", "EXISTS");
    const partitions: { spec: PartitionSpec; location: string | undefined }[] = [];
    // No comma between them, unlike DROP's. No number of partitions is documented as too many for one statement; the length of
    // the query string is the limit, and Glue takes 100 in a call, which Athena sees to.
    do {
      partitions.push({ spec: readSpec(reader), location: reader.accept("LOCATION") ? reader.text() : undefined });
    } while (reader.next.kind !== "end");
    return { kind: "addPartitions", table, ifNotExists, partitions };
  }
  if (reader.accept("DROP")) {
    const ifExists = reader.accept("IF", "EXISTS");
    const specs = [readSpec(reader)];
    while (reader.acceptSign(",")) specs.push(readSpec(reader));
    return { kind: "dropPartitions", table, ifExists, specs };
  }
  const isPartition = reader.next.text.toUpperCase() === "PARTITION";
  const spec = isPartition ? readSpec(reader) : undefined;
  reader.expect("SET", "LOCATION");
  return { kind: "setLocation", table, spec, location: reader.text() };
};

/** `(name = value, ...)`: texts and numbers by name, lists of texts too. */
const readProperties = (reader: StatementReader): Map<string, string | string[]> => {
  const properties = new Map<string, string | string[]>();
  reader.expectSign("(");
  do {
    const name = reader.identifier();
    reader.expectSign("=");
    if (!reader.accept("ARRAY")) {
      properties.set(name, reader.constant());
      continue;
    }
    reader.expectSign("[");
    const list = [reader.text()];
    while (reader.acceptSign(",")) list.push(reader.text());
    reader.expectSign("]");
    properties.set(name, list);
  } while (reader.acceptSign(","));
  reader.expectSign(")");
  return properties;
};

const readUnload = (reader: StatementReader): Statement => {
  const query = reader.parenthesized();
  reader.expect("TO");
  const location = reader.text();
  reader.expect("WITH");
  const properties = readProperties(reader);
  const unknown = [...properties.keys()].find((name) => !UNLOAD_PROPERTIES.includes(name));
  if (unknown !== undefined) throw new AthenaRefusal(`UNLOAD has no property '${unknown}' here`);
  // "format" has no default: "UNLOAD", Athena user guide.
  const format = formatOf(properties, "");
  return {
    kind: "unload",
    query,
    location,
    format,
    compression: compressionOf(properties, format),
    partitionedBy: listOf(properties.get("partitioned_by")),
  };
};

const readCreateTableAs = (reader: StatementReader): Statement => {
  const table = reader.qualifiedName();
  const properties: Properties = reader.accept("WITH") ? readProperties(reader) : new Map();
  reader.expect("AS");
  const [externalLocation] = listOf(properties.get("external_location"));
  return {
    kind: "createTableAs",
    table,
    query: reader.rest(),
    externalLocation,
    format: formatOf(properties, "PARQUET"),
    partitionedBy: listOf(properties.get("partitioned_by")),
  };
};

const readInsert = (reader: StatementReader): Statement => {
  const table = reader.qualifiedName();
  return { kind: "insert", table, columns: reader.columnList(), query: reader.rest(), sql: reader.sql };
};

/** The one statement of a query string. @throws AthenaRefusal */
const singleStatement = (sql: string): string => {
  const parts = sql.match(/(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|[^;])+/g) ?? [];
  const filled = parts.filter((part) => part.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "").trim() !== "");
  if (filled.length === 1) return filled[0]!.trim();
  if (filled.length === 0) throw new AthenaRefusal("Query string cannot be empty", "INVALID_INPUT");
  throw new AthenaRefusal(`Only one sql statement is allowed. Got: ${sql}`, "INVALID_INPUT");
};

type Read = (reader: StatementReader) => Statement;

const HIVE_STATEMENTS: readonly (readonly [pattern: RegExp, keywords: readonly string[], read: Read])[] = [
  [/^alter\s+table\b/i, ["ALTER", "TABLE"], readAlter],
  [/^msck\b/i, ["MSCK", "REPAIR", "TABLE"], (reader) => ({ kind: "repair", table: reader.qualifiedName() })],
  [
    /^show\s+partitions\b/i,
    ["SHOW", "PARTITIONS"],
    (reader) => ({ kind: "showPartitions", table: reader.qualifiedName() }),
  ],
];

const TRINO_STATEMENTS: typeof HIVE_STATEMENTS = [
  [
    /^create\s+(or\s+replace\s+)?view\b/i,
    ["CREATE"],
    (reader) => {
      const replace = reader.accept("OR", "REPLACE");
      reader.expect("VIEW");
      const view = reader.qualifiedName();
      reader.expect("AS");
      return { kind: "createView", view, replace, query: reader.rest() };
    },
  ],
  [
    /^drop\s+view\b/i,
    ["DROP", "VIEW"],
    (reader) => {
      const ifExists = reader.accept("IF", "EXISTS");
      return { kind: "dropView", view: reader.qualifiedName(), ifExists };
    },
  ],
  [/^insert\s+into\b/i, ["INSERT", "INTO"], readInsert],
  [/^create\s+table\b[\s\S]*?\bas\s*[\s(](select|with|values|table)\b/i, ["CREATE", "TABLE"], readCreateTableAs],
  [/^unload\b/i, ["UNLOAD"], readUnload],
];

/** What Athena takes and this endpoint does not carry out: better refused than answered wrongly. */
const NOT_HERE = /^(create\s+(external\s+table|table|database|schema)|drop\s+(table|database|schema)|describe)\b/i;

/** @throws AthenaRefusal for what Athena's DDL does not take. Queries are judged by the engine. */
export const parseStatement = (queryString: string): Statement => {
  const sql = singleStatement(queryString);
  const head = sql.replace(/^(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)+/, "");
  for (const [statements, dialect] of [
    [HIVE_STATEMENTS, "hive"],
    [TRINO_STATEMENTS, "trino"],
  ] as const) {
    const found = statements.find(([pattern]) => pattern.test(head));
    if (found === undefined) continue;
    const reader = new StatementReader(sql, dialect);
    reader.expect(...found[1]);
    const statement = found[2](reader);
    reader.end();
    return statement;
  }
  if (NOT_HERE.test(head)) throw new AthenaRefusal(`the test endpoint does not carry out ${head.slice(0, 60)}`);
  return { kind: "query", sql };
};
