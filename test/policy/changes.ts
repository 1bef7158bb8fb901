/** Changes of captured resources: a property taken away, given another value, or made unknown. */
import { UNKNOWN, type CapturedResource } from "../../src/judge/captured";

export const ABSENT = Symbol("absent");

export type Change = (resources: readonly CapturedResource[]) => readonly CapturedResource[];

const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter((key) => key !== "");

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** JSON in a property is changed as if it were an object; a value in it that is unknown makes all of the text unknown. */
const changed = (holder: unknown, keys: readonly string[], value: unknown): unknown => {
  if (typeof holder === "string" && keys.length > 0) {
    return value === UNKNOWN ? UNKNOWN : JSON.stringify(changed(JSON.parse(holder), keys, value));
  }
  const [key, ...rest] = keys;
  if (key === undefined) return typeof value === "function" ? (value as (old: unknown) => unknown)(holder) : value;
  const copy: Record<string, unknown> = Array.isArray(holder)
    ? ([...(holder as unknown[])] as never)
    : { ...(isObject(holder) ? holder : {}) };
  const next = rest.length === 0 && typeof value !== "function" ? value : changed(copy[key], rest, value);
  if (next === ABSENT) delete copy[key];
  else copy[key] = next;
  return copy;
};

const find = (resources: readonly CapturedResource[], name: string): CapturedResource => {
  const found = resources.filter((resource) => resource.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources are called ${name}`);
  return found[0]!;
};

/** What is written down as it stands was made from nothing. */
const dependenciesAfter = ({ propertyDependencies }: CapturedResource, keys: readonly string[], value: unknown) => {
  if (keys.length > 1 || value === UNKNOWN || typeof value === "function") return propertyDependencies;
  return Object.fromEntries(Object.entries(propertyDependencies).filter(([key]) => key !== keys[0]));
};

const changedResource = (resource: CapturedResource, keys: string[], value: unknown): CapturedResource => ({
  ...resource,
  inputs: changed(resource.inputs, keys, value) as CapturedResource["inputs"],
  outputs: changed(resource.outputs, keys, value) as CapturedResource["outputs"],
  propertyDependencies: dependenciesAfter(resource, keys, value),
});

/** Sets a property; a function gets the old value. */
export const set =
  (name: string, path: string, value: unknown): Change =>
  (resources) => {
    const target = find(resources, name);
    const keys = keysOf(path);
    return resources.map((resource) => (resource === target ? changedResource(resource, keys, value) : resource));
  };

/** What a value that stands in a program says of the resource that it was made from. */
const identitiesOf = ({ outputs }: CapturedResource): string[] =>
  ["id", "arn", "name", "bucket", "url"]
    .map((key) => outputs[key])
    .filter((value) => typeof value === "string" && value !== "") as string[];

/** As `set`, by URN and by keys; what the property refers to afterwards is what it still names. */
export const setAt =
  (urn: string, keys: readonly string[], value: unknown): Change =>
  (resources) =>
    resources.map((resource) => {
      if (resource.urn !== urn) return resource;
      const result = changedResource(resource, [...keys], value);
      const [property] = keys;
      const text = JSON.stringify(result.inputs[property!] ?? "");
      const made = (resource.propertyDependencies[property!] ?? []).filter((target) =>
        resources.some(
          (other) => other.urn === target && identitiesOf(other).some((identity) => text.includes(identity)),
        ),
      );
      return { ...result, propertyDependencies: { ...resource.propertyDependencies, [property!]: made } };
    });

/** Takes resources out of the program. */
export const without =
  (...names: readonly string[]): Change =>
  (resources) => {
    for (const name of names) find(resources, name);
    return resources.filter(({ name }) => !names.includes(name));
  };

/** Puts one more resource into the program. */
export const adding =
  (name: string, type: string, inputs: CapturedResource["inputs"]): Change =>
  (resources) => [
    ...resources,
    {
      type,
      name,
      urn: resources[0]!.urn.replace(/::[^:]+(:[^:]+)*::[^:]*$/, `::${type}::${name}`),
      parent: "",
      protect: false,
      inputs,
      outputs: inputs,
      dependencies: [],
      propertyDependencies: {},
      provider: "",
      remote: false,
    },
  ];

export const all =
  (...changes: readonly Change[]): Change =>
  (resources) =>
    changes.reduce((result, change) => change(result), resources);

/** The path that is unknown when a value within is: text in JSON is unknown as a whole. */
export const unknownPath = (resources: readonly CapturedResource[], name: string, path: string): string => {
  let value: unknown = find(resources, name).inputs;
  let walked = "";
  for (const key of keysOf(path)) {
    if (typeof value === "string") return walked;
    if (isObject(value)) value = value[key];
    walked = /^\d+$/.test(key) ? `${walked}[${key}]` : walked === "" ? key : `${walked}.${key}`;
  }
  return walked;
};
