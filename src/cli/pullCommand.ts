import { existsSync } from "node:fs";
import type { Command } from "commander";
import { AmplifyLogsError, InputError } from "../errors";
import { parseInstant } from "../model/windows";
import type { TimeRange } from "../ports";
import type { PullTarget, Unanswered } from "../local/pull";
import type { PullApp, PullConfig } from "../local/pullConfig";
import { DEFAULT_LAKE } from "./defaults";
import { visibleText } from "./output";
import { number } from "./figures";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly app?: string;
  readonly config?: string;
  readonly appId?: string;
  readonly domain?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly lake?: string;
}

const DEFAULT_CONFIG = "config.json";
const MOST_GAPS_SHOWN = 20;

const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
const span = ({ startMs, endMs }: TimeRange): string => `${minute(startMs)} to ${minute(endMs)}`;

const rangeOf = ({ from, to }: Options): TimeRange => {
  const range = { startMs: parseInstant(from, "--from"), endMs: parseInstant(to, "--to") };
  if (range.startMs >= range.endMs) {
    const fix = "--to is the first instant that is not wanted: write a later one";
    throw new InputError("nothing lies between --from and --to", { field: "--to", value: to, fix });
  }
  if (range.startMs >= Date.now())
    throw new InputError("lies in the future", { field: "--from", value: from, fix: "write an earlier one, UTC" });
  return range;
};

/** The apps of the options alone, or of the configuration file. */
const configOf = async (options: Options): Promise<{ config: PullConfig; file: string }> => {
  const { parsePullConfig, readPullConfig } = await import("../local/pullConfig.js");
  const { app, appId, domain, region, profile } = options;
  if (appId !== undefined || domain !== undefined) {
    if (options.config !== undefined)
      throw new InputError("has its apps from the file", {
        field: "--config",
        fix: "leave out --app-id and --domain, or --config",
      });
    const application = { appName: app ?? "app", appId: appId ?? "", domainName: domain ?? "", region, profile };
    return { config: parsePullConfig({ applications: [application] }, "--app-id, --domain"), file: "options" };
  }
  const file = options.config ?? DEFAULT_CONFIG;
  if (options.config === undefined && !existsSync(file)) {
    throw new InputError("which app?", {
      field: "--config",
      fix: `write a ${DEFAULT_CONFIG} (docs/operations.md shows one), or give --app, --app-id and --domain`,
    });
  }
  return { config: readPullConfig(file), file };
};

const chosen = async (apps: readonly PullApp[], name: string | undefined): Promise<readonly PullApp[]> => {
  if (name === undefined) return apps;
  const { lakeName } = await import("../local/pullConfig.js");
  const found = apps.filter((app) => app.name === name || app.name === lakeName(name));
  if (found.length > 0) return found;
  throw new InputError("no such app in the file", {
    field: "--app",
    value: name,
    fix: `choose one of ${apps.map((app) => app.name).join(", ")}`,
  });
};

const targetOf = async (options: Options, config: PullConfig, file: string): Promise<PullTarget> => {
  if (options.lake !== undefined || config.s3 === undefined) return { lake: options.lake ?? DEFAULT_LAKE };
  const { checkBucket } = await import("../local/pullConfig.js");
  checkBucket(config.s3, file);
  return { s3: config.s3 };
};

const tellUnanswered = (gaps: readonly Unanswered[]): void => {
  for (const gap of gaps.slice(0, MOST_GAPS_SHOWN))
    console.error(`not answered: ${gap.app}, ${span(gap)}: ${visibleText(gap.why)}`);
  if (gaps.length > MOST_GAPS_SHOWN) console.error(`... and ${number(gaps.length - MOST_GAPS_SHOWN)} more`);
};

export const registerPull = (program: Command): void => {
  program
    .command("pull")
    .description("download a range of logs from Amplify with your own AWS credentials, into the local lake or a bucket")
    .requiredOption("--from <time>", "the first instant, a date or an ISO instant in UTC")
    .requiredOption("--to <time>", "the first instant that is not wanted any more")
    .option("--app <name>", "only this app of the file; with --app-id its name in the lake")
    .option("--config <file>", `apps, bucket and window width (default: ./${DEFAULT_CONFIG} where there is one)`)
    .option("--app-id <id>", "without a file: the Amplify app's id")
    .option("--domain <name>", "without a file: its domain association, the apex or BRANCH.APPID.amplifyapp.com")
    .option("--region <region>", "without a file: its region (default: AWS_REGION)")
    .option("--profile <name>", "without a file: a profile of ~/.aws (default: the SDK's own credentials)")
    .option("--lake <dir>", `folder of the local lake (default: the file's s3 section, else ${DEFAULT_LAKE})`)
    .action(async (options: Options) => {
      const range = rangeOf(options);
      const { config, file } = await configOf(options);
      const apps = await chosen(config.apps, file === "options" ? undefined : options.app);
      const target = await targetOf(options, config, file);
      config.notes.forEach((note) => console.error(`note: ${visibleText(note)}`));
      const { pull } = await import("../local/pull.js");
      const result = await pull(apps, target, { range, chunkDays: config.chunkDays }, (done) =>
        console.error(`${done.app}, ${span(done.range)}: ${number(done.rows)} rows, ${number(done.added)} new`),
      );
      const where = "lake" in target ? target.lake : `s3://${target.s3.bucket}/${target.s3.prefix}/`;
      const rejected = result.rejected > 0 ? `, ${number(result.rejected)} rejected` : "";
      console.log(`${number(result.rows)} rows, ${number(result.added)} new${rejected}: ${where}`);
      if ("lake" in target) console.log(`Ask it: amplify-logs query status-codes --view logs --lake ${target.lake}`);
      tellUnanswered(result.unanswered);
      if (result.unanswered.length > 0) {
        throw new AmplifyLogsError("some hours were not answered; what came is kept", {
          fix: "pull the same range again: it completes it and doubles nothing",
        });
      }
    });
};
