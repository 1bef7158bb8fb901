/** A Pulumi project in a folder of its own, with a backend, a home, and an account of its own behind the provider's double. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import { onPath } from "../tools/cache";
import { run, type RunResult } from "../tools/processes";
import { pulumiCli } from "./cli";
import { Cloud } from "./double/cloud";
import { awsVersion } from "./double/extractInputs";
import { readChanges, type Change } from "./changes";
import { writeTables } from "./tables";

/** The account that each workspace's resources lie in. */
export const ACCOUNT = "123456789012";

export interface WorkspaceOptions {
  readonly stack: string;
  /**
   * Puts the project into the folder: at least a Pulumi.yaml, to which the double is added. Default: this repository's program,
   * as it is built, with the stacks' files.
   */
  readonly prepare?: (folder: string) => void | Promise<void>;
  /** Set over the stack's file: `amplify-logs:apps` to text. */
  readonly config?: Readonly<Record<string, string>>;
}

export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly parent?: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
}

/** A finished command. */
export interface Outcome extends RunResult {
  /** What the engine did, or would do, to each resource that it does not leave alone. */
  readonly changes: readonly Change[];
}

export interface Workspace {
  readonly stack: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What exists behind the double. */
  readonly cloud: Cloud;
  /** Any command, in the project's folder, on this stack. */
  pulumi(...words: readonly string[]): Promise<RunResult>;
  setConfig(key: string, value: string): Promise<void>;
  /** These fail the test when the command fails; with `fails`, when it does not. */
  preview(options?: CommandOptions): Promise<Outcome>;
  up(options?: CommandOptions): Promise<Outcome>;
  refresh(options?: CommandOptions): Promise<Outcome>;
  destroy(options?: CommandOptions): Promise<Outcome>;
  resources(): Promise<DeployedResource[]>;
  outputs(): Promise<Record<string, unknown>>;
  close(): void;
}

export interface CommandOptions {
  readonly fails?: true;
  readonly words?: readonly string[];
}

/** This repository's program: Pulumi.yaml and the stacks' files are copies, since they are written to. */
export const prepareProgram = (folder: string): void => {
  const root = packageRoot();
  for (const file of ["Pulumi.yaml", "Pulumi.infdev.yaml", "Pulumi.inftes.yaml", "Pulumi.infpro.yaml"])
    copyFileSync(path.join(root, file), path.join(folder, file));
  for (const entry of ["package.json", "dist", "node_modules"])
    symlinkSync(path.join(root, entry), path.join(folder, entry));
};

/** A program that is found by its name, in Node. */
const writeCommand = (folder: string, name: string, script: string): void => {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, `#!${process.execPath}\nrequire(${JSON.stringify(script)});\n`);
  chmodSync(file, 0o755);
};

/** The doubles stand in for the providers of these names, whatever version the program asks for. */
const wireDoubles = (folder: string, providers: Readonly<Record<string, string>>): void => {
  const file = path.join(folder, "Pulumi.yaml");
  const text = readFileSync(file, "utf8");
  if (/^plugins:/m.test(text)) throw new Error("the project has plugins of its own; the double cannot be added");
  const entries = Object.entries(providers).map(([name, at]) => `    - name: ${name}\n      path: ${at}\n`);
  writeFileSync(file, `${text.trimEnd()}\nplugins:\n  providers:\n${entries.join("")}`);
};

