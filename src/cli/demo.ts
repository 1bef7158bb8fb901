/** The demo: what `pulumi up` would deploy, run on a folder, against an Amplify that misbehaves as the real one does. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import pc from "picocolors";
import { AmplifyLogsError, InputError } from "../errors";
import { appViewName, PERIODS, periodViewName, qualify } from "../model/catalog";
import { findQuery } from "../model/queries";
import { DAY_MS, floorHour, HOUR_MS } from "../model/windows";
import { systemClock, type Clock } from "../ports";
import { readDeployment, type Deployment } from "../local/deployment";
import { packageRoot } from "../local/bundles";
import { DEMO_APPS, demoStatePath, readDemoState, startDemoAmplify, type DemoState } from "../local/demoLake";
import { openLake } from "../local/duckdbLake";
import { catalogNames, loadCatalog, LOCAL_NAMES, replaceDefinitions } from "../local/localCatalog";
import { openPipeline, woundClock, type LocalPipeline } from "../local/pipeline";
import { loadStackConfig } from "../local/stackConfig";
import { answer, endProgress, printTable, progress, say, step } from "./demoOutput";
import { number } from "./figures";
import { writeReport } from "./reportCommand";

const PROJECT = "amplify-logs";
const STACK = "infdev";
const DAYS = 8;
const TOP = 8;

const deploy = async (lake: string, sources: Readonly<Record<string, unknown>>): Promise<Deployment> => {
  const { config } = loadStackConfig(packageRoot(), STACK);
  // The stack as it is, but for the apps, which are simulated, and its database, which bears the name that the docs use.
  const own = { [`${PROJECT}:apps`]: JSON.stringify(DEMO_APPS), [`${PROJECT}:databaseName`]: LOCAL_NAMES.database };
  const further = Object.entries(sources).map(([key, value]) => [`${PROJECT}:${key}`, JSON.stringify(value)] as const);
  const deployment = await readDeployment(STACK, { ...config, ...own, ...Object.fromEntries(further) });
  replaceDefinitions(lake, deployment);
  return deployment;
};

/** Asks again for every hour since the beginning, and says what that brought, final hours apart. */
const askAgain = async (
  pipeline: LocalPipeline,
  range: { startMs: number; endMs: number },
  settlingHours: number,
): Promise<void> => {
  const finalBefore = range.endMs - settlingHours * HOUR_MS;
  const hours = (await pipeline.fetchAgain(range)).flatMap((result) => result.hours);
  const final = hours.filter(({ hour }) => Date.parse(hour) < finalBefore);
  const open = hours.filter(({ hour }) => Date.parse(hour) >= finalBefore);
  const sum = (list: typeof hours): number => list.reduce((total, { added }) => total + added, 0);
  step("Again", `${number(final.length)} final hours asked for once more: ${number(sum(final))} new rows`);
  if (open.length > 0) {
    step(
      "",
      `${number(open.length)} hours of the last ${settlingHours} h, to which rows may still come: ${number(sum(open))} new rows`,
    );
  }
};

const showAnswers = async (lake: string): Promise<void> => {
  const catalog = loadCatalog(lake)!;
  const names = catalogNames(catalog);
  const session = await openLake(lake);
  try {
    const views = [
      ...PERIODS.map((period) => periodViewName(names, period)),
      ...DEMO_APPS.map(({ name }) => appViewName(name, "week")),
    ];
    const counts = await session.query(
      views
        .map(
          (view) =>
            `SELECT '${view}' AS "view", count(*) AS "requests", count(DISTINCT "request_ip") AS "addresses", sum("bytes") AS "bytes" FROM ${qualify(names.database, view)}`,
        )
        .join("\nUNION ALL\n"),
    );
    say();
    printTable(counts);
    const query = findQuery("top-referrers")!;
    const referrers = await session.query(query.sql(qualify(names.database, periodViewName(names, "yesterday"))));
    answer("Who sent readers here yesterday", "amplify-logs query top-referrers --view yesterday", {
      columns: referrers.columns,
      rows: referrers.rows.slice(0, TOP),
    });
  } finally {
    session.close();
  }
};

const checkRequests = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 1_000_000) return value;
  throw new InputError("not a number of requests", {
    field: "--requests",
    value: text,
    fix: "give a whole number from 1 to 1,000,000",
  });
};

export interface DemoOptions {
  readonly lake: string;
  readonly requestsPerDay: string;
  /** Whether CloudFront's own logs and application logs are shown too. A lake that has them keeps them. */
  readonly all?: boolean;
  readonly clock?: Clock;
}

