import type { Command } from "commander";
import { InputError } from "../errors";
import { PERIODS, periodViewName, qualify } from "../model/catalog";
import { findQuery, QUERIES } from "../model/queries";
import { OUTPUT_FORMATS, parseFormat, renderResult, visibleText } from "./output";
import { DEFAULT_LAKE } from "./defaults";

/** Where the local lake lies unless `--lake` says otherwise. */
interface QueryFlags {
  readonly sql?: string;
  readonly view: string;
  readonly format: string;
  readonly lake: string;
  readonly today?: string;
  readonly list?: boolean;
}

const DEFAULT_WIDTH = 120;

const listQueries = (): string =>
  `${QUERIES.map(({ name, description }) => `${name.padEnd(18)}${description}`).join("\n")}\n`;

/** The query's SQL over a view or table: `today`, `yesterday`, `week`, `month`, or a name from the catalogue. */
const namedSql = async (name: string, view: string, lake: string): Promise<string> => {
  const query = findQuery(name);
  if (query === undefined) {
    throw new InputError("no such query", {
      field: "query",
      value: name,
      fix: `use ${QUERIES.map((known) => known.name).join(", ")}, or ask with --sql`,
    });
  }
  const { catalogNames, loadCatalog } = await import("../local/localCatalog.js");
  const { EmptyLakeError } = await import("../local/duckdbLake.js");
  const catalog = loadCatalog(lake);
  if (catalog === undefined) throw new EmptyLakeError(lake);
  const period = PERIODS.find((known) => known === view);
  const relation = period === undefined ? view : periodViewName(catalogNames(catalog), period);
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

const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(text, (error) => (error ? reject(error) : resolve())));

const runQuery = async (name: string | undefined, flags: QueryFlags): Promise<void> => {
  if (flags.list === true) return write(listQueries());
  const format = parseFormat(flags.format);
  if ((name === undefined) === (flags.sql === undefined)) {
    throw new InputError("name a query or give SQL, one of them", {
      field: "query",
      fix: `write amplify-logs query ${QUERIES[0]!.name}, or amplify-logs query --sql "SELECT ..."; --list shows the names`,
    });
  }
  const sql = flags.sql ?? (await namedSql(name!, flags.view, flags.lake));
  const { EmptyLakeError, hasData, openLake } = await import("../local/duckdbLake.js");
  if (!hasData(flags.lake)) throw new EmptyLakeError(flags.lake);
  const session = await openLake(flags.lake, flags.today === undefined ? {} : { today: flags.today });
  try {
    const result = await session.query(sql);
    await write(
      renderResult(result, format, {
        width: process.stdout.columns ?? DEFAULT_WIDTH,
        interactive: process.stdout.isTTY === true,
      }),
    );
    if (format === "table" && name !== undefined) process.stderr.write(`${name} over ${visibleText(flags.view)}\n`);
  } finally {
    session.close();
  }
};

export const registerQuery = (program: Command): void => {
  program
    .command("query")
    .description("ask the local lake, by a query's name or in SQL (Athena's dialect)")
    .argument("[name]", "one of --list")
    .option("--sql <sql>", "SQL over access_logs, access_logs_today, logs ...")
    .option("--view <view>", `what a named query reads: ${PERIODS.join(", ")}, or the name of a view or table`, "week")
    .option("--format <format>", OUTPUT_FORMATS.join(", "), "table")
    .option("--lake <dir>", "directory of the local lake", DEFAULT_LAKE)
    .option("--today <date>", "what current_date says, YYYY-MM-DD (default: today, UTC)")
    .option("--list", "show the queries' names")
    .action((name: string | undefined, flags: QueryFlags) => runQuery(name, flags));
};
