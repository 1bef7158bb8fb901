import type { Command } from "commander";
import { DEFAULT_LAKE } from "./defaults";

export const registerDemo = (program: Command): void => {
  program
    .command("demo")
    .description("run the whole pipeline here: two simulated apps, eight days, no account and no network")
    .option("--lake <dir>", "folder of the local lake", DEFAULT_LAKE)
    .option("--requests <number>", "requests a day and app, on average", "2000")
    .action(async (options: { lake: string; requests: string }) => {
      const { runDemo } = await import("./demo.js");
      await runDemo({ lake: options.lake, requestsPerDay: options.requests });
    });
};
