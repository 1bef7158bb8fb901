/** The program's resources: what the engine deployed for a stack, or, for other configurations, what it would. */
import path from "node:path";
import { packageRoot } from "../../../src/local/bundles";
import { readDeployment, type Deployment } from "../../../src/local/deployment";
import { evaluateProgram } from "../../../src/local/programGraph";
import { loadStackConfig } from "../../../src/local/stackConfig";
import { deployedStack } from "../pulumi/deployed";
import type { Resource } from "./glueReplay";

export const STACK = "infdev";
const PROJECT = "amplify-logs";

/** The stack's config, with some of it changed. */
export const configWith = (changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...loadStackConfig(packageRoot(), STACK).config,
  ...Object.fromEntries(Object.entries(changes).map(([key, value]) => [`${PROJECT}:${key}`, value])),
});

/** The graph of the stack's program under another configuration. */
export const evaluatedResources = async (changes: Readonly<Record<string, string>>): Promise<readonly Resource[]> => {
  const programPath = path.resolve(__dirname, "../../../components/program.js");
  const folder = process.cwd();
  process.chdir(packageRoot());
  const evaluation = { programPath, stack: STACK, config: configWith(changes) };
  return (await evaluateProgram(evaluation).finally(() => process.chdir(folder))).resources;
};

/** As the local pipeline takes it. The stack keeps two weeks; these suites ask for months. */
export const localDeployment = (changes: Readonly<Record<string, string>> = {}): Promise<Deployment> =>
  readDeployment(STACK, configWith({ retentionTableDays: "400", ...changes }));

/** What the engine deployed for the stack. */
export const deployedResources = async (): Promise<readonly Resource[]> => (await deployedStack(STACK)).resources;
