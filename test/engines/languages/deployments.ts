/** The same pipeline, from a program in each language: each in a project of its own, with the packed tarball. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dump } from "js-yaml";
import { codeBlocks } from "../../docs/markdown";
import { EXAMPLE, EXAMPLE_OUTPUTS } from "../../docs/languageExamples";
import { packageRoot } from "../../../src/local/bundles";
import { installPackage } from "../import/secondProject";
import { openWorkspace, type Workspace } from "../pulumi/workspace";
import { onPath } from "../tools/cache";
import { languageHost } from "./languageHost";
import type { PythonEnvironment } from "./pythonEnvironment";
import { yamlProgram } from "./yamlProgram";

const STACK = "inftes";
const PROJECT = "web-logs";
const PACKAGE = "./node_modules/amplify-log-pipeline";

/** The program that docs/languages.md shows. */
export const documented = (language: "python" | "go" | "yaml"): string => {
  const [block, ...others] = codeBlocks(path.join(packageRoot(), "docs", "languages.md"), language);
  if (block === undefined || others.length > 0)
    throw new Error(`docs/languages.md has no single program in ${language}`);
  return block;
};

const open = async (prepare: (folder: string) => void): Promise<Workspace> => {
  const workspace = await openWorkspace({
    stack: STACK,
    prepare: async (folder) => {
      await installPackage(folder);
      prepare(folder);
    },
    config: { "aws:region": "eu-central-1" },
  });
  // After the machine's own hosts.
  workspace.env["PATH"] = [workspace.env["PATH"], (await languageHost()).folder].join(path.delimiter);
  return workspace;
};

const project = (folder: string, runtime: unknown, more: object = {}): void =>
  writeFileSync(path.join(folder, "Pulumi.yaml"), dump({ name: PROJECT, runtime, ...more }));

const must = async (workspace: Workspace, ...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await workspace.pulumi(...words);
  if (code !== 0) throw new Error(`pulumi ${words.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
};

/** As the documentation says: writes the SDK into sdks/ and the package into Pulumi.yaml. */
export const addPackage = (workspace: Workspace): Promise<string> => must(workspace, "package", "add", PACKAGE);

export const getSchema = async (workspace: Workspace): Promise<unknown> =>
  JSON.parse(await must(workspace, "package", "get-schema", PACKAGE)) as unknown;

/** In Node, without any schema: the class itself. */
export const openTypeScript = (): Promise<Workspace> =>
  open((folder) => {
    const outputs = Object.entries(EXAMPLE_OUTPUTS).map(([name, output]) => `exports.${name} = logs.${output};`);
    const program = [
      'const { AmplifyLogPipeline } = require("amplify-log-pipeline");',
      `const logs = new AmplifyLogPipeline("logs", ${JSON.stringify(EXAMPLE)});`,
      ...outputs,
    ];
    writeFileSync(path.join(folder, "index.js"), program.join("\n"));
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ dependencies: { "amplify-log-pipeline": "*" } }));
    project(folder, { name: "nodejs", options: { typescript: false } }, { main: "index.js" });
  });

/** The project has no package.json: functions are packed nevertheless. */
export const openPython = async (python: PythonEnvironment, more = ""): Promise<Workspace> => {
  const workspace = await open((folder) => {
    writeFileSync(path.join(folder, "__main__.py"), documented("python") + more);
    project(folder, { name: "python", options: { virtualenv: python.folder } });
  });
  await addPackage(workspace);
  await python.install(path.join(workspace.folder, "sdks", "amplify-log-pipeline"), workspace.folder);
  return workspace;
};

export const openGo = async (): Promise<Workspace> => {
  const workspace = await open((folder) => {
    writeFileSync(path.join(folder, "main.go"), documented("go"));
    project(folder, "go");
  });
  await addPackage(workspace);
  const sdk = "example.com/pulumi-amplify-log-pipeline/sdk/go";
  const host = (name: string): string =>
    readFileSync(path.join(packageRoot(), "test", "engines", "languages", "host", name), "utf8");
  // With the versions and flags of the host's own build, so that Go has all but the program compiled already.
  const module = [
    host("go.mod").replace("module language-host", "module web-logs"),
    `require ${sdk} v0.0.0`,
    `replace ${sdk} => ./sdks/amplify-log-pipeline`,
  ];
  writeFileSync(path.join(workspace.folder, "go.mod"), `${module.join("\n")}\n`);
  writeFileSync(path.join(workspace.folder, "go.sum"), host("go.sum"));
  workspace.env["GOFLAGS"] = "-mod=mod -trimpath";
  return workspace;
};

export const openYaml = (program: string = documented("yaml")): Promise<Workspace> =>
  open((folder) => {
    if (onPath("pulumi-language-yaml") !== undefined) {
      writeFileSync(path.join(folder, "Pulumi.yaml"), program);
      return;
    }
    mkdirSync(path.join(folder, "yaml"));
    const file = path.join(folder, "yaml", "Pulumi.yaml");
    writeFileSync(file, program);
    writeFileSync(path.join(folder, "index.js"), yamlProgram(file));
    const packages = { "amplify-log-pipeline": PACKAGE };
    project(folder, { name: "nodejs", options: { typescript: false } }, { main: "index.js", packages });
  });
