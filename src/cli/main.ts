#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { AmplifyLogsError } from "../errors";
import { registerBackfill } from "./backfillCommand";
import { registerCoverage } from "./coverageCommand";
import { registerCrawl } from "./crawlCommand";
import { registerDemo } from "./demoCommand";
import { registerGenerate } from "./generateCommand";
import { registerImport } from "./importCommand";
import { registerPolicy } from "./policyCommand";
import { registerPull } from "./pullCommand";
import { registerQuery } from "./queryCommand";
import { registerRedrive } from "./redriveCommand";
import { registerReport } from "./reportCommand";
import { registerReprocess } from "./reprocessCommand";
import { registerUpload } from "./uploadCommand";

/** Each command is a file of its own; what is expensive to load is loaded by the command that needs it. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerDemo,
  registerImport,
  registerPull,
  registerBackfill,
  registerCrawl,
  registerQuery,
  registerCoverage,
  registerReport,
  registerRedrive,
  registerPolicy,
  registerGenerate,
  registerUpload,
  registerReprocess,
];

const packageVersion = (directory = __dirname): string => {
  const file = path.join(directory, "package.json");
  if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
  const parent = path.dirname(directory);
  return parent === directory ? "unknown" : packageVersion(parent);
};

const makeProgram = (): Command => {
  const program = new Command("amplify-logs")
    .description("AWS Amplify access logs: fetch, store, ask")
    .version(packageVersion())
    .option("--verbose", "show where an unexpected error came from")
    .showHelpAfterError("(amplify-logs --help shows what there is)");
  for (const register of COMMANDS) register(program);
  return program;
};

const isBrokenPipe = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === "EPIPE";

/** What a person should read of an error; the stack only of what nobody foresaw, and only when asked for. */
const describe = (error: unknown, verbose: boolean): string => {
  const message = error instanceof Error ? error.message : String(error);
  const stack = verbose && error instanceof Error && !(error instanceof AmplifyLogsError) ? error.stack : undefined;
  return `error: ${message}\n${stack === undefined ? "" : `${stack}\n`}`;
};

const main = async (): Promise<void> => {
  // `amplify-logs query ... | head`: whoever reads has seen enough.
  process.stdout.on("error", (error) => {
    if (isBrokenPipe(error)) process.exit(0);
    throw error;
  });
  const program = makeProgram();
  try {
    await program.parseAsync();
  } catch (error) {
    if (isBrokenPipe(error)) return;
    const debug = process.env["DEBUG"] ?? "";
    process.stderr.write(describe(error, debug !== "" || program.opts<{ verbose?: boolean }>().verbose === true));
    process.exitCode = 1;
  }
};

void main();
