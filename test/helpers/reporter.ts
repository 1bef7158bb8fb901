import { writeFileSync } from "node:fs";
import { reporters, Runner, type MochaOptions } from "mocha";

/** Mocha's own report, and the counts in a file for the line that closes `npm test`. */
class SummaryReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env["ALP_TEST_SUMMARY"];
      if (file === undefined) return;
      const { passes, failures, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

module.exports = SummaryReporter;
