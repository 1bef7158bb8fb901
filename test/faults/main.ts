/**
 * `npm run test:faults -- [--seed S] [--histories N] [--application N] [--cloudfront N] [--without PART] [--week ROWS] [--soak]`: 1 when
 * a row was lost, doubled or out of place. Without options: 500 histories, 40 of the application logs' reader, 10 of the reader of
 * CloudFront's objects, and the simulated week with 200,000 rows.
 */
import { parseArgs } from "node:util";
import { runHistories, shrink } from "./runner";
import { SUBJECT_NAMES, SUBJECTS, type SubjectName } from "./subjects";

// The SDK warns of old versions of Node, in each worker once; the README says which are supported.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const WEEK_ROWS = 200_000;
const SOAK_WEEK_ROWS = 10_000_000;
/** Seeds of failed histories that are named. */
const MOST_SEEDS = 30;

const number = (text: string, name: string, least: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name}: not a whole number of at least ${least} (got ${JSON.stringify(text)})`);
};

/** The subject that a part can be left out of. */
const subjectOf = (part: string): SubjectName => {
  const found = SUBJECT_NAMES.find((name) => SUBJECTS[name].parts.includes(part));
  if (found !== undefined) return found;
  const parts = SUBJECT_NAMES.flatMap((name) => SUBJECTS[name].parts);
  throw new Error(`--without: no such part (got ${JSON.stringify(part)}). Fix: choose one of ${parts.join(", ")}`);
};

/** Control characters of hostile rows stay out of the terminal. */
const printable = (text: string): string => JSON.stringify(text).slice(1, -1).slice(0, 300);

const histories = async (name: SubjectName, first: number, count: number, without?: string): Promise<boolean> => {
  const started = Date.now();
  const sum = await runHistories(name, first, count, without);
  const { bad, badSeeds } = sum;
  const weakened = without === undefined ? "" : `, without ${without}`;
  const of = name === "histories" ? "" : ` of ${SUBJECTS[name].what}`;
  if (bad !== undefined) {
    const { lost, doubled, wrong } = bad.verdict;
    if (badSeeds.length > 1) {
      const seeds = [...badSeeds].sort((a, b) => a - b);
      console.log(`${seeds.length} histories failed, with seeds ${seeds.slice(0, MOST_SEEDS).join(", ")}`);
    }
    if (name === "histories") {
      const kinds = await shrink(bad.seed, without);
      console.log(`seed ${bad.seed}, smallest set of faults: ${kinds.join(", ") || "none"}`);
    } else console.log(`seed ${bad.seed}`);
    for (const text of lost.slice(0, 5)) console.log(`  lost: ${printable(text)}`);
    for (const text of doubled.slice(0, 5)) console.log(`  doubled: ${printable(text)}`);
    for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${printable(text)}`);
    const again = without === undefined ? "" : ` --without ${without}`;
    console.log(`  again: npm run test:faults -- --seed ${bad.seed} --${name} 1${again}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${count} histories${of} from seed ${first}${weakened}, ${sum.faults} faults, ${seconds} s: ` +
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
      application: { type: "string" },
      cloudfront: { type: "string" },
      without: { type: "string" },
      week: { type: "string" },
      soak: { type: "boolean", default: false },
    },
  });
  const seed = number(values.seed, "seed", 0);
  const { soak, without } = values;
  const weakened = without === undefined ? undefined : subjectOf(without);
  // Each may be asked for alone; without a word, all of them.
  const isAsked = (name: SubjectName): boolean => values[name] !== undefined || weakened === name;
  const all = values.week === undefined && !SUBJECT_NAMES.some(isAsked);
  const rows = number(values.week ?? String(soak ? SOAK_WEEK_ROWS : WEEK_ROWS), "week", 10_000);
  const asked = SUBJECT_NAMES.map((name) => {
    const { usual, soak: many } = SUBJECTS[name];
    return { name, count: number(values[name] ?? String(soak ? many : usual), name, 1) };
  });
  for (const { name, count } of asked) {
    if (!all && !isAsked(name)) continue;
    if (!(await histories(name, seed, count, weakened === name ? without : undefined))) process.exitCode = 1;
  }
  if ((all || values.week !== undefined) && !(await week(seed, rows))) process.exitCode = 1;
};

main().catch((error: unknown) => {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