/** Nothing of the machine's own Pulumi or AWS settings. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PULUMI_|AWS_)/.test(name)));

const exported = (text: string): DeployedResource[] => {
  const { deployment } = JSON.parse(text) as { deployment: { resources?: readonly Partial<DeployedResource>[] } };
  return (deployment.resources ?? []).map((resource) => ({
    urn: resource.urn!,
    type: resource.type!,
    id: resource.id ?? "",
    ...(resource.parent === undefined ? {} : { parent: resource.parent }),
    inputs: resource.inputs ?? {},
    outputs: resource.outputs ?? {},
  }));
};

export const openWorkspace = async (options: WorkspaceOptions): Promise<Workspace> => {
  const { stack } = options;
  const cli = await pulumiCli();
  const scratch = mkdtempSync(path.join(tmpdir(), "alp-pulumi-"));
  const folder = path.join(scratch, "project");
  const at = (...names: string[]): string => path.join(scratch, ...names);
  for (const name of ["project", "home", "state"]) mkdirSync(at(name));
  const prepare: (folder: string) => void | Promise<void> = options.prepare ?? prepareProgram;
  await prepare(folder);
  writeCommand(at("aws"), "pulumi-resource-aws", path.join(__dirname, "double", "main.js"));
  writeCommand(at("awsx"), "pulumi-resource-awsx", path.join(__dirname, "double", "awsx.js"));
  wireDoubles(folder, { aws: at("aws"), awsx: at("awsx") });
  // The host that comes with the machine's own engine goes before ours.
  const host = path.join(path.dirname(cli.file), "pulumi-language-nodejs");
  if (!existsSync(host) && onPath("pulumi-language-nodejs") === undefined)
    writeCommand(at("bin"), "pulumi-language-nodejs", path.join(__dirname, "languageHost.js"));
  const env: NodeJS.ProcessEnv = {
    ...cleanEnvironment(),
    PATH: [at("bin"), path.dirname(cli.file), process.env["PATH"]].join(path.delimiter),
    PULUMI_HOME: at("home"),
    PULUMI_BACKEND_URL: `file://${at("state")}`,
    PULUMI_CONFIG_PASSPHRASE: "engines",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // For --event-log.
    PULUMI_DEBUG_COMMANDS: "true",
    // A folder as backend is written as a whole after each step: of a hundred apps' nine minutes those were most. Once is enough.
    PULUMI_EXPERIMENTAL: "true",
    PULUMI_SKIP_CHECKPOINTS: "true",
    NO_COLOR: "1",
    AWS_DOUBLE_CLOUD: at("cloud"),
    AWS_DOUBLE_TABLES: await writeTables(scratch),
    AWS_DOUBLE_VERSION: awsVersion(),
    AWS_DOUBLE_ACCOUNT: ACCOUNT,
  };

  const pulumi = (...words: readonly string[]): Promise<RunResult> =>
    run(cli.file, [...words, "--non-interactive", "--color", "never"], { cwd: folder, env });
  const must = async (...words: readonly string[]): Promise<RunResult> => {
    const result = await pulumi(...words);
    if (result.code !== 0)
      throw new Error(`pulumi ${words.join(" ")} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
    return result;
  };
  let logs = 0;
  const change = async (
    command: string,
    flags: readonly string[],
    { fails, words = [] }: CommandOptions,
  ): Promise<Outcome> => {
    const log = at(`events-${(logs += 1)}.json`);
    const result = await pulumi(command, "--stack", stack, ...flags, "--event-log", log, ...words);
    if ((result.code !== 0) !== (fails ?? false))
      throw new Error(`pulumi ${command} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
    return { ...result, changes: readChanges(log) };
  };

  const setConfig = async (key: string, value: string): Promise<void> => {
    await must("config", "set", "--stack", stack, key, value);
  };
  await must("stack", "init", stack);
  for (const [key, value] of Object.entries(options.config ?? {})) await setConfig(key, value);

  return {
    stack,
    folder,
    env,
    cloud: new Cloud(at("cloud")),
    pulumi,
    setConfig,
    preview: (more = {}) => change("preview", [], more),
    up: (more = {}) => change("up", ["--yes", "--skip-preview"], more),
    refresh: (more = {}) => change("refresh", ["--yes", "--skip-preview"], more),
    destroy: (more = {}) => change("destroy", ["--yes", "--skip-preview"], more),
    resources: async () => exported((await must("stack", "export", "--stack", stack)).stdout),
    outputs: async () =>
      JSON.parse((await must("stack", "output", "--json", "--stack", stack)).stdout) as Record<string, unknown>,
    close: () => rmSync(scratch, { recursive: true, force: true }),
  };
};
