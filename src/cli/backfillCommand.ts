/** `amplify-logs backfill`: hours that are missing, of a deployed pipeline or of the local lake. */
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { AmplifyLogsError, InputError } from "../errors";
import { parseRange, type BackfillInput } from "../model/backfill";
import type { BackfillSummary } from "../model/backfillProgress";
import { floorDay, hoursOf, isoDate } from "../model/windows";
import { systemClock } from "../ports";
import type { BackfillApp, LakeBackfill } from "../local/backfill";
import { DEFAULT_LAKE } from "./defaults";
import { visibleText } from "./output";
import { many, number } from "./figures";

interface Options {
  readonly from: string;
  readonly to?: string;
  readonly app?: readonly string[];
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly stateMachine?: string;
  readonly outputs?: string;
  readonly lake?: string;
  readonly config?: string;
}

const DEFAULT_CONFIG = "config.json";

const appsText = (count: number): string => many(count, "app");
const days = (hours: number): string => `${number(hours)} hours (${(hours / 24).toFixed(1)} days)`;

const describe = ({ hours, proven, rows, added }: BackfillSummary): string =>
  `${number(hours)} hours asked for, ${number(proven)} were complete: ${number(rows)} rows, ${number(added)} new`;

/** The end is fixed when the day is: the same command, again the same day, means the same backfill. */
const rangeOf = ({ from, to = isoDate(floorDay(systemClock.now())) }: Options): { from: string; to: string } => {
  const { startMs } = parseRange({ from, to }, "--");
  if (startMs >= systemClock.now())
    throw new InputError("lies in the future", { field: "--from", value: from, fix: "write an earlier one, UTC" });
  return { from, to };
};

/** The state machine's ARN, or undefined for the local lake. Options of the other side would change nothing in silence. */
const machineOf = async ({ stateMachine, outputs, lake, config }: Options): Promise<string | undefined> => {
  if (stateMachine === undefined && outputs === undefined) return undefined;
  const foreign = lake !== undefined ? "--lake" : config !== undefined ? "--config" : undefined;
  if (foreign !== undefined)
    throw new InputError("this is for the local lake only", {
      field: foreign,
      fix: `leave out ${foreign}, or --state-machine and --outputs`,
    });
  if (stateMachine !== undefined && outputs !== undefined)
    throw new InputError("says the same as --state-machine", { field: "--outputs", fix: "leave out one of them" });
  const { checkMachineArn, machineOfOutputs } = await import("./backfillExecution.js");
  return stateMachine === undefined ? machineOfOutputs(outputs!) : checkMachineArn(stateMachine, "--state-machine");
};

const backfillDeployed = async (arn: string, options: Options): Promise<void> => {
  const { BackfillExecutions, executionName } = await import("./backfillExecution.js");
  const range = rangeOf(options);
  const input: BackfillInput = {
    ...range,
    ...(options.app === undefined ? {} : { apps: [...options.app] }),
    missing: options.all !== true,
  };
  if (options.dryRun === true) {
    const hours = hoursOf(parseRange(range)).length;
    console.log(`would start ${executionName(input, 1)} of ${arn}`);
    console.log(`with ${JSON.stringify(input)}`);
    const whom = options.app === undefined ? "each enabled app" : options.app.join(", ");
    console.log(`${days(hours)} of ${whom}${input.missing === true ? ", without those that are complete" : ""}`);
    return;
  }
  const { summary, alreadyDone } = await (await BackfillExecutions.open(arn)).run(input, options.all === true);
  if (alreadyDone) console.log("this backfill has run and succeeded before; --all asks for all of it again");
  console.log(`${appsText(summary.apps)}, ${describe(summary)}`);
};

