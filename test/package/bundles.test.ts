import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../src/local/bundles";

/** The SDK's signers of multi-region access points, which it looks for only when one is used. We have none. */
const OPTIONAL = new Set(["@aws-sdk/signature-v4-crt", "@aws-sdk/signature-v4a"]);

const folder = path.join(packageRoot(), "dist", "bundles");

/** Modules that the code asks for, wherever it does so; of what is computed, the expression as it stands. */
const modulesIn = (code: string): string[] =>
  [...code.matchAll(/\b(?:require|import)\(\s*(?:(["'`])([^"'`]+)\1|([^)]{0,60}))/g)].map(
    (match) => match[2] ?? match[3]!,
  );

describe("the functions' bundles", () => {
  const bundles = readdirSync(folder).filter((name) => name.endsWith(".js"));

  it("are one for each handler", () => {
    const handlers = readdirSync(path.join(packageRoot(), "handlers"), { withFileTypes: true });
    expect(bundles).to.have.members(handlers.filter((entry) => entry.isDirectory()).map(({ name }) => `${name}.js`));
    expect(bundles).to.have.length.at.least(3);
  });

  for (const bundle of bundles) {
    it(`hold all that they need, now and later: ${bundle}`, () => {
      const modules = modulesIn(readFileSync(path.join(folder, bundle), "utf8"));
      expect(modules.filter((name) => !isBuiltin(name) && !OPTIONAL.has(name))).to.deep.equal([]);
      expect(modules).to.include("node:zlib");
    });

    it(`start in an empty folder: ${bundle}`, () => {
      const bare = mkdtempSync(path.join(tmpdir(), "alp-bundle-"));
      try {
        copyFileSync(path.join(folder, bundle), path.join(bare, bundle));
        const script = `console.log(typeof require("./${bundle}").handler)`;
        // Lambda's own variables, and no NODE_PATH.
        const env = { PATH: process.env["PATH"], AWS_REGION: "eu-central-1" };
        const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: bare, env, encoding: "utf8" });
        expect(stdout.trim(), stderr).to.equal("function");
      } finally {
        rmSync(bare, { recursive: true, force: true });
      }
    });
  }
});