export const runDemo = async (options: DemoOptions): Promise<void> => {
  const started = performance.now();
  const { lake } = options;
  const nowMs = (options.clock ?? systemClock).now();
  const endMs = floorHour(nowMs);
  mkdirSync(lake, { recursive: true });
  const before = readDemoState(lake);
  const requestsPerDay = before?.requestsPerDay ?? checkRequests(options.requestsPerDay);

  // Only where they are asked for: the generator's code takes its time to load.
  const further = options.all === true || before?.all === true ? await import("./demoSources.js") : undefined;
  const deployment = await deploy(lake, further?.SOURCE_CONFIG ?? {});
  const { fetchers, schedules, tables, views } = deployment;
  step(
    "Program",
    `${number(deployment.resources)} resources of stack ${STACK}: ${fetchers.length} fetchers, 1 converter, 1 updater, ${schedules.length} schedules, ${tables.length} tables, ${views.length} views`,
  );

  const clock = woundClock(endMs);
  const demo = await startDemoAmplify(requestsPerDay, clock);
  const { amplify, socketPath } = demo;
  try {
    step(
      "Amplify",
      `${DEMO_APPS.map(({ name }) => name).join(" and ")}, simulated on a socket, no network: late rows, blank and partial answers, refusals`,
    );
    const pipeline = await openPipeline({
      lake,
      deployment,
      clock,
      amplifyUrl: amplify.url,
      logHost: amplify.logHost,
      socketPath,
    });
    const firstMs = endMs - DAYS * DAY_MS;
    const range = {
      startMs: before === undefined ? firstMs : Math.max(firstMs, Date.parse(before.wound)),
      endMs: endMs + 1,
    };
    const show = progress(range);
    const deliveredMs = before?.all === true ? Date.parse(before.wound) : -Infinity;
    const sources = await further?.DemoSources.open(pipeline, { startMs: firstMs, endMs }, requestsPerDay, deliveredMs);
    await pipeline.wind(range, async (ms) => {
      await sources?.deliverUntil(ms);
      show(ms, pipeline.counts.converted);
    });
    endProgress();
    clock.set(endMs);
    await sources?.deliverUntil(endMs);
    const { counts } = pipeline;
    if (counts.fetches > 0 && counts.failures === counts.fetches) {
      const fix = "run the demo again; if it stays so, report it with this message";
      throw new AmplifyLogsError(`no fetch succeeded; the first said: ${pipeline.errors[0]}`, { field: "demo", fix });
    }
    step(
      "Wind",
      `${new Date(range.startMs).toISOString().slice(0, 16)} to ${new Date(endMs).toISOString().slice(0, 16)} UTC: ${number(counts.fetches)} fetches, ${number(counts.conversions)} conversions, ${number(counts.partitionUpdates)} partition updates, ${number(counts.compactions)} app-days compacted, ${pc.bold(number(counts.rowsAdded))} new rows`,
    );
    if (counts.failures > 0)
      step(
        "",
        `${number(counts.failures)} fetches failed and were made good by later ones; first: ${pipeline.errors[0]!.slice(0, 160)}`,
      );
    sources?.tell();
    const delayMs = Number(fetchers[0]!.environment["DELAY_MINUTES"] ?? 60) * 60_000;
    const closedMs = floorHour(endMs - delayMs);
    await askAgain(
      pipeline,
      { startMs: firstMs, endMs: closedMs },
      Number(fetchers[0]!.environment["SETTLING_HOURS"] ?? 48),
    );
    await sources?.readAgain();
    const state: DemoState = { wound: new Date(endMs).toISOString(), requestsPerDay, all: further !== undefined };
    writeFileSync(demoStatePath(lake), `${JSON.stringify(state)}\n`);
  } finally {
    await demo.close();
  }

  await showAnswers(lake);
  await further?.showSourceAnswers(lake);
  const report = await writeReport({ lake, clock: { now: () => nowMs } });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say();
  step("Report", `${pc.underline(report.file)} (${Math.ceil(report.bytes / 1000)} kB)`);
  step("Lake", `${path.resolve(lake)}: bucket/ as in S3, catalog.json in Glue's place`);
  step("Done", `in ${seconds} s. Run it again: only what is new is added.`);
  say(`
Next
  amplify-logs query --list                              what can be asked
  amplify-logs query --sql "select * from shop_today limit 5"
  amplify-logs import --app shop FILE.csv                your own files, from Amplify's console
  pulumi up                                              the same program, in your account: see README.md`);
};
