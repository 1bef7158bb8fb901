// A copy of the checkout in which one break at a time is made, compiled and tested. Types are not checked: that is lint's work.
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { transformSync } from "esbuild";

/** Packages are linked; what git and the tools keep is not needed. */
const LEFT_OUT = new Set(["node_modules", ".git", ".cache", ".amplify-logs"]);
const SOURCES = ["src", "components", "handlers", "policy", "test", "bench"];
const BUNDLED = /^(handlers\/|scripts\/bundles\.mjs$)/;
const SUITES_TIMEOUT_MS = 300_000;

/** How often `part` stands in `text`. */
export const countOf = (text, part) => text.split(part).length - 1;

/** The mutant's file with its break. @throws when the text to replace is not there exactly once. */
export const mutate = (source, { title, file, find, replace }) => {
  const found = countOf(source, find);
  if (found !== 1)
    throw new Error(`${title}: the text to replace stands ${found} times in ${file}, not once:\n  ${find}`);
  if (replace === find) throw new Error(`${title}: nothing is replaced in ${file}`);
  return source.replace(find, () => replace);
};

export class Copy {
  constructor(root) {
    this.folder = mkdtempSync(path.join(tmpdir(), "amplify-logs-mutants-"));
    for (const name of readdirSync(root)) {
      if (LEFT_OUT.has(name) || name.endsWith(".tgz")) continue;
      cpSync(path.join(root, name), this.path(name), { recursive: true });
    }
    symlinkSync(path.join(root, "node_modules"), this.path("node_modules"), "junction");
    // All of it anew: dist/ may be older than the sources.
    for (const file of SOURCES.flatMap((folder) => this.list(folder)))
      if (/(?<!\.d)\.ts$/.test(file)) this.compile(file);
    this.bundle();
    this.bundles = new Map(this.list("dist/bundles").map((file) => [file, readFileSync(this.path(file))]));
  }

  path(name) {
    return path.join(this.folder, name);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Files below a folder, by their paths in the checkout; none where there is no such folder. */
  list(folder) {
    if (!existsSync(this.path(folder))) return [];
    return readdirSync(this.path(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  }

  compile(file) {
    const source = readFileSync(this.path(file), "utf8");
    const { code } = transformSync(source, { loader: "ts", format: "cjs", platform: "node", target: "node20" });
    const output = this.path(path.join("dist", file.replace(/\.ts$/, ".js")));
    mkdirSync(path.dirname(output), { recursive: true });
    writeFileSync(output, code);
  }

  bundle() {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/bundles.mjs"], {
      cwd: this.folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the handlers could not be bundled: ${stderr}`);
  }

  /** Runs `body` while the mutant's break is in place. */
  async with(mutant, body) {
    const { file } = mutant;
    const source = readFileSync(this.path(file), "utf8");
    const rebuild = () => {
      if (file.endsWith(".ts")) this.compile(file);
      return BUNDLED.test(file);
    };
    writeFileSync(this.path(file), mutate(source, mutant));
    try {
      if (rebuild()) this.bundle();
      return await body();
    } finally {
      writeFileSync(this.path(file), source);
      if (rebuild()) for (const [bundle, bytes] of this.bundles) writeFileSync(this.path(bundle), bytes);
    }
  }

  /**
   * Runs suites, given as sources (test/…/x.test.ts), until one test fails or all are through. `failed` is the first failure, if
   * any; `passes` and `skips` count tests by suite.
   */
  async test(suites, { bail = true } = {}) {
    const output = path.join(this.folder, "tests.json");
    rmSync(output, { force: true });
    const built = (suite) => `dist/${suite.replace(/\.ts$/, ".js")}`;
    const engines = suites.some((suite) => suite.startsWith("test/engines/"));
    const args = [
      "node_modules/mocha/bin/mocha.js",
      ...["--no-config", "--exit", "--reporter", "json", "--reporter-option", `output=${output}`],
      ...["--timeout", engines ? "300000" : "60000"],
      ...(bail ? ["--bail"] : []),
      ...(engines ? ["--file", "dist/test/engines/tools/report.js"] : []),
      ...suites.map(built),
    ];
    const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" };
    delete env.ALP_TEST_SUMMARY;
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env,
      timeout: SUITES_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let words = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (words += data));
    const signal = await new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
    let report;
    try {
      report = JSON.parse(readFileSync(output, "utf8"));
    } catch {
      const why =
        signal === null
          ? words
              .trim()
              .split("\n")
              .find((line) => /Error/.test(line))
          : "the time ran out";
      return { failed: `(the suites did not run: ${why ?? "no reason given"})`, passes: new Map(), skips: new Map() };
    }
    const bySuite = (tests) => {
      const counts = new Map();
      for (const { file } of tests) {
        const suite = suites.find((each) => file?.endsWith(built(each)));
        counts.set(suite, (counts.get(suite) ?? 0) + 1);
      }
      return counts;
    };
    return {
      failed: report.failures[0]?.fullTitle,
      passes: bySuite(report.passes),
      skips: bySuite(report.pending),
    };
  }
}
