import path from "node:path";
import type { Command } from "commander";
import type { GenerateArguments, GenerateOptions } from "../local/generator/options";
import { visibleText } from "./output";
import { many, megabytes, number } from "./figures";

interface Options extends GenerateArguments {
  readonly outputDir: string;
}

const PROGRESS_MS = 2000;

/** What to do with it: the first app's files go into the local lake, under a name that it takes. */
const nextStep = ({ format, streams }: GenerateOptions, folder: string): string => {
  const [app] = streams as readonly [string];
  return format === "amplify"
    ? `Ask it: amplify-logs import --app ${app.toLowerCase().replaceAll("-", "_")} $(find ${folder}/${app} -name "*.csv")`
    : `Send it: amplify-logs upload ${folder} s3://BUCKET/PREFIX`;
};

const generateLogs = async (options: Options): Promise<void> => {
  const { parseGenerate } = await import("../local/generator/options.js");
  const { generate } = await import("../local/generator/generate.js");
  const parsed = parseGenerate(options, Date.now());
  const folder = path.resolve(options.outputDir);
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  let toldMs = Date.now();
  try {
    const { rows, files, bytes, notes } = await generate(
      parsed,
      { path: folder, signal: stop.signal },
      ({ stream, rows: done, totalRows }) => {
        if (Date.now() - toldMs < PROGRESS_MS) return;
        toldMs = Date.now();
        console.error(`${stream}: ${number(done)} of ${number(totalRows)} rows`);
      },
    );
    for (const note of notes) console.log(note);
    console.log(`${many(rows, "row")}, ${many(files, "file")}, ${megabytes(bytes)}: ${visibleText(options.outputDir)}`);
    console.log(nextStep(parsed, visibleText(options.outputDir)));
  } finally {
    process.off("SIGINT", interrupt);
  }
};

export const registerGenerate = (program: Command): void => {
  program
    .command("generate")
    .description("write sample logs that look like a source's own: the same options, the same bytes")
    .option("--format <name>", "amplify, cloudfront or application", "application")
    .option("--days <number>", "how many days, the last of which is --end", "7")
    .option(
      "--entries <number>",
      "rows per day of each app or service, on average: weekends have fewer; the whole has exactly days x entries of each",
      "1000",
    )
    .option("--output-dir <dir>", "where to write; files of the same name are replaced, others stay", "./logs")
    .option("--services <names>", "application: the services; else: the apps; a comma between them")
    .option("--seed <text>", "other logs, of the same kind", "amplify-logs")
    .option("--end <date>", "the last day, UTC (default: yesterday)")
    .action(generateLogs);
};
