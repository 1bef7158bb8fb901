/** Policy documents, in all the forms in which programs write them. */
import { itemPaths, joinPath, listAt, type Props, type Subject } from "./subject";
import { INLINE_POLICIES, POLICY, ROLE } from "./types";

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `AWS`, `Service`, `Federated` or `*` to their values. */
  readonly principals: Readonly<Record<string, readonly string[]>>;
  readonly hasNotPrincipal: boolean;
  /** Operator to condition key to values. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** `policy.Statement[0]`. */
  readonly path: string;
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).map(String);

/** Case of keys is as AWS wants it; `@pulumi/aws` documents have the same. */
const readStatement = (raw: Props, path: string): PolicyStatement => {
  const principal = raw["Principal"];
  const conditions = (raw["Condition"] ?? {}) as Props;
  return {
    effect: raw["Effect"] === "Deny" ? "Deny" : "Allow",
    actions: texts(raw["Action"]),
    notActions: texts(raw["NotAction"]),
    resources: texts(raw["Resource"]),
    notResources: texts(raw["NotResource"]),
    principals:
      typeof principal === "string"
        ? { AWS: [principal] }
        : Object.fromEntries(Object.entries((principal ?? {}) as Props).map(([kind, value]) => [kind, texts(value)])),
    hasNotPrincipal: raw["NotPrincipal"] !== undefined,
    conditions: Object.fromEntries(
      Object.entries(conditions).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries((keys ?? {}) as Props).map(([key, value]) => [key, texts(value)])),
      ]),
    ),
    path,
  };
};

/** Text that should be a policy and is not. */
export class NotAPolicy extends Error {
  constructor(readonly path: string) {
    super(`${path} is not a policy document`);
  }
}

const parseDocument = (value: unknown, path: string): Props => {
  if (typeof value !== "string") return value as Props;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === "object" && parsed !== null) return parsed as Props;
  } catch {
    // Told below.
  }
  throw new NotAPolicy(path);
};

/** The statements of the document at a path; none where nothing is there. @throws UnknownAtPreview, NotAPolicy */
export const statementsAt = (subject: Subject, path: string): PolicyStatement[] => {
  const [value = ""] = listAt(subject.props, path);
  if (value === "") return [];
  const document = parseDocument(value, path);
  return listAt(document, "Statement").map((statement, index) => {
    const own = `${path}.Statement[${index}]`;
    if (typeof statement !== "object" || statement === null) throw new NotAPolicy(own);
    return readStatement(statement as Props, own);
  });
};

/** Where a resource holds policies of identities: managed, inline, or inline in a role. */
export const identityPolicyPaths = (subject: Subject): string[] => {
  if (subject.type === ROLE) {
    return itemPaths(subject.props, "inlinePolicies").map((path) => joinPath(path, "policy"));
  }
  return ["policy"];
};

export const IDENTITY_POLICIES = [POLICY, ...INLINE_POLICIES, ROLE];

/** `s3:Get*` covers `s3:GetObject`; case does not count. */
export const covers = (pattern: string, action: string): boolean => {
  const source = pattern
    .split("*")
    .map((part) =>
      part
        .split("?")
        .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("."),
    )
    .join(".*");
  return new RegExp(`^${source}$`, "i").test(action);
};

/** Keys that narrow a principal down to an account, an organisation or a resource. */
const NARROWING =
  /^(aws:(sourceaccount|sourcearn|sourceorgid|sourceowner|principalorgid|principalorgpaths|principalaccount|principalarn|principalserviceprincipal|sourcevpce|sourcevpc)|sts:externalid|kms:calleraccount|lambda:functionurlauthtype|.*:(sub|aud))$/i;
/** Keys that say for whom a service acts. */
const SOURCES =
  /^(aws:(sourceaccount|sourcearn|sourceorgid|sourceorgpaths|sourceowner)|kms:(calleraccount|encryptioncontext:aws:[a-z0-9]+:arn))$/i;

/** Whether a value leaves strangers out. An ARN that names an account, or a bucket, does: anybody can use a name in another account. */
const isParticular = (value: string): boolean => {
  const [scheme, , , , account = "", ...rest] = value.split(":");
  if (scheme !== "arn") return value.replace(/[*?:/]/g, "") !== "";
  return account === "" ? rest.join(":").replace(/[*?:/]/g, "") !== "" : !/[*?]/.test(account);
};

/**
 * Whether a condition is an equality on one of these keys, with values that are not just wildcards. `ForAllValues:` and `IfExists`
 * are true where the key is absent, so they keep nobody out.
 */
const isConditioned = ({ conditions }: PolicyStatement, keysThatCount: RegExp): boolean =>
  Object.entries(conditions).some(
    ([operator, keys]) =>
      /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => keysThatCount.test(key) && values.length > 0 && values.every(isParticular),
      ),
  );

/** Whether a condition keeps strangers out. */
export const isNarrowed = (statement: PolicyStatement): boolean => isConditioned(statement, NARROWING);

/** Whether a condition says for whom a service may act. */
export const isSourced = (statement: PolicyStatement): boolean => isConditioned(statement, SOURCES);

/** Whether the statement lets everybody in. */
export const isOpen = (statement: PolicyStatement): boolean => {
  if (statement.effect !== "Allow" || isNarrowed(statement)) return false;
  const { principals, hasNotPrincipal } = statement;
  // Everybody but those that are named.
  if (hasNotPrincipal) return true;
  return [...(principals["AWS"] ?? []), ...(principals["*"] ?? [])].some((principal) => principal === "*");
};

/** Whether a statement is on a resource; where its ARN is unknown, on any. */
export const isOn = ({ resources }: PolicyStatement, arn: unknown): boolean =>
  resources.some((pattern) => typeof arn !== "string" || covers(pattern, arn));

/** Whether a statement refuses what does not come over TLS, to everybody, for one of these actions (or all). */
export const isTlsOnly = (statement: PolicyStatement, actions: readonly string[]): boolean =>
  statement.effect === "Deny" &&
  [...(statement.principals["AWS"] ?? []), ...(statement.principals["*"] ?? [])].includes("*") &&
  statement.actions.some((action) => action === "*" || actions.includes(action.toLowerCase())) &&
  Object.entries(statement.conditions).some(
    ([operator, keys]) =>
      /^Bool(IfExists)?$/.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) => key.toLowerCase() === "aws:securetransport" && values.every((value) => value === "false"),
      ),
  ) &&
  // A second condition would let some plain traffic through.
  Object.values(statement.conditions).flatMap((keys) => Object.keys(keys)).length === 1;
