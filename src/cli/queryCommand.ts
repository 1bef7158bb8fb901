import type { Command } from "commander";
import { InputError } from "../errors";
import { PERIODS, periodViewName, qualify, type CatalogNames } from "../model/catalog";
import { findQuery, QUERIES, type QueryDefinition } from "../model/queries";
import type { QueryResult } from "../model/queryResult";
import type { AthenaTarget } from "./athenaQuery";
import { OUTPUT_FORMATS, parseFormat, renderResult, visibleText } from "./output";
import { DEFAULT_LAKE } from "./defaults";

interface QueryFlags {
  readonly sql?: string;
  readonly view: string;
  readonly format: string;
  readonly lake: string;
  readonly today?: string;
  readonly list?: boolean;
  readonly athena?: boolean;
  readonly database?: string;
  readonly workgroup?: string;
  readonly region?: string;
}

const DEFAULT_WIDTH = 120;
/** The component's defaults. */
const DEFAULT_NAMES: CatalogNames = { database: "amplify_logs", table: "access_logs" };

const listQueries = (): string =>
  `${QUERIES.map(({ name, description }) => `${name.padEnd(18)}${description}`).join("\n")}\n`;

const knownQuery = (name: string): QueryDefinition => {
  const query = findQuery(name);
  if (query !== undefined) return query;
  throw new InputError("no such query", {
    field: "query",
    value: name,
    fix: `use ${QUERIES.map((known) => known.name).join(", ")}, or ask with --sql`,
  });
};

/** The view of a period, or the view or table of that name. */
const relationOf = (names: CatalogNames, view: string): string => {
  const period = PERIODS.find((known) => known === view);
  return period === undefined ? view : periodViewName(names, period);
};

/** The query's SQL over a view or table: `today`, `yesterday`, `week`, `month`, or a name from the catalogue. */
const localSql = async (name: string, view: string, lake: string): Promise<string> => {
  const query = knownQuery(name);
  const { catalogNames, loadCatalog } = await import("../local/localCatalog.js");
  const { EmptyLakeError } = await import("../local/duckdbLake.js");
  const catalog = loadCatalog(lake);
  if (catalog === undefined) throw new EmptyLakeError(lake);
  const relation = relationOf(catalogNames(catalog), view);
  const relations = [...catalog.tables, ...catalog.views].map((known) => known.name);
  if (!relations.includes(relation)) {
    throw new InputError("no such view or table", {
      field: "--view",
      value: view,
      fix: `use ${[...PERIODS, ...relations].join(", ")}`,
    });
  }
  return query.sql(qualify(catalog.database, relation));
};

const CATALOG_NAME = /^[a-z0-9_]+$/;

/** The same in Athena, which knows best what there is. */
const athenaSql = (name: string, view: string, database: string): string => {
  const query = knownQuery(name);
  if (!CATALOG_NAME.test(view)) {
    throw new InputError("not the name of a view or table", {
      field: "--view",
      value: view,
      fix: `use ${PERIODS.join(", ")}, or a name such as ${periodViewName(DEFAULT_NAMES, "week")}`,
    });
  }
  return query.sql(qualify(database, relationOf({ ...DEFAULT_NAMES, database }, view)));
};

const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));

/** Options of one engine that were given to the other would change nothing in silence. */
const checkFlags = (flags: QueryFlags, given: (name: string) => boolean): void => {
  const foreign = flags.athena === true ? ["lake", "today"] : ["database", "workgroup", "region"];
  const found = foreign.find(given);
  if (found === undefined) return;
  const [reason, fix] =
    flags.athena === true
      ? ["this is for the local lake only", `leave out --${found} or --athena`]
      : ["this is for Athena only", "add --athena"];
  throw new InputError(reason, { field: `--${found}`, fix });
};

const athenaTarget = ({ database = DEFAULT_NAMES.database, workgroup, region }: QueryFlags): AthenaTarget => {
  if (!CATALOG_NAME.test(database))
    throw new InputError("not the name of a database", {
      field: "--database",
      value: database,
      fix: "use a-z, 0-9, _",
    });
  if (workgroup !== undefined) return { database, workgroup, region };
  throw new InputError("Athena wants a workgroup", {
    field: "--workgroup",
    fix: "give what pulumi stack output usersWorkgroupName says",
  });
};

const askAthena = async (name: string | undefined, flags: QueryFlags): Promise<QueryResult> => {
  const target = athenaTarget(flags);
  const sql = flags.sql ?? athenaSql(name!, flags.view, target.database);
  const { queryAthena } = await import("./athenaQuery.js");
  return queryAthena(sql, target);
};

const askLake = async (name: string | undefined, flags: QueryFlags): Promise<QueryResult> => {
  const sql = flags.sql ?? (await localSql(name!, flags.view, flags.lake));
  const { EmptyLakeError, hasData, openLake } = await import("../local/duckdbLake.js");
  if (!hasData(flags.lake)) throw new EmptyLakeError(flags.lake);
  const session = await openLake(flags.lake, flags.today === undefined ? {} : { today: flags.today });
  try {
    return await session.query(sql);
  } finally {
    session.close();
  }
};

const runQuery = async (
  name: string | undefined,
  flags: QueryFlags,
  given: (option: string) => boolean,
): Promise<void> => {
  if (flags.list === true) return write(listQueries());
  const format = parseFormat(flags.format);
  if ((name === undefined) === (flags.sql === undefined)) {
    throw new InputError("name a query or give SQL, one of them", {
      field: "query",
      fix: `write amplify-logs query ${QUERIES[0]!.name}, or amplify-logs query --sql "SELECT ..."; --list shows the names`,
    });
  }
  checkFlags(flags, given);
  const result = await (flags.athena === true ? askAthena : askLake)(name, flags);
  await write(
    renderResult(result, format, {
      width: process.stdout.columns ?? DEFAULT_WIDTH,
      interactive: process.stdout.isTTY === true,
    }),
  );
  if (format === "table" && name !== undefined) process.stderr.write(`${name} over ${visibleText(flags.view)}\n`);
};

export const registerQuery = (program: Command): void => {
  program
    .command("query")
    .description("ask the local lake, or Athena, by a query's name or in SQL (Athena's dialect)")
    .argument("[name]", "one of --list")
    .option("--sql <sql>", "SQL over access_logs, access_logs_today, logs ...")
    .option("--view <view>", `what a named query reads: ${PERIODS.join(", ")}, or the name of a view or table`, "week")
    .option("--format <format>", OUTPUT_FORMATS.join(", "), "table")
    .option("--lake <dir>", "directory of the local lake", DEFAULT_LAKE)
    .option("--today <date>", "what current_date says, YYYY-MM-DD (default: today, UTC)")
    .option("--athena", "ask Athena, with the AWS credentials of the environment, in place of the local lake")
    .option("--database <name>", `Athena's database (default: ${DEFAULT_NAMES.database})`)
    .option("--workgroup <name>", "Athena's workgroup: pulumi stack output usersWorkgroupName")
    .option("--region <region>", "where Athena is (default: the environment's or the profile's)")
    .option("--list", "show the queries' names")
    .action((name: string | undefined, flags: QueryFlags, command: Command) =>
      runQuery(name, flags, (option) => command.getOptionValueSource(option) === "cli"),
    );
};
