/** AWS's own service models: what a call's parameters may be. */
import { AwsError } from "./awsError";
import { isRecord, isUnknown, type Values } from "./values";

/** A shape as botocore writes it, reduced to what constrains. */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface ServiceModel {
  /** Operation to the name of its input's shape. */
  readonly operations: Readonly<Record<string, string>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export type ServiceModels = Readonly<Record<string, ServiceModel>>;

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** AWS's words; many are gathered into one refusal. */
const constraint = (path: string, value: unknown, must: string): string =>
  `Value '${typeof value === "string" ? value : JSON.stringify(value)}' at '${path}' failed to satisfy constraint: Member must ${must}`;

const patterns = new Map<string, RegExp>();
const whole = (pattern: string): RegExp => {
  let made = patterns.get(pattern);
  if (made === undefined) {
    made = new RegExp(`^(?:${pattern})$`, "u");
    patterns.set(pattern, made);
  }
  return made;
};

const checkText = (value: string, shape: Shape, path: string): string[] => {
  const problems: string[] = [];
  const { min, max, pattern } = shape;
  if (shape.enum !== undefined && !shape.enum.includes(value))
    problems.push(constraint(path, value, `satisfy enum value set: [${shape.enum.join(", ")}]`));
  if (min !== undefined && value.length < min)
    problems.push(constraint(path, value, `have length greater than or equal to ${min}`));
  if (max !== undefined && value.length > max)
    problems.push(constraint(path, value, `have length less than or equal to ${max}`));
  if (pattern !== undefined && !whole(pattern).test(value))
    problems.push(constraint(path, value, `satisfy regular expression pattern: ${pattern}`));
  return problems;
};

const checkNumber = (value: number, { min, max }: Shape, path: string): string[] => {
  if (min !== undefined && value < min) return [constraint(path, value, `have value greater than or equal to ${min}`)];
  if (max !== undefined && value > max) return [constraint(path, value, `have value less than or equal to ${max}`)];
  return [];
};

/** Maps may be lists of pairs in the API, as tags and dimensions are; the pair's members say how it is called. */
const asPairs = (value: Values, member: Shape): Values[] => {
  const [key, content] = Object.keys(member.members ?? {}).sort((one) => (/key|name/i.test(one) ? -1 : 1));
  return Object.entries(value).map(([name, inner]) => ({ [key!]: name, [content!]: inner }));
};

const checkStructure = (value: Values, shape: Shape, path: string, model: ServiceModel): string[] => {
  const members = Object.entries(shape.members ?? {});
  const at = (member: string): string => (path === "" ? lower(member) : `${path}.${lower(member)}`);
  const given = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const found = members.find(([member]) => member.toLowerCase() === name.toLowerCase());
    // The provider has no such member to send: the double's own table is wrong, or AWS's model has changed.
    if (found === undefined)
      throw new Error(`the service's model has no ${at(name)}; it has ${members.map(([member]) => member).join(", ")}`);
    given.set(found[0], inner);
  }
  const missing = (shape.required ?? [])
    .filter((member) => !given.has(member))
    .map((member) => `Value null at '${at(member)}' failed to satisfy constraint: Member must not be null`);
  return [
    ...missing,
    ...[...given].flatMap(([member, inner]) => check(inner, shape.members![member]!.shape, at(member), model)),
  ];
};

const checkList = (value: unknown, shape: Shape, path: string, model: ServiceModel): string[] => {
  const member = shape.member!.shape;
  const items = Array.isArray(value)
    ? (value as unknown[])
    : isRecord(value)
      ? asPairs(value, model.shapes[member]!)
      : undefined;
  if (items === undefined) return [constraint(path, value, "be a list")];
  const { min, max } = shape;
  const problems: string[] = [];
  if (min !== undefined && items.length < min)
    problems.push(constraint(path, value, `have length greater than or equal to ${min}`));
  if (max !== undefined && items.length > max)
    problems.push(constraint(path, value, `have length less than or equal to ${max}`));
  return [...problems, ...items.flatMap((item, i) => check(item, member, `${path}.${i + 1}.member`, model))];
};

const check = (value: unknown, name: string, path: string, model: ServiceModel): string[] => {
  if (value === undefined || value === null || isUnknown(value)) return [];
  const shape = model.shapes[name]!;
  switch (shape.type) {
    case "structure":
      return isRecord(value) ? checkStructure(value, shape, path, model) : [constraint(path, value, "be a structure")];
    case "list":
      return checkList(value, shape, path, model);
    case "map":
      if (!isRecord(value)) return [constraint(path, value, "be a map")];
      return Object.entries(value).flatMap(([key, inner]) => check(inner, shape.value!.shape, `${path}.${key}`, model));
    case "string":
      return checkText(typeof value === "string" ? value : JSON.stringify(value), shape, path);
    case "integer":
    case "long":
    case "float":
    case "double":
      return Number.isFinite(Number(value))
        ? checkNumber(Number(value), shape, path)
        : [constraint(path, value, "be a number")];
    case "boolean":
      return [true, false, "true", "false"].includes(value as boolean) ? [] : [constraint(path, value, "be a boolean")];
    default:
      return [];
  }
};

/** @throws AwsError when AWS's model refuses the call. */
export const checkCall = (models: ServiceModels, service: string, operation: string, parameters: Values): void => {
  const model = models[service];
  const input = model?.operations[operation];
  if (model === undefined || input === undefined) throw new Error(`there is no model of ${service}'s ${operation}`);
  const problems = check(parameters, input, "", model);
  if (problems.length === 0) return;
  const errors = problems.length === 1 ? "1 validation error" : `${problems.length} validation errors`;
  throw new AwsError("ValidationException", `${errors} detected: ${problems.join("; ")}`);
};
