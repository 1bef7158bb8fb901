import type { Command } from "commander";
import { DEFAULT_LAKE } from "./defaults";

export const registerDemo = (program: Command): void => {
  program
    .command("demo")
    .description("run the whole pipeline here: two simulated apps, eight days, no account and no network")
    .option("--lake <dir>", "folder of the local lake", DEFAULT_LAKE)
    .option("--requests <number>", "requests a day and app, on average", "2000")
    .option("--all", "CloudFront's own logs and application logs too, in the same lake")
    .action(async ({ lake, requests, all }: { lake: string; requests: string; all?: boolean }) => {
      const { runDemo } = await import("./demo.js");
      await runDemo({ lake, requestsPerDay: requests, all: all === true });
    });
};
