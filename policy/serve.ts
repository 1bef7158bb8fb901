/**
 * Serves a pack to Pulumi's engine. The SDK's own server takes any configuration and never tells a pack which stack it judges; both
 * come through calls that are answered here first.
 */
import { createRequire } from "node:module";
import type * as grpcTypes from "@grpc/grpc-js";
import { PolicyPack } from "@pulumi/policy";
import { InputError } from "../src/errors";
import { checkNames, checkSettings } from "../src/judge/ruleConfiguration";
import { allSettings, policiesOf } from "./policies";
import type { Rule } from "./rule";
import { schemasOf } from "./settings";

export interface Pack {
  /** Also its folder's name. */
  readonly name: string;
  readonly description: string;
  readonly rules: readonly Rule[];
}

interface ConfigureRequest {
  getPolicyconfigMap(): {
    entries(): Iterable<[string, { getProperties(): { toJavaScript(): Record<string, unknown> } | undefined }]>;
  };
}
interface StackRequest {
  getStack(): string;
}
type Handler = (call: { request: unknown }, done: (error: Error) => void) => unknown;

/** What is wrong with a configuration, all of it at once. */
const problemsOf = (rules: readonly Rule[], request: ConfigureRequest): string[] => {
  const entries = [...request.getPolicyconfigMap().entries()];
  const problems = checkNames(
    entries.map(([name]) => name),
    rules.map(({ name }) => name),
  );
  for (const [name, entry] of entries) {
    const rule = rules.find((known) => known.name === name);
    if (rule === undefined) continue;
    problems.push(...checkSettings(name, entry.getProperties()?.toJavaScript() ?? {}, schemasOf(allSettings(rule))));
  }
  return problems;
};

/** Puts a handler before the SDK's own of the same name. */
const before = (implementation: Record<string, Handler>, name: string, first: Handler): void => {
  const own = implementation[name];
  if (own === undefined) throw new Error(`the policy SDK's server has no ${name}: this version is not supported`);
  implementation[name] = (call, done) => {
    try {
      first(call, done);
    } catch (error) {
      done(error as Error);
      return;
    }
    own(call, done);
  };
};

type Deserialize = (properties: object, remediates: boolean) => object;

/** The SDK reads a resource's properties anew for each rule; nobody changes them, but for a remediation. */
const readPropertiesOnce = (sdk: NodeJS.Require): void => {
  const module = sdk("@pulumi/policy/deserialize") as { deserializeProperties: Deserialize };
  const read = module.deserializeProperties;
  const known = new WeakMap<object, object>();
  module.deserializeProperties = (properties, remediates) => {
    const before = remediates ? undefined : known.get(properties);
    if (before !== undefined) return before;
    const result = read(properties, remediates);
    if (!remediates) known.set(properties, result);
    return result;
  };
};

/** Starts to serve; one pack a process, since the engine reads one port. */
export const servePack = (pack: Pack): void => {
  // Engines up to 2024 say the stack by the environment alone.
  const policies = policiesOf(pack.rules, process.env["PULUMI_STACK"] ?? "");
  const sdk = createRequire(require.resolve("@pulumi/policy"));
  readPropertiesOnce(sdk);
  const { Server } = sdk("@grpc/grpc-js") as typeof grpcTypes;
  const { prototype } = Server;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own object below
  const addService = prototype.addService;
  prototype.addService = function (this: grpcTypes.Server, service, implementation) {
    const handlers = implementation as unknown as Record<string, Handler>;
    before(handlers, "configureStack", ({ request }) => {
      const levels = policiesOf(pack.rules, (request as StackRequest).getStack());
      policies.forEach((policy, index) => (policy.enforcementLevel = levels[index]!.enforcementLevel));
    });
    before(handlers, "configure", ({ request }) => {
      const problems = problemsOf(pack.rules, request as ConfigureRequest);
      if (problems.length === 0) return;
      throw new InputError(`the configuration of the policy pack ${pack.name} is wrong:\n${problems.join("\n")}`);
    });
    addService.call(this, service, implementation);
  };
  new PolicyPack(`amplify-log-pipeline-${pack.name}`, {
    policies,
    enforcementLevel: "mandatory",
    description: pack.description,
  });
  prototype.addService = addService;
};
