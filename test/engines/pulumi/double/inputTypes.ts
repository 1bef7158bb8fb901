/** What inputs a resource type takes, and whether some given ones are such. */
import { isAssetOrArchive, isRecord, isUnknown, type Values } from "./values";

/** `any` is what several types may stand for; an object is named in `objects`. */
export type InputType =
  | "string"
  | "number"
  | "boolean"
  | "archive"
  | "any"
  | { readonly list: InputType }
  | { readonly map: InputType }
  | { readonly object: string };

export interface InputProperty {
  readonly type: InputType;
  readonly required: boolean;
}

export type InputObject = Readonly<Record<string, InputProperty>>;

export interface InputTables {
  /** By Pulumi's type. */
  readonly resources: Readonly<Record<string, InputObject>>;
  /** Nested ones, by module and name: `s3.BucketLifecycleConfigurationRule`. */
  readonly objects: Readonly<Record<string, InputObject>>;
}

export type Problem = readonly [path: string, reason: string];

const describe = (value: unknown): string =>
  Array.isArray(value) ? "a list" : isRecord(value) ? "an object" : typeof value;

const checkValue = (value: unknown, type: InputType, path: string, tables: InputTables): Problem[] => {
  if (value === undefined || value === null || isUnknown(value) || type === "any") return [];
  const wrong = (expected: string): Problem[] => [[path, `expected ${expected}, got ${describe(value)}`]];
  switch (type) {
    case "string":
      return typeof value === "string" ? [] : wrong("a string");
    case "number":
      return typeof value === "number" ? [] : wrong("a number");
    case "boolean":
      return typeof value === "boolean" ? [] : wrong("a boolean");
    case "archive":
      return isAssetOrArchive(value) ? [] : wrong("an archive");
    default:
      if ("list" in type) {
        if (!Array.isArray(value)) return wrong("a list");
        return value.flatMap((item, i) => checkValue(item, type.list, `${path}[${i}]`, tables));
      }
      if (!isRecord(value)) return wrong("an object");
      if ("map" in type)
        return Object.entries(value).flatMap(([key, inner]) => checkValue(inner, type.map, `${path}.${key}`, tables));
      return checkObject(value, tables.objects[type.object] ?? {}, path, tables);
  }
};

const checkObject = (values: Values, properties: InputObject, path: string, tables: InputTables): Problem[] => {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const unknown = Object.keys(values)
    .filter((key) => properties[key] === undefined && !key.startsWith("__"))
    .map((key): Problem => [at(key), `An argument named "${key}" is not expected here`]);
  const missing = Object.entries(properties)
    .filter(([key, { required }]) => required && (values[key] === undefined || values[key] === null))
    .map(([key]): Problem => [
      at(key),
      `Missing required argument: The argument "${key}" is required, but no definition was found`,
    ]);
  const nested = Object.entries(properties).flatMap(([key, { type }]) =>
    checkValue(values[key], type, at(key), tables),
  );
  return [...unknown, ...missing, ...nested];
};

/** All that is wrong with a resource's inputs by their types. */
export const checkInputs = (type: string, values: Values, tables: InputTables): Problem[] =>
  checkObject(values, tables.resources[type] ?? {}, "", tables);
