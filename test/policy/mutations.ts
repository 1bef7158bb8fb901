/** Every way in which a property of a captured resource is made worse: removed, turned into its contrary, widened. */
import { ABSENT } from "./changes";

export const KINDS = ["removed", "negated", "widened"] as const;
export type Kind = (typeof KINDS)[number];

export interface Mutation {
  readonly kind: Kind;
  /** Below the property, within its JSON text too: `policy.Statement.0.Effect`. */
  readonly path: readonly string[];
  readonly value: unknown;
  /** Of the statement, where it is one of a policy. */
  readonly effect?: string;
}

const CONTRARIES: Readonly<Record<string, string>> = {
  Enabled: "Disabled",
  Allow: "Deny",
  Deny: "Allow",
  Active: "PassThrough",
  true: "false",
  false: "true",
};

const contrary = (value: unknown): unknown => {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return -value;
  if (typeof value === "string") return CONTRARIES[value] ?? "another";
  return Array.isArray(value) ? [] : {};
};

const ELSEWHERE = "arn:aws:iam::123456789012:role/another";

const wider = (value: unknown): unknown => {
  if (typeof value === "boolean") return "anything";
  if (typeof value === "number") return value * 100_000;
  if (typeof value === "string") return "*";
  return Array.isArray(value) ? [...(value as unknown[]), "*"] : { "*": "*" };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The text's document; undefined for all other text. */
const documentIn = (value: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof value !== "string" || !value.startsWith("{")) return undefined;
  const parsed: unknown = JSON.parse(value);
  return isObject(parsed) && "Statement" in parsed ? parsed : undefined;
};

const STATEMENT_KEYS = ["Effect", "Principal", "Action", "Resource", "Condition"];

/** What lets more through: all where it is allowed, something else alone where it is denied; undefined where nothing is laxer. */
const laxer = (key: string, value: unknown, denied: boolean): unknown => {
  const others: Readonly<Record<string, unknown>> = { Principal: { AWS: ELSEWHERE }, Action: "sts:GetCallerIdentity" };
  if (denied) return others[key] ?? ELSEWHERE;
  if (value === "*" || (Array.isArray(value) && value.includes("*"))) return undefined;
  return Array.isArray(value) ? wider(value) : "*";
};

/** Each statement of a policy, and each part of it. */
const inDocument = (document: Readonly<Record<string, unknown>>, path: readonly string[]): Mutation[] => {
  const statements = document["Statement"] as readonly Readonly<Record<string, unknown>>[];
  return statements.flatMap((statement, index): Mutation[] => {
    const own = [...path, "Statement", String(index)];
    const effect = String(statement["Effect"]);
    const parts = STATEMENT_KEYS.flatMap((key): Mutation[] => {
      const value = statement[key];
      if (value === undefined) return [];
      const at = [...own, key];
      if (key === "Effect") return [{ kind: "negated", path: at, value: contrary(value), effect }];
      if (key === "Condition") return [{ kind: "removed", path: at, value: ABSENT, effect }];
      const lax = laxer(key, value, effect === "Deny");
      return lax === undefined ? [] : [{ kind: "widened", path: at, value: lax, effect }];
    });
    const others = statements.filter((_, other) => other !== index);
    return [...parts, { kind: "removed", path: [...path, "Statement"], value: others, effect }];
  });
};

/** All mutations of the value at a path; a container is only removed, what is in it has paths of its own. */
export const mutationsOf = (value: unknown, path: readonly string[]): Mutation[] => {
  const document = documentIn(value);
  if (document !== undefined) return inDocument(document, path);
  const removed: Mutation = { kind: "removed", path, value: ABSENT };
  if (isObject(value)) return [removed];
  // The contrary of a variable that is no secret is one.
  const negated = path.includes("variables") ? "AKIAIOSFODNN7EXAMPLE" : contrary(value);
  return [removed, { kind: "negated", path, value: negated }, { kind: "widened", path, value: wider(value) }];
};

/** The value at keys; undefined where there is none. */
export const valueAt = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((holder, key) => (isObject(holder) ? holder[key] : undefined), value);
