// Runs the tests and closes with the plain line that counts them. With --engines: the suites on engines that we did not write.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const scratch = mkdtempSync(path.join(tmpdir(), "alp-test-"));
const summary = path.join(scratch, "summary.json");
const engines = process.argv.includes("--engines");
const config = engines ? ".mocharc.engines.json" : ".mocharc.json";
const rest = process.argv.slice(2).filter((argument) => argument !== "--engines");
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "node_modules/mocha/bin/mocha.js", "--config", config, ...rest],
  { stdio: "inherit", env: { ...process.env, ALP_TEST_SUMMARY: summary, NO_UPDATE_NOTIFIER: "1" } },
);
let counts;
try {
  counts = JSON.parse(readFileSync(summary, "utf8"));
} catch {
  counts = { passed: 0, failed: 1, skipped: 0 };
}
rmSync(scratch, { recursive: true, force: true });
console.log(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}`,
);
process.exit(status === 0 && counts.failed === 0 && counts.passed > 0 ? 0 : 1);
