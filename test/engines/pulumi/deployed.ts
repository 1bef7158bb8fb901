/** What the engine deployed: for the suites that run on it. */
import { existsSync } from "node:fs";
import { openWorkspace, type DeployedResource, type Workspace } from "./workspace";

export type { DeployedResource } from "./workspace";
export type StackName = "infdev" | "inftes" | "infpro";

export interface Deployed {
  readonly stack: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The zip file that Lambda would hold. */
  archive(functionName: string): string;
}

const workspaces: Workspace[] = [];
// Archives are read until the process ends.
process.once("exit", () => workspaces.forEach((workspace) => workspace.close()));

const deploy = async (stack: StackName): Promise<Deployed> => {
  const workspace = await openWorkspace({ stack });
  workspaces.push(workspace);
  await workspace.up();
  const [resources, outputs] = [await workspace.resources(), await workspace.outputs()];
  return {
    stack,
    resources,
    outputs,
    archive: (functionName) => {
      const file = workspace.cloud.archive(functionName);
      if (!existsSync(file)) throw new Error(`no function ${functionName} was deployed to ${stack}`);
      return file;
    },
  };
};

const deployed = new Map<StackName, Promise<Deployed>>();

/** A stack of this repository, as `pulumi up` makes it; once a process. */
export const deployedStack = (stack: StackName): Promise<Deployed> => {
  const made = deployed.get(stack) ?? deploy(stack);
  deployed.set(stack, made);
  return made;
};
