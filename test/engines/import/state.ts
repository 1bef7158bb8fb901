/** The engine's state, with what the suites on options look at. */
import type { Workspace } from "../pulumi/workspace";

export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URN and id of the provider; empty where there is none. */
  readonly provider: string;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
}

export const stateOf = async ({ pulumi, stack }: Pick<Workspace, "pulumi" | "stack">): Promise<StateResource[]> => {
  const { code, stdout, stderr } = await pulumi("stack", "export", "--stack", stack);
  if (code !== 0) throw new Error(`pulumi stack export ended with ${code}:\n${stderr}`);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: readonly Partial<StateResource>[] } };
  return (deployment.resources ?? []).map((resource) => ({
    urn: resource.urn!,
    type: resource.type!,
    custom: resource.custom ?? false,
    parent: resource.parent ?? "",
    inputs: resource.inputs ?? {},
    outputs: resource.outputs ?? {},
    provider: resource.provider ?? "",
    protect: resource.protect ?? false,
    dependencies: resource.dependencies ?? [],
  }));
};

/** All below a component of this name that stands directly in the program. */
export const belowComponent = (state: readonly StateResource[], name: string): StateResource[] => {
  const parents = new Map(state.map(({ urn, parent }) => [urn, parent]));
  const root = state.find(
    ({ urn, custom, parent }) => !custom && parent.includes("::pulumi:pulumi:Stack::") && urn.endsWith(`::${name}`),
  );
  const isBelow = (urn: string): boolean => {
    const parent = parents.get(urn) ?? "";
    return parent !== "" && (parent === root?.urn || isBelow(parent));
  };
  return root === undefined ? [] : state.filter(({ urn }) => isBelow(urn));
};

/** What a cloud holds: no components. */
export const customResources = (resources: readonly StateResource[]): StateResource[] =>
  resources.filter(({ custom }) => custom);
