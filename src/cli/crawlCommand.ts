import type { Command } from "commander";
import { InputError } from "../errors";
import { DEFAULT_LAKE } from "./defaults";
import { visibleText } from "./output";
import { many } from "./figures";

const MOST_PROBLEMS = 20;

interface CrawlFlags {
  readonly lake: string;
  readonly database: string;
  readonly tableLevel?: string;
}

export const registerCrawl = (program: Command): void => {
  program
    .command("crawl")
    .description("make tables of a folder of JSON, Parquet or CSV files, by the rules of a Glue crawler")
    .argument("<path>", "the folder, such as ./logs with a folder for each service")
    .option("--lake <dir>", "folder of the local lake; made where there is none", DEFAULT_LAKE)
    .option("--database <name>", "the database that the tables are put into", "app_logs_db")
    .option(
      "--table-level <n>",
      "level of the folders that are tables, the path's own being its number of parts (default: those right below the path; 2 in BUCKET/logs/SERVICE)",
    )
    .action(async (path: string, flags: CrawlFlags) => {
      const { crawl } = await import("../local/crawl.js");
      const { lake, database, tableLevel } = flags;
      const { tables, problems } = await crawl({
        lake,
        database,
        path,
        ...(tableLevel === undefined ? {} : { tableLevel: Number(tableLevel) }),
      });
      for (const { file, reason } of problems.slice(0, MOST_PROBLEMS))
        console.error(`${visibleText(file)}: ${visibleText(reason)}`);
      if (problems.length > MOST_PROBLEMS) console.error(`... and ${problems.length - MOST_PROBLEMS} more`);
      if (tables.length === 0) {
        throw new InputError("the crawler found no table", {
          field: "PATH",
          value: path,
          fix: "check that files lie at the level of the tables or below, and what is said of them above",
        });
      }
      for (const { table, partitions, files } of tables) {
        const keys = table.partitionKeys.map(({ name }) => name).join(", ");
        const parts = keys === "" ? "no partitions" : `${many(partitions.length, "partition")} by ${keys}`;
        console.log(
          visibleText(
            `${database}.${table.name}: ${many(files, "file")} of ${table.format}, ${many(table.columns.length, "column")}, ${parts}`,
          ),
        );
      }
      const first = tables[0]!.table.name;
      console.log(`Ask it: amplify-logs query --lake ${lake} --sql 'SELECT * FROM "${database}"."${first}" LIMIT 10'`);
    });
};
