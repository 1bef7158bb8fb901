/** `amplify-logs policy`: judges a Pulumi program by the packs, without Pulumi's command line and without an account. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { InputError } from "../errors";

interface Options {
  readonly program: string;
  readonly pack: string;
  readonly stack?: string;
  readonly config?: string;
  readonly format: string;
}

/** Whatever keeps a verdict from being given. */
const NO_VERDICT = 2;

const readConfiguration = async (file: string): Promise<unknown> => {
  if (!existsSync(file)) {
    throw new InputError("there is no such file", { field: "--config", value: file, fix: "name a JSON or YAML file" });
  }
  const { load } = await import("js-yaml");
  try {
    // JSON is YAML.
    return load(readFileSync(file, "utf8")) ?? {};
  } catch (cause) {
    const reason = `is neither JSON nor YAML: ${(cause as Error).message.split("\n")[0]}`;
    throw new InputError(reason, { field: "--config", value: file, fix: "mend the file", cause });
  }
};

const judge = async (options: Options): Promise<void> => {
  const { parseVerdictFormat, renderVerdict } = await import("../judge/formats.js");
  const { PACKS } = await import("../judge/packProcess.js");
  const format = parseVerdictFormat(options.format);
  const packs = options.pack === "all" ? PACKS : PACKS.filter((pack) => pack === options.pack);
  if (packs.length === 0) {
    const fix = `use ${PACKS.join(", ")} or all`;
    throw new InputError("there is no such pack", { field: "--pack", value: options.pack, fix });
  }
  const configuration = options.config === undefined ? {} : await readConfiguration(options.config);
  const { readProject } = await import("../judge/project.js");
  const { captureProject } = await import("../judge/capture.js");
  const { exitCodeOf, judgeCapture } = await import("../judge/judge.js");
  const capture = await captureProject(readProject(path.resolve(options.program), options.stack));
  const outcome = await judgeCapture(capture, packs, configuration);
  process.stdout.write(renderVerdict(outcome, format));
  process.exitCode = exitCodeOf(outcome);
};

export const registerPolicy = (program: Command): void => {
  program
    .command("policy")
    .description("judge a Pulumi program by the policy packs; ends with 0: fine, 1: violations, 2: could not judge")
    .requiredOption("--program <DIR>", "folder of the program's Pulumi.yaml")
    .option("--pack <name>", "encryption, naming, guardrails or all", "all")
    .option("--stack <name>", "stack whose config is used (default: the only one)")
    .option("--config <FILE>", "levels and settings of rules, JSON or YAML, as for pulumi's --policy-pack-config")
    .option("--format <format>", "text, json, sarif or junit", "text")
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : NO_VERDICT))
    .action(async (options: Options) => {
      try {
        await judge(options);
      } catch (error) {
        process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = NO_VERDICT;
      }
    });
};
