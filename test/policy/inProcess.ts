/** Rules judged in this process, on captured resources: no server, no protocol, so that thousands of variants take seconds. */
import type { Policies } from "@pulumi/policy";
import type * as policiesModule from "../../policy/policies";
import type { Rule } from "../../policy/rule";
import { UNKNOWN, type CapturedResource } from "../../src/judge/captured";
import { isNotJudged, pathIn } from "../../src/judge/message";

/** As the SDK's error, which is known by its name and its path. */
class UnknownValueError extends Error {
  constructor(readonly props: readonly string[]) {
    super(`${props.join(".")} is unknown`);
  }
}

/** Hears of a property that is read by its name; what is only listed with all others is not heard of. */
export type Listener = (urn: string, path: readonly string[]) => void;

const SECRET_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const withoutSecret = (value: unknown): unknown => {
  const held = value as { readonly [SECRET_KEY]?: unknown; readonly value?: unknown };
  return typeof value === "object" && value !== null && held[SECRET_KEY] === SECRET ? held.value : value;
};

/** The values as a pack's server hands them over: reading an unknown one throws. */
const view = (value: object, path: readonly string[], heard: (path: readonly string[]) => void): object => {
  const listed = new Set<string>();
  return new Proxy(value, {
    ownKeys: (target) => {
      const keys = Reflect.ownKeys(target);
      for (const key of keys) if (typeof key === "string") listed.add(key);
      return keys;
    },
    get: (target, key) => {
      if (typeof key === "symbol") return Reflect.get(target, key) as unknown;
      const item = withoutSecret(Reflect.get(target, key));
      if (typeof item === "function" || (Array.isArray(target) && key === "length")) return item;
      const own = [...path, key];
      if (!listed.delete(key)) heard(own);
      if (item === UNKNOWN) throw new UnknownValueError(own);
      return typeof item === "object" && item !== null ? view(item, own, heard) : item;
    },
  });
};

export interface Said {
  readonly rule: string;
  readonly urn: string;
  readonly path: string;
  readonly judged: boolean;
}
export interface Verdict {
  readonly said: readonly Said[];
  /** URNs that the rule does not concern; the stack is "". */
  readonly notApplicable: readonly string[];
}

class NotApplicable extends Error {}

export type PoliciesOf = typeof policiesModule.policiesOf;

export interface Judging {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly listen?: Listener;
}

interface Reported {
  readonly message: string;
  readonly urn?: string;
}
interface Judges {
  readonly validateResource: (args: unknown, report: (finding: Reported) => void) => void;
  readonly validateStack?: (args: unknown, report: (finding: Reported) => void) => void;
}

export const judgeInProcess = (
  policiesOf: PoliciesOf,
  rules: readonly Rule[],
  resources: readonly CapturedResource[],
  { settings = {}, provider = {}, listen = () => undefined }: Judging = {},
): Verdict => {
  const said: Said[] = [];
  const notApplicable: string[] = [];
  const stack = /^urn:pulumi:([^:]*)::/.exec(resources[0]?.urn ?? "")?.[1] ?? "";
  const policies: Policies = policiesOf(rules, stack);
  const common = (urn: string) => ({
    getConfig: () => settings,
    notApplicable: () => {
      notApplicable.push(urn);
      throw new NotApplicable();
    },
  });
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
  };
  policies.forEach((policy, index) => {
    const rule = rules[index]!;
    const { validateResource, validateStack } = policy as unknown as Judges;
    const reportFor =
      (subject: string) =>
      ({ message, urn = subject }: Reported): void =>
        void said.push({ rule: rule.name, urn, path: pathIn(message), judged: !isNotJudged(message) });
    const argsOf = (resource: CapturedResource, values: Readonly<Record<string, unknown>>) => ({
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      props: view(values, [], (path) => listen(resource.urn, path)),
      provider: { props: provider },
    });
    for (const resource of resources) {
      if (rule.scope === "resource" && !rule.types.includes(resource.type)) {
        notApplicable.push(resource.urn);
        continue;
      }
      const args = { ...argsOf(resource, resource.inputs), ...common(resource.urn) };
      attempt(() => validateResource(args, reportFor(resource.urn)));
    }
    if (validateStack === undefined) {
      notApplicable.push("");
      return;
    }
    const whole = resources.map((resource) => ({
      ...argsOf(resource, resource.outputs),
      dependencies: resource.dependencies.map((urn) => ({ urn })),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([key, urns]) => [key, urns.map((urn) => ({ urn }))]),
      ),
    }));
    attempt(() => validateStack({ resources: whole, ...common("") }, reportFor("")));
  });
  return { said, notApplicable };
};
