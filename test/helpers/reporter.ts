import { writeFileSync } from "node:fs";
import path from "node:path";
import { reporters, Runner, type MochaOptions, type Suite } from "mocha";

/** Mocha's own report, and the counts in a file for the line that closes `npm test`; how long each folder's suites took. */
class SummaryReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const times = new Map<string, number>();
    const started = new Map<Suite, number>();
    const isFile = (suite: Suite): boolean => suite.parent?.root === true;
    runner.on("suite", (suite) => isFile(suite) && started.set(suite, Date.now()));
    runner.on("suite end", (suite) => {
      if (!isFile(suite)) return;
      const folder = path.basename(path.dirname(suite.file ?? ""));
      times.set(folder, (times.get(folder) ?? 0) + Date.now() - started.get(suite)!);
    });
    runner.once("end", () => {
      const texts = [...times].map(([folder, ms]) => `${folder} ${Math.round(ms / 1000)} s`);
      console.log(`Took: ${texts.join(", ")}`);
      const file = process.env["ALP_TEST_SUMMARY"];
      if (file === undefined) return;
      const { passes, failures, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = SummaryReporter;
