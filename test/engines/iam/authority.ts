/** IAM over a deployed stack: judges calls, keeps the books, and says in words what is missing. */
import { Ledger } from "./ledger";
import type { Call, Judge, Verdict } from "./judge";
import { resourcePolicyOf, type Policies, type PolicyStatement, type RolePolicies } from "./policies";

export interface Ruling extends Call {
  readonly principal: string;
  readonly result: Verdict["result"];
  /** The statements that decided. */
  readonly statements: readonly string[];
  /** For a denial: what would have to stand in which policy. */
  readonly missing: string | undefined;
}

export interface Authority {
  readonly account: string;
  readonly policies: Policies;
  readonly ledger: Ledger;
  readonly rulings: readonly Ruling[];
  /** A call of a role's session. */
  ofRole(roleArn: string, call: Call): Promise<Ruling>;
  /** Whether such a call would be allowed; nothing is written down. */
  wouldAllow(roleArn: string, call: Call): Promise<boolean>;
  /** A call of one of AWS's services under its own name. */
  ofService(service: string, call: Call): Promise<Ruling>;
  /** A call of somebody of the account whom IAM allows everything. */
  ofAdministrator(call: Call): Promise<Ruling>;
}

const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] } as const;
const ADMINISTRATOR: RolePolicies = {
  name: "administrator",
  arn: "",
  identity: [{ name: "AdministratorAccess", document: EVERYTHING }],
  trust: { name: "none", document: { ...EVERYTHING, Statement: [] } },
};

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

const missingOf = (policy: string, { action, resource }: Call, near: readonly PolicyStatement[]): string => {
  const nearest = near.find(
    ({ Action, Resource }) =>
      list(Action).includes(action) ||
      list(Resource).some((item) => item.replace(/\*$/, "") !== "" && resource.startsWith(item.replace(/\*$/, ""))),
  );
  const statement = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
  return `${policy} lacks ${statement}${nearest?.Sid === undefined ? "" : ` (nearest statement: ${nearest.Sid})`}`;
};

export const openAuthority = async (judge: Judge, policies: Policies): Promise<Authority> => {
  const ledger = await Ledger.of(judge, policies);
  const rulings: Ruling[] = [];
  const account = [...policies.roles.keys()][0]!.split(":")[4]!;

  const roleOf = (roleArn: string): RolePolicies => {
    const role = policies.roles.get(roleArn);
    if (role === undefined) throw new Error(`${roleArn} was not deployed`);
    return role;
  };
  const sessionOf = ({ name }: RolePolicies): string => `arn:aws:sts::${account}:assumed-role/${name}/session`;
  const decide = (principal: string, role: RolePolicies | undefined, call: Call): Promise<Verdict> =>
    judge.decide({
      ...call,
      principal,
      account,
      identity: role?.identity ?? [],
      resourcePolicy: resourcePolicyOf(policies, call.resource),
    });

  const rule = async (principal: string, role: RolePolicies | undefined, call: Call): Promise<Ruling> => {
    const resourcePolicy = resourcePolicyOf(policies, call.resource);
    const identity = role?.identity ?? [];
    const verdict = await decide(principal, role, call);
    ledger.use(verdict.decisive);
    const near =
      role === undefined
        ? (resourcePolicy?.document.Statement ?? [])
        : identity.flatMap(({ document }) => document.Statement);
    const policy =
      role === undefined ? (resourcePolicy?.name ?? `${call.resource} has no policy, which`) : `role ${role.name}`;
    const ruling: Ruling = {
      action: call.action,
      resource: call.resource,
      context: call.context,
      principal,
      result: verdict.result,
      statements: verdict.decisive.map(({ policy: of, statement }) => `${of}: ${statement}`),
      missing: verdict.result === "ImplicitlyDenied" ? missingOf(policy, call, near) : undefined,
    };
    rulings.push(ruling);
    return ruling;
  };

  return {
    account,
    policies,
    ledger,
    rulings,
    ofRole: (roleArn, call) => rule(sessionOf(roleOf(roleArn)), roleOf(roleArn), call),
    wouldAllow: async (roleArn, call) =>
      (await decide(sessionOf(roleOf(roleArn)), roleOf(roleArn), call)).result === "Allowed",
    ofService: (service, call) => rule(service, undefined, call),
    ofAdministrator: (call) => rule(`arn:aws:iam::${account}:role/${ADMINISTRATOR.name}`, ADMINISTRATOR, call),
  };
};
