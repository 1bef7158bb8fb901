// Breaks the product in one place at a time and runs the tests that must notice. A break that no test notices means a missing
// test. Exit code 1 when one survives. Options: --only TEXT (class, title or file), --jobs N.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { CLASSES } from "../test/mutants/index.mjs";
import { Copy, mutate } from "./mutantCopy.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

const only = option("--only")?.toLowerCase();
const mutants = CLASSES.flatMap(({ name, mutants: own }) => own.map((mutant) => ({ ...mutant, class: name }))).filter(
  (mutant) =>
    only === undefined || [mutant.class, mutant.title, mutant.file].some((text) => text.toLowerCase().includes(only)),
);
if (mutants.length === 0) {
  console.error(`no mutant matches ${only}`);
  process.exit(1);
}

// Said before anything runs: a text that is not found any more makes its mutant worthless.
for (const mutant of mutants) mutate(readFileSync(path.join(root, mutant.file), "utf8"), mutant);

const seconds = (startMs) => ((Date.now() - startMs) / 1000).toFixed(1);
const started = Date.now();
const jobs = Math.min(Number(option("--jobs") ?? Math.min(2, availableParallelism())), mutants.length);
const copies = Array.from({ length: jobs }, () => new Copy(root));
process.once("exit", () => copies.forEach((copy) => copy.remove()));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Does `work` with every item; each copy takes the next one as soon as it is free. */
const share = async (items, work) => {
  const left = [...items.entries()];
  const results = [];
  await Promise.all(
    copies.map(async (copy) => {
      for (let next = left.shift(); next !== undefined; next = left.shift())
        results[next[0]] = await work(copy, next[1]);
    }),
  );
  return results;
};

/** Suites that a whole product does not pass say nothing about a broken one. Returns those that could not run here. */
const checkBaseline = async () => {
  const suites = [...new Set(mutants.flatMap((mutant) => mutant.suites))];
  console.log(`${suites.length} suites on the product as it is`);
  const results = await share(suites, (copy, suite) => copy.test([suite], { bail: false }));
  const broken = suites.flatMap((suite, index) => {
    const { failed, passes, skips } = results[index];
    if (failed !== undefined) return [`${suite}: ${failed}`];
    return passes.size === 0 && skips.size === 0 ? [`${suite}: no test in it`] : [];
  });
  if (broken.length > 0) {
    console.error(`The tests do not pass on the product as it is:\n  ${broken.join("\n  ")}`);
    process.exit(1);
  }
  return new Set(suites.filter((_, index) => results[index].passes.size === 0));
};

const absent = await checkBaseline();
console.log(`${mutants.length} mutants`);
const outcomes = await share(mutants, async (copy, mutant) => {
  const suites = mutant.suites.filter((suite) => !absent.has(suite));
  const start = Date.now();
  const { failed } = suites.length === 0 ? { failed: undefined } : await copy.with(mutant, () => copy.test(suites));
  const outcome = { ...mutant, killedBy: failed, tried: suites.length > 0, took: seconds(start) };
  console.log(
    `  ${failed === undefined ? (outcome.tried ? "SURVIVED" : "not tried") : "killed"} ${mutant.title} (${outcome.took} s)`,
  );
  return outcome;
});

const survived = outcomes.filter(({ killedBy, tried }) => tried && killedBy === undefined);
const untried = outcomes.filter(({ tried }) => !tried);
const table = new Table({
  head: ["break", "mutant", "killed by"],
  style: { head: [], border: [] },
  colWidths: [20, 50, 70],
  wordWrap: true,
});
for (const { class: kind, title, killedBy, tried } of outcomes)
  table.push([kind, title, killedBy ?? (tried ? "SURVIVED" : "not tried: its engine is missing")]);
console.log(table.toString());
for (const { title, file, suites } of survived) console.log(`SURVIVED: ${title} (${file}); ran ${suites.join(", ")}`);
if (untried.length > 0) console.log(`${untried.length} not tried: ${untried.map(({ title }) => title).join("; ")}`);
console.log(`in ${seconds(started)} s`);
console.log(`${outcomes.length - survived.length - untried.length} killed, ${survived.length} survived`);
process.exitCode = survived.length > 0 || (untried.length > 0 && process.env.CI === "true") ? 1 : 0;