/** Whom the lake's hours come from: the apps of a configuration file, or, in the demo's lake, its simulated Amplify. */
const openApps = async (
  lake: string,
  config: string | undefined,
): Promise<{ apps: readonly BackfillApp[]; chunkDays: number; close: () => Promise<void> }> => {
  const { quietSdk } = await import("../local/bundles.js");
  quietSdk();
  const { readDemoState } = await import("../local/demoLake.js");
  const demo = config === undefined ? readDemoState(lake) : undefined;
  if (demo !== undefined) {
    const { DEMO_APPS, startDemoAmplify } = await import("../local/demoLake.js");
    const { demoSource } = await import("../local/demoSource.js");
    const amplify = await startDemoAmplify(demo.requestsPerDay, systemClock);
    const source = demoSource(amplify);
    return { apps: DEMO_APPS.map((app) => ({ ...app, source })), chunkDays: 14, close: () => amplify.close() };
  }
  const file = config ?? DEFAULT_CONFIG;
  if (config === undefined && !existsSync(file))
    throw new InputError("which apps?", {
      field: "--config",
      fix: `write a ${DEFAULT_CONFIG} (docs/operations.md shows one), or name the deployed pipeline with --state-machine`,
    });
  const { readPullConfig } = await import("../local/pullConfig.js");
  const { sourceOf } = await import("../local/pull.js");
  const { apps, chunkDays } = readPullConfig(file);
  const close = (): Promise<void> => Promise.resolve();
  return { apps: apps.map((app) => ({ ...app, source: sourceOf(app) })), chunkDays, close };
};

const choose = async (
  apps: readonly BackfillApp[],
  names: readonly string[] | undefined,
): Promise<readonly BackfillApp[]> => {
  if (names === undefined) return apps;
  const { lakeName } = await import("../local/pullConfig.js");
  return [...new Set(names)].map((name) => {
    const app = apps.find((known) => known.name === lakeName(name));
    if (app !== undefined) return app;
    const fix = `choose of ${apps.map((known) => known.name).join(", ")}`;
    throw new InputError("no such app", { field: "--app", value: name, fix });
  });
};

const backfillLocal = async (options: Options): Promise<void> => {
  const { backfillLake, surveyLake } = await import("../local/backfill.js");
  const { lake = DEFAULT_LAKE } = options;
  const range = rangeOf(options);
  const { apps, chunkDays, close } = await openApps(lake, options.config);
  try {
    const missing = options.all !== true;
    const backfill: LakeBackfill = { lake, apps: await choose(apps, options.app), ...range, missing, chunkDays };
    if (options.dryRun === true) {
      for (const { app, hours, proven } of await surveyLake(backfill))
        console.log(
          `${app}: ${days(hours)}, ${number(proven)} complete, ${number(missing ? hours - proven : hours)} to ask for`,
        );
      return;
    }
    const { summary, cause } = await backfillLake(backfill, ({ app, work: { tally, nextFrom } }) =>
      console.error(
        `${app}, up to ${(nextFrom ?? range.to).slice(0, 16).replace("T", " ")}: ${number(tally?.rows ?? 0)} rows, ${number(tally?.added ?? 0)} new`,
      ),
    );
    console.log(`${appsText(summary.apps)}, ${describe(summary)}: ${lake}`);
    if (summary.failedHours > 0)
      throw new AmplifyLogsError(visibleText(cause), { fix: "run the same again: it asks for what is missing" });
  } finally {
    await close();
  }
};

export const registerBackfill = (program: Command): void => {
  program
    .command("backfill")
    .description("fetch the hours of a range that are missing, in a deployed pipeline or in the local lake")
    .requiredOption("--from <time>", "the first instant, a date or an ISO instant in UTC")
    .option("--to <time>", "the first instant that is not wanted any more (default: today, 00:00 UTC)")
    .option("--app <name...>", "only these apps (default: all that are enabled)")
    .option("--all", "ask for hours that are complete, too")
    .option("--dry-run", "say what would be asked for, and ask for nothing")
    .option("--state-machine <arn>", "the deployed pipeline's: pulumi stack output stateMachineArn")
    .option("--outputs <file>", "the same, from a file that pulumi stack output --json wrote")
    .option("--lake <dir>", `without a state machine: folder of the local lake (default: ${DEFAULT_LAKE})`)
    .option("--config <file>", `for the lake: apps, as amplify-logs pull has them (default: ./${DEFAULT_CONFIG})`)
    .action(async (options: Options) => {
      const machine = await machineOf(options);
      await (machine === undefined ? backfillLocal(options) : backfillDeployed(machine, options));
    });
};
