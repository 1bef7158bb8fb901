/** A project beside this one, with the packed tarball in its node_modules as npm would lay it. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import { mustRun } from "../tools/processes";

const PACKAGE = "amplify-log-pipeline";

const pack = async (): Promise<string> => {
  const folder = mkdtempSync(path.join(tmpdir(), "alp-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await mustRun("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: packageRoot() });
  return path.join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".tgz"))!,
  );
};

let packed: Promise<string> | undefined;
/** The tarball that `npm publish` would upload; packed once a process. */
export const tarball = (): Promise<string> => (packed ??= pack());

const linkModules = (from: string, to: string, skip: readonly string[]): void => {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    // What the functions need of AWS's SDK is in their bundles.
    if (name.startsWith(".") || ["@aws-sdk", "@smithy", ...skip].includes(name)) continue;
    symlinkSync(path.join(from, name), path.join(to, name), "junction");
  }
};

/** Unpacks the tarball and gives it its dependencies, as they are installed here. Returns the package's folder. */
export const installPackage = async (project: string): Promise<string> => {
  const modules = path.join(packageRoot(), "node_modules");
  linkModules(modules, path.join(project, "node_modules"), ["@pulumi"]);
  linkModules(path.join(modules, "@pulumi"), path.join(project, "node_modules", "@pulumi"), []);
  const installed = path.join(project, "node_modules", PACKAGE);
  mkdirSync(installed);
  await mustRun("tar", ["xzf", await tarball(), "--strip-components=1", "-C", installed]);
  return installed;
};

/**
 * Gives the project an @pulumi/aws of its own, of the same major version, and the package the one that it had: no class of one is
 * a class of the other.
 */
export const installOwnAws = (
  project: string,
  installed: string,
): { readonly version: string; readonly packages: string } => {
  const original = path.join(packageRoot(), "node_modules", "@pulumi", "aws");
  const own = path.join(project, "node_modules", "@pulumi", "aws");
  const packages = path.join(installed, "node_modules", "@pulumi");
  mkdirSync(packages, { recursive: true });
  symlinkSync(original, path.join(packages, "aws"), "junction");
  rmSync(own, { recursive: true, force: true });
  cpSync(original, own, { recursive: true, filter: (file) => !/\.(d\.ts|map|md)$/.test(file) });
  const file = path.join(own, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { version: string; pulumi: { version: string } };
  const [major, minor] = manifest.version.split(".").map(Number);
  const version = `${major}.${minor! + 1}.0`;
  writeFileSync(file, JSON.stringify({ ...manifest, version, pulumi: { ...manifest.pulumi, version } }));
  return { version, packages: path.join(packages, "aws") };
};

/** A Pulumi project in Node whose package.json depends on the package. */
export const writeProject = (project: string, program: string): void => {
  const manifest = { name: "second", version: "1.0.0", dependencies: { [PACKAGE]: "*", "@pulumi/aws": "*" } };
  writeFileSync(path.join(project, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    path.join(project, "Pulumi.yaml"),
    "name: second\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n",
  );
  writeFileSync(path.join(project, "index.js"), program);
};
