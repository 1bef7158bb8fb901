// Runs the tests and closes with the plain line that counts them. With --engines: the suites on engines that we did not write,
// half of them beside the other half, because they wait for their engines more than they work.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ENGINES = "dist/test/engines";
/** The first three share one Trino; with the other two they take as long as all other folders, which run beside them. */
const FIRST_HALF = ["athena", "athenaApi", "browser", "import", "languages"];

const scratch = mkdtempSync(path.join(tmpdir(), "alp-test-"));
const rest = process.argv.slice(2).filter((argument) => argument !== "--engines");

const mocha = (name, args, shown) =>
  new Promise((resolve) => {
    const summary = path.join(scratch, `${name}.json`);
    const child = spawn(
      process.execPath,
      ["--enable-source-maps", "node_modules/mocha/bin/mocha.js", ...args, ...rest],
      {
        stdio: shown ? "inherit" : ["ignore", "pipe", "pipe"],
        env: { ...process.env, ALP_TEST_SUMMARY: summary, NO_UPDATE_NOTIFIER: "1" },
      },
    );
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => output.push(data));
    child.on("close", (status) => {
      const counts = existsSync(summary)
        ? JSON.parse(readFileSync(summary, "utf8"))
        : { passed: 0, failed: 1, skipped: 0 };
      resolve({ status, counts, output });
    });
  });

const engineRuns = () => {
  spawnSync(process.execPath, [`${ENGINES}/prepare.js`], { stdio: "inherit" });
  const folders = readdirSync(ENGINES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "tools")
    .map(({ name }) => name);
  const specs = (chosen) => chosen.map((name) => `${ENGINES}/${name}/**/*.test.js`);
  const others = folders.filter((name) => !FIRST_HALF.includes(name));
  const config = ["--config", ".mocharc.engines.json"];
  return [
    mocha("first", [...config, ...specs(FIRST_HALF)], true),
    mocha("others", [...config, ...specs(others)], false),
  ];
};

const runs = process.argv.includes("--engines") ? engineRuns() : [mocha("tests", ["--config", ".mocharc.json"], true)];
const total = { passed: 0, failed: 0, skipped: 0 };
let clean = true;
for (const run of runs) {
  const { status, counts, output } = await run;
  for (const data of output) process.stdout.write(data);
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
  clean &&= status === 0;
}
rmSync(scratch, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(clean && total.failed === 0 && total.passed > 0 ? 0 : 1);
