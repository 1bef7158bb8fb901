import type { Command } from "commander";
import { AmplifyLogsError } from "../errors";
import { visibleText } from "./output";
import { DEFAULT_LAKE } from "./defaults";
import { many, number } from "./figures";

const MOST_LINES_SHOWN = 20;

export const registerImport = (program: Command): void => {
  program
    .command("import")
    .description("put CSV files from Amplify's console (plain or gzip) into the local lake")
    .requiredOption("--app <name>", "the app that the files are of")
    .option("--lake <dir>", "folder of the local lake; made where there is none", DEFAULT_LAKE)
    .argument("<file...>", "CSV files")
    .action(async (files: string[], options: { app: string; lake: string }) => {
      const { importFiles } = await import("../local/importFiles.js");
      let failed = 0;
      await importFiles({ lake: options.lake, app: options.app, files }, ({ file, rows, added, rejected, error }) => {
        const known = rows - added - rejected.length;
        const facts = [many(added, "new row"), ...(known > 0 ? [`${number(known)} already there`] : [])];
        if (rejected.length > 0) facts.push(`${number(rejected.length)} rejected`);
        if (error === undefined || rows > 0) console.log(`${file}: ${facts.join(", ")}`);
        for (const { line, reason } of rejected.slice(0, MOST_LINES_SHOWN))
          console.error(`${file}:${line}: rejected: ${visibleText(reason)}`);
        if (rejected.length > MOST_LINES_SHOWN) {
          console.error(
            `... and ${many(rejected.length - MOST_LINES_SHOWN, "more line")}: amplify-logs query --view access_logs_rejected`,
          );
        }
        if (error !== undefined) {
          failed++;
          console.error(`error: ${file}: ${visibleText(error)}`);
        }
      });
      if (failed > 0)
        throw new AmplifyLogsError(`${failed} of ${many(files.length, "file")} could not be taken in whole`);
      console.log(`Ask it: amplify-logs query status-codes --view logs --lake ${options.lake}`);
    });
};
