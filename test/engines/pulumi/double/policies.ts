/** What AWS checks in a policy document before it takes one. */
import { AwsError } from "./awsError";
import { isRecord, type Values } from "./values";

const malformed = (reason: string): AwsError => new AwsError("MalformedPolicyDocument", reason);
const asList = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).map((item) =>
    typeof item === "string" ? item : JSON.stringify(item),
  );

const KNOWN = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

const statementsOf = (document: string): Values[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw malformed("Syntax errors in policy.");
  }
  if (!isRecord(parsed)) throw malformed("Syntax errors in policy.");
  if (parsed["Version"] !== "2012-10-17" && parsed["Version"] !== "2008-10-17")
    throw malformed("The policy must contain a valid version string");
  const given = parsed["Statement"];
  const statements: readonly unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (statements.length === 0) throw malformed("Missing required field Statement");
  return statements.map((statement) => {
    if (!isRecord(statement)) throw malformed("Syntax errors in policy.");
    return statement;
  });
};

const checkStatements = (document: string, sidPattern: RegExp): Values[] => {
  const statements = statementsOf(document);
  const sids = statements.map((statement) => statement["Sid"]).filter((sid) => sid !== undefined);
  if (new Set(sids).size !== sids.length) throw malformed("Statement IDs (SID) in a single policy must be unique.");
  for (const statement of statements) {
    const strange = Object.keys(statement).find((key) => !KNOWN.includes(key));
    if (strange !== undefined) throw malformed(`Syntax error: unknown field ${strange}`);
    const { Sid, Effect } = statement;
    if (Sid !== undefined && !(typeof Sid === "string" && sidPattern.test(Sid)))
      throw malformed(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      );
    if (Effect !== "Allow" && Effect !== "Deny") throw malformed("Missing required field Effect");
    const actions = asList(statement["Action"] ?? statement["NotAction"]);
    if (actions.length === 0) throw malformed("Policy statement must contain actions.");
    for (const action of actions) {
      if (action !== "*" && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(action))
        throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    for (const [operator, keys] of Object.entries((statement["Condition"] ?? {}) as Values)) {
      if (!isRecord(keys) || !/^(For(All|Any)Values:)?[A-Z][A-Za-z]+$/.test(operator))
        throw malformed("Syntax errors in policy.");
    }
  }
  return statements;
};

const resourcesOf = (statement: Values): readonly string[] => asList(statement["Resource"] ?? statement["NotResource"]);

const checkArns = (statement: Values): void => {
  for (const resource of resourcesOf(statement)) {
    if (resource !== "*" && !/^arn:[a-z-]+:[a-z0-9-*]+:[^:]*:[^:]*:.+$/.test(resource))
      throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
};

/** IAM counts characters without spaces. */
const checkSize = (document: string, limit: number, name: string): void => {
  if (document.replaceAll(/\s/g, "").length > limit)
    throw new AwsError("LimitExceeded", `Cannot exceed quota for ${name}: ${limit}`);
};

/** What an identity may do. @throws AwsError */
export const checkIdentityPolicy = (document: string, limit: number, quota: string): void => {
  for (const statement of checkStatements(document, /^[0-9A-Za-z]*$/)) {
    if (statement["Principal"] !== undefined || statement["NotPrincipal"] !== undefined)
      throw malformed("Policy document should not specify a principal.");
    if (resourcesOf(statement).length === 0) throw malformed("Policy statement must contain resources.");
    checkArns(statement);
  }
  checkSize(document, limit, quota);
};

const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/;

const checkPrincipal = (principal: unknown): void => {
  if (principal === "*") return;
  if (!isRecord(principal)) throw malformed("Missing required field Principal");
  for (const service of asList(principal["Service"])) {
    if (!SERVICE.test(service)) throw malformed(`Invalid principal in policy: "SERVICE":"${service}"`);
  }
  for (const aws of asList(principal["AWS"])) {
    if (aws !== "*" && !/^(\d{12}|arn:[a-z-]+:(iam|sts)::\d{12}:.+)$/.test(aws))
      throw malformed(`Invalid principal in policy: "AWS":"${aws}"`);
  }
};

/** Who may become a role. @throws AwsError */
export const checkTrustPolicy = (document: string): void => {
  for (const statement of checkStatements(document, /^[0-9A-Za-z]*$/)) {
    if (resourcesOf(statement).length > 0) throw malformed("Has prohibited field Resource");
    checkPrincipal(statement["Principal"]);
  }
  checkSize(document, 2048, "ACLSizePerRole");
};

/** Who may do what to a resource; its actions are its service's own. @throws AwsError */
export const checkResourcePolicy = (document: string, limit: number, service: string): void => {
  for (const statement of checkStatements(document, /^[0-9A-Za-z _-]*$/)) {
    checkPrincipal(statement["Principal"] ?? statement["NotPrincipal"]);
    checkArns(statement);
    const foreign = asList(statement["Action"]).find(
      (action) => action !== "*" && !action.toLowerCase().startsWith(`${service}:`),
    );
    if (foreign !== undefined) throw new AwsError("MalformedPolicy", `Policy has invalid action: ${foreign}`);
  }
  if (Buffer.byteLength(document) > limit)
    throw new AwsError("LimitExceeded", `The policy is larger than ${limit} bytes`);
};
