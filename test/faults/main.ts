/**
 * `npm run test:faults -- [--seed S] [--histories N] [--application N] [--cloudfront N] [--without PART] [--week ROWS] [--soak]`: 1 when
 * a row was lost, doubled or out of place. Without options: 500 histories, 40 of the application logs' reader, 10 of the reader of
 * CloudFront's objects, and the simulated week with 200,000 rows.
 */
import { parseArgs } from "node:util";
import { APPLICATION_WITHOUT } from "./application/history";
import { runApplicationHistories, type ApplicationSum } from "./application/runner";
import { CLOUDFRONT_WITHOUT } from "./cloudfront/history";
import { runCloudFrontHistories } from "./cloudfront/runner";
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

/** The other sources: their histories, their parts that can be left out, and how many there are usually and in a soak. */
const SOURCES = {
  application: {
    what: "application logs",
    run: (first: number, count: number, without: string | undefined): Promise<ApplicationSum> =>
      runApplicationHistories(
        first,
        count,
        APPLICATION_WITHOUT.find((part) => part === without),
      ),
    parts: APPLICATION_WITHOUT as readonly string[],
    usual: 40,
    soak: 2000,
  },
  cloudfront: {
    what: "CloudFront's deliveries",
    run: (first: number, count: number, without: string | undefined): Promise<ApplicationSum> =>
      runCloudFrontHistories(
        first,
        count,
        CLOUDFRONT_WITHOUT.find((part) => part === without),
      ),
    parts: CLOUDFRONT_WITHOUT as readonly string[],
    usual: 10,
    soak: 600,
  },
};
type SourceName = keyof typeof SOURCES;

const number = (text: string, name: string, least: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name}: not a whole number of at least ${least} (got ${JSON.stringify(text)})`);
};

const PARTS = [...WITHOUT, ...APPLICATION_WITHOUT, ...CLOUDFRONT_WITHOUT];

const partOf = (text: string | undefined): (typeof PARTS)[number] | undefined => {
  const part = PARTS.find((name) => name === text);
  if (text === undefined || part !== undefined) return part;
  throw new Error(`--without: no such part (got ${JSON.stringify(text)}). Fix: choose one of ${PARTS.join(", ")}`);
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

const ofSource = async (name: SourceName, first: number, count: number, without?: string): Promise<boolean> => {
  const started = Date.now();
  const { what, run } = SOURCES[name];
  const sum = await run(first, count, without);
  const again = without === undefined ? "" : ` --without ${without}`;
  if (sum.bad !== undefined) {
    const { lost, doubled, wrong } = sum.bad.verdict;
    for (const text of [...lost.slice(0, 5), ...doubled.slice(0, 5), ...wrong.slice(0, 5)])
      console.log(`  seed ${sum.bad.seed}: ${printable(text)}`);
    console.log(`  again: npm run test:faults -- --seed ${sum.bad.seed} --${name} 1${again}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${count} histories of ${what} from seed ${first}${without === undefined ? "" : `, without ${without}`}, ${sum.faults} faults, ` +
      `${seconds} s: ${sum.served} served, ${sum.stored} stored, ${sum.lost} lost, ${sum.doubled} doubled, ${sum.wrong} wrong`,
  );
  return sum.bad === undefined && sum.served > 0;
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
      application: { type: "string" },
      cloudfront: { type: "string" },
      without: { type: "string" },
      week: { type: "string" },
      soak: { type: "boolean", default: false },
    },
  });
  const seed = number(values.seed, "seed", 0);
  const without = partOf(values.without);
  const { soak } = values;
  const ofPipeline = WITHOUT.find((part) => part === without);
  const partOfSource = (name: SourceName): string | undefined => SOURCES[name].parts.find((part) => part === without);
  // Each may be asked for alone; without a word, all of them.
  const asked = {
    histories: values.histories !== undefined || ofPipeline !== undefined,
    application: values.application !== undefined || partOfSource("application") !== undefined,
    cloudfront: values.cloudfront !== undefined || partOfSource("cloudfront") !== undefined,
    week: values.week !== undefined,
  };
  const all = !Object.values(asked).includes(true);
  const count = number(values.histories ?? String(soak ? SOAK_HISTORIES : HISTORIES), "histories", 1);
  const rows = number(values.week ?? String(soak ? SOAK_WEEK_ROWS : WEEK_ROWS), "week", 10_000);
  if ((all || asked.histories) && !(await histories(seed, count, ofPipeline))) process.exitCode = 1;
  for (const name of ["application", "cloudfront"] as const) {
    const usual = String(soak ? SOURCES[name].soak : SOURCES[name].usual);
    const many = number(values[name] ?? usual, name, 1);
    if ((all || asked[name]) && !(await ofSource(name, seed, many, partOfSource(name)))) process.exitCode = 1;
  }
  if ((all || asked.week) && !(await week(seed, rows))) process.exitCode = 1;
};

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
