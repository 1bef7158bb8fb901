/** What a DuckDB session needs before it can stand in for Athena. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { literal } from "../model/catalog";
import { sessionMacros } from "./athenaMacros";
import { identifier, pathPattern } from "./duckdbTables";

const ATHENA_CATALOG = "awsdatacatalog";
const MACROS = "memory.main";

/** Directories that DuckDB may look into; as patterns too, since files are given as patterns. */
export const allowDirectories = (directories: readonly string[]): string => {
  const all = directories.flatMap((directory) => [`${directory}/`, pathPattern(`${directory}/`)]);
  return `SET allowed_directories = [${[...new Set(all)].map(literal).join(", ")}]`;
};

/** Makes databases, the first of which needs no name, and teaches the session Athena's words, unless a query has none of them. */
export const setUpSession = async (
  connection: DuckDBConnection,
  databases: readonly string[],
  { today, macros }: { readonly today: string | undefined; readonly macros: boolean },
): Promise<void> => {
  const statements = [
    "SET TimeZone = 'UTC'",
    // As in Athena: 7 / 2 = 3.
    "SET integer_division = true",
    // A compaction's words mean the same to both engines: sixty macros would take longer than its query.
    ...(macros ? sessionMacros(today) : []),
    `ATTACH ':memory:' AS ${ATHENA_CATALOG}`,
    ...databases.map((database) => `CREATE SCHEMA IF NOT EXISTS ${ATHENA_CATALOG}.${identifier(database)}`),
    `SET search_path = ${literal(`${ATHENA_CATALOG}.${identifier(databases[0]!)},${MACROS}`)}`,
  ];
  for (const statement of statements) await connection.run(statement);
};
