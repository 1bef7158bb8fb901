/**
 * `npm run test:faults -- [--seed S] [--histories N] [--without PART] [--week ROWS] [--soak]`: 1 when a row was lost, doubled or out
 * of place. Without options: 500 histories, and the simulated week with 200,000 rows.
 */
import { parseArgs } from "node:util";
import { runHistories, shrink } from "./runner";
import { WITHOUT, type Without } from "./without";

// The SDK warns of old versions of Node, in each worker once; the README says which are supported.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const HISTORIES = 500;
const SOAK_HISTORIES = 10_000;
const WEEK_ROWS = 200_000;
const SOAK_WEEK_ROWS = 10_000_000;
/** Seeds of failed histories that are named. */
const MOST_SEEDS = 30;

const number = (text: string, name: string, least: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name}: not a whole number of at least ${least} (got ${JSON.stringify(text)})`);
};

const partOf = (text: string | undefined): Without | undefined => {
  const part = WITHOUT.find((name) => name === text);
  if (text === undefined || part !== undefined) return part;
  throw new Error(`--without: no such part (got ${JSON.stringify(text)}). Fix: choose one of ${WITHOUT.join(", ")}`);
};

/** Control characters of hostile rows stay out of the terminal. */
const printable = (text: string): string => JSON.stringify(text).slice(1, -1).slice(0, 300);

const histories = async (first: number, count: number, without: Without | undefined): Promise<boolean> => {
  const started = Date.now();
  const sum = await runHistories(first, count, without);
  const { bad } = sum;
  if (bad !== undefined) {
    const { lost, doubled, wrong } = bad.verdict;
    if (sum.badSeeds.length > 1) {
      const seeds = [...sum.badSeeds].sort((a, b) => a - b);
      console.log(`${seeds.length} histories failed, with seeds ${seeds.slice(0, MOST_SEEDS).join(", ")}`);
    }
    const kinds = await shrink(bad.seed, without);
    console.log(`seed ${bad.seed}, smallest set of faults: ${kinds.join(", ") || "none"}`);
    for (const uri of lost.slice(0, 5)) console.log(`  lost: ${printable(uri)}`);
    for (const uri of doubled.slice(0, 5)) console.log(`  doubled: ${printable(uri)}`);
    for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${printable(text)}`);
    const again = without === undefined ? "" : ` --without ${without}`;
    console.log(`  again: npm run test:faults -- --seed ${bad.seed} --histories 1${again}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${count} histories from seed ${first}${without === undefined ? "" : `, without ${without}`}, ${sum.faults} faults, ${seconds} s: ` +
      `${sum.served} served, ${sum.stored} stored, ${sum.lost} lost, ${sum.doubled} doubled, ${sum.wrong} wrong`,
  );
  return bad === undefined && sum.served > 0;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);

const week = async (seed: number, rows: number): Promise<boolean> => {
  // Not for histories: with the functions' sizes comes all of Pulumi.
  const { runWeek } = await import("./week/week.js");
  const started = Date.now();
  const { served, stored, lost, doubled, wrong, runs, failures, deaths, peaks } = await runWeek({ seed, rows });
  for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${printable(text)}`);
  const high = peaks.filter(({ peakBytes, settingBytes }) => peakBytes > settingBytes);
  for (const { name, peakBytes, settingBytes } of peaks)
    console.log(`  peak memory of ${name}: ${megabytes(peakBytes)} of ${megabytes(settingBytes)} MB`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `a week of 20 apps, seed ${seed}, ${runs} runs, ${failures} failed, ${deaths} of them died, ${seconds} s: ` +
      `${served} served, ${stored} stored, ${lost} lost, ${doubled} doubled, ${wrong.length} wrong`,
  );
  return served > 0 && lost + doubled + wrong.length + high.length === 0;
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      histories: { type: "string" },
      without: { type: "string" },
      week: { type: "string" },
      soak: { type: "boolean", default: false },
    },
  });
  const seed = number(values.seed, "seed", 0);
  const without = partOf(values.without);
  const { soak } = values;
  // Each may be asked for alone; without a word, both.
  const onlyWeek = values.week !== undefined && values.histories === undefined && without === undefined;
  const onlyHistories = values.week === undefined && (values.histories !== undefined || without !== undefined);
  const count = number(values.histories ?? String(soak ? SOAK_HISTORIES : HISTORIES), "histories", 1);
  const rows = number(values.week ?? String(soak ? SOAK_WEEK_ROWS : WEEK_ROWS), "week", 10_000);
  if (!onlyWeek && !(await histories(seed, count, without))) process.exitCode = 1;
  if (!onlyHistories && !(await week(seed, rows))) process.exitCode = 1;
};

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
