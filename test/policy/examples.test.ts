/** The programs of examples/policy pass, their broken twins do not; the workflow files of examples/ci run as they stand. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { packageRoot } from "../../src/local/bundles";
import { BROKEN, EXAMPLES, type Example } from "./brokenTwins";

const ROOT = packageRoot();
const MAIN = path.join(__dirname, "../../src/cli/main.js");
const PACKS_FILE = path.join(ROOT, "examples", "policy", "packs.yaml");
const folderOf = (name: Example): string => path.join(ROOT, "examples", "policy", name);
const ENVIRONMENT = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, AWS_PROFILE: "nobody" };

interface Finding {
  readonly rule: string;
  readonly judged: boolean;
}

const judge = (folder: string): { status: number | null; stderr: string; rules: string[] } => {
  const args = [MAIN, "policy", "--program", folder, "--config", PACKS_FILE, "--format", "json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: ENVIRONMENT });
  const findings = stdout === "" ? [] : (JSON.parse(stdout) as Finding[]);
  return { status, stderr, rules: [...new Set(findings.map(({ rule }) => rule))].sort() };
};

describe("example programs", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-examples-"));
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The example with each of its breaks, in a folder of its own. */
  const writeCopy = (name: Example, broken: boolean): void => {
    for (const file of ["Pulumi.yaml", "Pulumi.infpro.yaml", "index.ts"]) {
      copyFileSync(path.join(folderOf(name), file), path.join(folder, file));
    }
    copyFileSync(PACKS_FILE, path.join(folder, "policies.yaml"));
    if (!broken) return;
    let source = readFileSync(path.join(folder, "index.ts"), "utf8");
    for (const { find, replace } of BROKEN[name]) {
      expect(source.split(find).length - 1, find).to.equal(1);
      source = source.replace(find, () => replace);
    }
    writeFileSync(path.join(folder, "index.ts"), source);
  };

  for (const name of EXAMPLES) {
    it(`pass: ${name}`, () => {
      expect(judge(folderOf(name))).to.deep.equal({ status: 0, stderr: "", rules: [] });
    });

    it(`do not pass when broken: ${name}`, () => {
      writeCopy(name, true);
      const rules = [...new Set(BROKEN[name].flatMap(({ rules: broken }) => broken))].sort();
      expect(judge(folder)).to.deep.equal({ status: 1, stderr: "", rules });
    });
  }

  /** The command of a workflow file, run where its runner would, with this checkout's amplify-logs behind npx. */
  const runCommand = (command: string, variables: Readonly<Record<string, string>>): number | null => {
    const tools = path.join(folder, "tools");
    mkdirSync(tools);
    writeFileSync(
      path.join(tools, "npx"),
      `#!/bin/sh\n[ "$1" = amplify-logs ] || exit 9\nshift\nexec "${process.execPath}" "${MAIN}" "$@"\n`,
    );
    chmodSync(path.join(tools, "npx"), 0o755);
    const env = { ...ENVIRONMENT, ...variables, PATH: `${tools}${path.delimiter}${process.env["PATH"]}` };
    return spawnSync("bash", ["-eo", "pipefail", "-c", command], { cwd: folder, encoding: "utf8", env }).status;
  };
  const readWorkflow = (file: string): unknown => load(readFileSync(path.join(ROOT, "examples", "ci", file), "utf8"));

  it("are judged by the workflow for GitHub", () => {
    writeCopy("static-website", true);
    const workflow = readWorkflow("github-policy.yml") as {
      env: Record<string, string>;
      jobs: { policy: { steps: { name?: string; run?: string; uses?: string; with?: { sarif_file?: string } }[] } };
    };
    const { steps } = workflow.jobs.policy;
    const command = steps.find(({ name }) => name === "judge")!.run!;
    expect(runCommand(command, workflow.env)).to.equal(1);
    const uploaded = steps.find(({ uses }) => uses?.includes("upload-sarif"))!.with!.sarif_file!;
    const sarif = JSON.parse(readFileSync(path.join(folder, uploaded), "utf8")) as {
      version: string;
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif.version).to.equal("2.1.0");
    expect(sarif.runs.flatMap(({ results }) => results.map(({ ruleId }) => ruleId))).to.include("s3-tls-only");
  });

  it("are judged by the workflow for GitLab", () => {
    writeCopy("static-website", false);
    const { policy } = readWorkflow("gitlab-policy.yml") as {
      policy: { variables: Record<string, string>; script: string[]; artifacts: { reports: { junit: string } } };
    };
    expect(policy.script[0]).to.equal("npm ci");
    expect(runCommand(policy.script.slice(1).join("\n"), policy.variables)).to.equal(0);
    const junit = readFileSync(path.join(folder, policy.artifacts.reports.junit), "utf8");
    expect(junit).to.match(/<testcase [^>]*s3-tls-only/);
    expect(junit).to.not.include("<failure");
  });
});
