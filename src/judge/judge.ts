/** Judges a captured program by packs, as a preview with `--policy-pack` would. */
import { InputError } from "../errors";
import type { Capture, CapturedResource } from "./captured";
import { isAbsent, isNotJudged, pathIn } from "./message";
import {
  startPacks,
  type Diagnostic,
  type PackName,
  type ProviderInputs,
  type RuleInfo,
  type RunningPack,
} from "./packProcess";
import { ALL_RULES, checkConfiguration, type EnforcementLevel, type RuleConfiguration } from "./ruleConfiguration";

/** One line of the answer. */
export interface Finding {
  readonly pack: PackName;
  readonly rule: string;
  readonly enforcement: EnforcementLevel;
  /** Logical name. */
  readonly resource: string;
  readonly type: string;
  /** Property path; empty where the resource as a whole is meant. */
  readonly path: string;
  readonly message: string;
  /** False: the value is unknown before the deployment, so that nobody can say. */
  readonly judged: boolean;
  readonly urn: string;
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** Rules that were on, by pack. */
  readonly rules: readonly (RuleInfo & { readonly pack: PackName })[];
  readonly resources: number;
}

/** 0: nothing mandatory is violated; 1: something is; 2: something mandatory could not be judged. */
export const exitCodeOf = ({ findings }: Outcome): 0 | 1 | 2 => {
  const binding = findings.filter(({ enforcement }) => enforcement === "mandatory");
  if (binding.some(({ judged }) => judged)) return 1;
  return binding.length > 0 ? 2 : 0;
};

/** The provider that makes a resource: its explicit one, or the default one with the stack's config. */
const providersOf = (capture: Capture): ((resource: CapturedResource) => ProviderInputs | undefined) => {
  const explicit = new Map(
    capture.resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map((provider) => [provider.urn, provider]),
  );
  return ({ type, provider }) => {
    const found = explicit.get(provider.split("::").slice(0, 4).join("::"));
    if (found !== undefined) return { type: found.type, inputs: found.inputs };
    const [namespace] = type.split(":");
    const prefix = `${namespace}:`;
    const inputs = Object.entries(capture.config)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const);
    return inputs.length === 0
      ? undefined
      : { type: `pulumi:providers:${namespace}`, inputs: Object.fromEntries(inputs) };
  };
};

interface Configured extends RuleInfo {
  readonly level: EnforcementLevel;
  readonly given: Readonly<Record<string, unknown>>;
}

/** Each rule's level: its own entry's, then that of `all`, then its default for the stack. */
const applyConfiguration = (rules: readonly RuleInfo[], configuration: RuleConfiguration): Configured[] =>
  rules.map((rule) => ({
    ...rule,
    level:
      configuration[rule.name]?.enforcementLevel ?? configuration[ALL_RULES]?.enforcementLevel ?? rule.enforcementLevel,
    given: configuration[rule.name]?.settings ?? {},
  }));

/** What the engine sends: defaults of the schema under what was given. */
const configurationMessage = (rules: readonly Configured[]) =>
  Object.fromEntries(
    rules.map(({ name, level, settings, given }) => {
      const defaults = Object.entries(settings).map(([key, schema]) => [key, schema.default] as const);
      return [name, { level, settings: { ...Object.fromEntries(defaults), ...given } }];
    }),
  );

/** Resources that are given to a component of a plugin: it may add to a bucket what the program does not. */
const givenAway = ({ resources }: Capture): ReadonlySet<string> =>
  new Set(
    resources
      .filter(({ remote }) => remote)
      .flatMap(({ propertyDependencies }) => Object.values(propertyDependencies).flat()),
  );

const findingOf = (pack: PackName, rules: readonly Configured[], capture: Capture) => {
  const byUrn = new Map(capture.resources.map((resource) => [resource.urn, resource]));
  const given = givenAway(capture);
  return ({ rule, urn, message, enforcementLevel }: Diagnostic): Finding => {
    const resource = byUrn.get(urn);
    const judged = !isNotJudged(message) && !(given.has(urn) && isAbsent(message));
    const level = rules.find(({ name }) => name === rule)?.level ?? enforcementLevel;
    return {
      pack,
      rule,
      // The engine takes what is unknown for advice; here it counts as much as the rule does.
      enforcement: level === "remediate" ? "mandatory" : level,
      resource: resource?.name ?? "",
      type: resource?.type ?? "",
      path: pathIn(message),
      message,
      judged,
      urn,
    };
  };
};

/** Children of a component that a plugin makes are not there to be judged. */
const unseen = (pack: PackName, { resources }: Capture): Finding[] =>
  resources
    .filter(({ remote }) => remote)
    .map(({ name, type, urn }) => ({
      pack,
      rule: ALL_RULES,
      enforcement: "mandatory",
      resource: name,
      type,
      path: "",
      message: `${type} ${name} is made by a plugin: its resources are not known before a preview with the engine.`,
      judged: false,
      urn,
    }));

const judgeByPack = async (
  pack: PackName,
  running: RunningPack,
  rules: readonly Configured[],
  capture: Capture,
): Promise<Finding[]> => {
  await running.configure(configurationMessage(rules));
  const providerOf = providersOf(capture);
  const mends = rules.some(({ level }) => level === "remediate");
  const resources = mends
    ? await Promise.all(
        capture.resources.map(async (resource) => {
          const inputs = await running.remediate(resource, providerOf(resource));
          return { ...resource, inputs, outputs: { ...resource.outputs, ...inputs } };
        }),
      )
    : capture.resources;
  const single = await Promise.all(resources.map((resource) => running.analyze(resource, providerOf(resource))));
  const whole = await running.analyzeStack(resources, providerOf);
  return [...single, whole].flatMap(({ diagnostics }) => diagnostics).map(findingOf(pack, rules, capture));
};

/** @throws InputError that lists all that is wrong with the configuration, before anything is judged. */
export const judgeCapture = async (
  capture: Capture,
  packs: readonly PackName[],
  content: unknown = {},
): Promise<Outcome> => {
  const running = await startPacks(packs);
  try {
    const known = await Promise.all(
      running.map(async ({ pack, process }) => {
        await process.configureStack(capture.stack, capture.project);
        return { pack, process, rules: await process.rules() };
      }),
    );
    const checked = checkConfiguration(
      content,
      known.flatMap(({ rules }) => rules),
    );
    if ("problems" in checked) {
      throw new InputError(`the configuration is wrong:\n${checked.problems.join("\n")}`, { field: "--config" });
    }
    const configured = known.map(({ rules, ...rest }) => ({
      ...rest,
      rules: applyConfiguration(rules, checked.configuration),
    }));
    const findings = await Promise.all(
      configured.map(async ({ pack, process, rules }) => [
        ...unseen(pack, capture),
        ...(await judgeByPack(pack, process, rules, capture)),
      ]),
    );
    return {
      findings: findings.flat(),
      rules: configured.flatMap(({ pack, rules }) =>
        rules.filter(({ level }) => level !== "disabled").map((rule) => ({ ...rule, pack })),
      ),
      resources: capture.resources.length,
    };
  } finally {
    for (const { process } of running) process.close();
  }
};
