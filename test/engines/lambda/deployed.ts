/** A stack as it was deployed, and what this folder asks of it. */

export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly parent?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Deployed {
  readonly stack: string;
  readonly resources: readonly DeployedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The zip file of a function, as Lambda holds it. */
  archive(functionName: string): string;
}

export const ofType = ({ resources }: Pick<Deployed, "resources">, type: string): readonly DeployedResource[] =>
  resources.filter((resource) => resource.type === type);

/** A property that AWS has made known, or the program has set. */
export const property = ({ urn, inputs, outputs }: DeployedResource, name: string): unknown => {
  const value = outputs[name] ?? inputs[name];
  if (value === undefined) throw new Error(`${urn} has no ${name}`);
  return value;
};

export const text = (resource: DeployedResource, name: string): string => {
  const value = property(resource, name);
  if (typeof value !== "string") throw new Error(`${resource.urn}: ${name} is no text`);
  return value;
};

export const theOne = <Item>(items: readonly Item[], what: string): Item => {
  if (items.length !== 1) throw new Error(`${items.length} of ${what}, not one`);
  return items[0]!;
};

/** What the program put into the function's environment. */
export const variablesOf = (lambda: DeployedResource): Readonly<Record<string, string | undefined>> => {
  const { variables = {} } = property(lambda, "environment") as { variables?: Record<string, string> };
  return variables;
};
