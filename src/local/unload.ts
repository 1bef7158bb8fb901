import { InputError } from "../errors";

/** What an `UNLOAD (...) TO ... WITH (...)` asks for, as far as the local lake carries it out. */
export interface UnloadStatement {
  readonly query: string;
  /** Prefix in the bucket. */
  readonly prefix: string;
  readonly partitionedBy: readonly string[];
}

const START = /^\s*UNLOAD\b/i;
const STATEMENT = /^\s*UNLOAD\s*\(([\s\S]*)\)\s*TO\s*'s3:\/\/[^/']+\/([^']*)'\s*WITH\s*\(([\s\S]*)\)\s*$/i;
const PROPERTY = /(\w+)\s*=\s*(?:'([^']*)'|ARRAY\s*\[([^\]]*)\])\s*(?:,|$)/gi;

/** Reads Athena's statement; undefined when the SQL is another one. @throws InputError when it is one and cannot be carried out. */
export const parseUnload = (sql: string): UnloadStatement | undefined => {
  if (!START.test(sql)) return undefined;
  const [, query, prefix, list] = STATEMENT.exec(sql) ?? [];
  const properties = new Map(
    [...(list ?? "").matchAll(PROPERTY)].map(([, name, text, array]) => [name!.toLowerCase(), text ?? array ?? ""]),
  );
  if (query === undefined || prefix === undefined || properties.get("format")?.toUpperCase() !== "PARQUET") {
    throw new InputError("not an UNLOAD that the local lake carries out", {
      field: "sql",
      value: sql.slice(0, 60),
      fix: "write UNLOAD (SELECT ...) TO 's3://bucket/prefix/' WITH (format = 'PARQUET', partitioned_by = ARRAY['app'])",
    });
  }
  const keys = [...(properties.get("partitioned_by") ?? "").matchAll(/'([^']*)'/g)].map(([, name]) => name!);
  return { query, prefix, partitionedBy: keys };
};
