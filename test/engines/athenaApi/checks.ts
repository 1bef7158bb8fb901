/** What Athena refuses before it runs anything. */
import { AthenaRefusal } from "./ddl/refusals";
import { parseStatement, type Statement } from "./ddl/statement";
import { SqlError, type SqlEngine } from "./sql/engine";

/** "Query string length", Athena's service quotas: bytes of UTF-8, not adjustable. */
export const MAX_QUERY_BYTES = 262_144;

/** Statements of the engine that Athena runs on tables like ours. */
const KNOWN = /^[\s(]*(select|with|values|table|explain|show)\b/i;

/** PREPARE reads the statement and nothing else. It stands on a line of its own, so that places keep their column. */
const PREPARE = "PREPARE athena FROM\n";

const checkSyntax = async (engine: SqlEngine, sql: string): Promise<void> => {
  try {
    await engine.run(`${PREPARE}${sql}`, undefined).done;
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== "SYNTAX_ERROR") throw error;
    throw new AthenaRefusal(error.message.replace(/^line (\d+):/, (_, line: string) => `line ${Number(line) - 1}:`));
  }
};

/** The part of a statement that the engine has to understand. */
const engineText = (statement: Statement): string | undefined => {
  switch (statement.kind) {
    case "query":
    case "insert":
      return statement.sql;
    case "createView":
    case "createTableAs":
    case "unload":
      return statement.query;
    case "addPartitions":
    case "dropPartitions":
    case "setLocation":
    case "repair":
    case "showPartitions":
    case "dropView":
      return undefined;
    default:
      return statement satisfies never;
  }
};

/** Reads a query string. @throws AthenaRefusal */
export const checkQuery = async (engine: SqlEngine, queryString: string): Promise<Statement> => {
  const bytes = Buffer.byteLength(queryString);
  if (bytes === 0) throw new AthenaRefusal("queryString is required", "INVALID_INPUT");
  if (bytes > MAX_QUERY_BYTES) {
    throw new AthenaRefusal(
      `1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length less than or equal to ${MAX_QUERY_BYTES}`,
      "INVALID_INPUT",
    );
  }
  const statement = parseStatement(queryString);
  const text = engineText(statement);
  if (text !== undefined) await checkSyntax(engine, text);
  if (statement.kind === "query" && !KNOWN.test(statement.sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "")))
    throw new AthenaRefusal("Queries of this type are not supported");
  return statement;
};
