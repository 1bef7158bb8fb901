/** The packs on the real engine, by `--policy-pack`, each from a folder of its own. */
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
import { packageRoot } from "../../../src/local/bundles";
import { PACKS, type PackName } from "../../../src/judge/packProcess";
import { encryptionRules } from "../../../policy/encryption/index";
import { guardrailRules } from "../../../policy/guardrails/index";
import { namingRules } from "../../../policy/naming/index";
import type { RunResult } from "../tools/processes";
import { needPulumi } from "../pulumi/cli";
import { openWorkspace, type Workspace } from "../pulumi/workspace";

const ROOT = packageRoot();
const BUILT = path.join(__dirname, "..", "..", "..");
const RULES = { encryption: encryptionRules, naming: namingRules, guardrails: guardrailRules };

const writeProject = (folder: string, program: string): void => {
  writeFileSync(
    path.join(folder, "Pulumi.yaml"),
    `name: fixture\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: ${program}\n`,
  );
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  copyFileSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
};

/** The double knows types one by one; these programs have others too. */
const takeAnyResource = (workspace: Workspace): void => {
  const folder = path.join(workspace.folder, "..", "any");
  mkdirSync(folder);
  const command = path.join(folder, "pulumi-resource-aws");
  writeFileSync(
    command,
    `#!${process.execPath}\nrequire(${JSON.stringify(path.join(__dirname, "anyProvider.js"))});\n`,
  );
  chmodSync(command, 0o755);
  const file = path.join(workspace.folder, "Pulumi.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^(\s+path: ).*$/m, `$1${folder}`));
};

describe("the policy packs on the engine", function () {
  this.timeout(600_000);
  let scratch: string;
  let folders: Record<PackName, string>;

  before(async function () {
    await needPulumi(this);
    scratch = mkdtempSync(path.join(tmpdir(), "alp-packs-"));
    // As installed: the folder's package.json leads to the compiled pack, wherever that is.
    folders = Object.fromEntries(
      PACKS.map((pack) => {
        const folder = path.join(scratch, pack);
        mkdirSync(folder);
        copyFileSync(path.join(ROOT, "policy", pack, "PulumiPolicy.yaml"), path.join(folder, "PulumiPolicy.yaml"));
        const main = path.relative(folder, path.join(BUILT, "policy", pack, "pack.js"));
        writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: pack, version: "0.1.0", main }));
        symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
        return [pack, folder];
      }),
    ) as Record<PackName, string>;
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const onFixture = async (
    stack: string,
    fixture: string,
    use: (workspace: Workspace) => Promise<void>,
  ): Promise<void> => {
    const program = path.join(BUILT, "test", "policy", "fixtures", `${fixture}.js`);
    const workspace = await openWorkspace({
      stack,
      prepare: (folder) => writeProject(folder, program),
      config: { "aws:region": "eu-central-1" },
    });
    try {
      takeAnyResource(workspace);
      await use(workspace);
    } finally {
      workspace.close();
    }
  };

  const preview = (workspace: Workspace, packs: readonly PackName[], configuration: object): Promise<RunResult> => {
    const file = path.join(scratch, "configuration.json");
    writeFileSync(file, JSON.stringify(configuration));
    const words = packs.flatMap((pack) => ["--policy-pack", folders[pack], "--policy-pack-config", file]);
    return workspace.pulumi("preview", "--stack", workspace.stack, ...words);
  };

  const violated = ({ stdout }: RunResult, level: string): string[] =>
    [
      ...new Set(
        [...stdout.matchAll(new RegExp(`- \\[${level}\\].*?  ([a-z0-9-]+)  \\(`, "g"))].map((match) => match[1]!),
      ),
    ].sort();

  it("fail a preview for each rule that a program breaks", async () => {
    await onFixture("infpro", "bad", async (workspace) => {
      for (const pack of PACKS) {
        const result = await preview(workspace, [pack], { all: "mandatory" });
        expect(result.code, result.stdout).to.not.equal(0);
        expect(violated(result, "mandatory"), pack).to.deep.equal(RULES[pack].map(({ name }) => name).sort());
      }
    });
  });

  it("only warn in infdev, unless the configuration says otherwise", async () => {
    await onFixture("infdev", "bad", async (workspace) => {
      const warned = await preview(workspace, ["encryption"], {});
      expect(violated(warned, "mandatory")).to.deep.equal([]);
      expect(violated(warned, "advisory")).to.include.members(["s3-encryption", "kms-key-rotation"]);
      expect(warned.code, warned.stdout).to.equal(0);
      const bound = await preview(workspace, ["encryption"], { "kms-key-rotation": "mandatory" });
      expect(violated(bound, "mandatory")).to.deep.equal(["kms-key-rotation"]);
      expect(bound.code).to.not.equal(0);
    });
  });

  it("let careful programs pass, all three beside one another, and say what a preview cannot know", async () => {
    for (const fixture of ["storage", "compute"]) {
      await onFixture("infpro", fixture, async (workspace) => {
        const words = PACKS.flatMap((pack) => ["--policy-pack", folders[pack]]);
        const result = await workspace.pulumi("preview", "--stack", "infpro", ...words);
        expect(violated(result, "mandatory"), result.stdout).to.deep.equal([]);
        expect(result.code, result.stdout).to.equal(0);
        // Policies are made of ARNs, which nobody knows yet.
        expect(result.stdout).to.match(/is not known before the deployment: not judged/);
      });
    }
  });

  it("refuse a configuration that names no rule, before anything is judged", async () => {
    await onFixture("infpro", "bad", async (workspace) => {
      const result = await preview(workspace, ["encryption"], { "s3-encrption": "mandatory" });
      expect(result.code).to.not.equal(0);
      expect(result.stdout + result.stderr).to.match(
        /s3-encrption: there is no such rule; the rules are all, s3-encryption/,
      );
      expect(violated(result, "mandatory")).to.deep.equal([]);
    });
  });
});
