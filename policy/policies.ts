/** Rules as policies of Pulumi's SDK: what is selected is judged, what is unknown is reported as not judged, and a crash stays one. */
import type {
  Policies,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { InputError } from "../src/errors";
import { checkSettings, type EnforcementLevel } from "../src/judge/ruleConfiguration";
import { renderNotJudged, renderViolation, showValue } from "../src/judge/message";
import { leadingControl } from "./catalogues";
import { NotAPolicy } from "./documents";
import type { Judgement, ResourceRule, Rule, StackRule } from "./rule";
import { COMMON_SETTINGS, schemasOf, withDefaults, type Settings, type SettingValues } from "./settings";
import { isSelected, knownAt, placeOfUnknown, Stack, type Props, type StackSubject, type Subject } from "./subject";

/** Environments whose violations only warn, unless the configuration says otherwise. */
const ADVISORY_STACKS: readonly string[] = ["infdev"];

/** The level of a rule that no configuration names. */
export const defaultLevel = (rule: Rule, stack: string): EnforcementLevel => {
  if (rule.onRequest === true) return "disabled";
  return ADVISORY_STACKS.includes(stack) ? "advisory" : "mandatory";
};

/** The SDK's server takes a level and a URN with each finding; its types know only the text. */
interface Finding {
  readonly message: string;
  readonly urn: string;
  readonly enforcementLevel?: EnforcementLevel;
}
type Report = (finding: Finding) => void;
const reporter = (report: ReportViolation): Report => report as unknown as Report;

/** All settings of a rule, with those that every rule has. */
export const allSettings = (rule: Rule): Settings => ({ ...COMMON_SETTINGS, ...rule.settings });

type CheckedSettings = SettingValues<typeof COMMON_SETTINGS & Settings>;

const readSettings = (rule: Rule, given: Readonly<Record<string, unknown>>): CheckedSettings => {
  const settings = allSettings(rule);
  const [problem] = checkSettings(rule.name, given, schemasOf(settings));
  if (problem !== undefined) throw new InputError(problem, { fix: "mend the policy pack's configuration" });
  return withDefaults(settings, given) as CheckedSettings;
};

/** Runs a judge on one resource, and turns what it finds into messages. */
const judgeOne = (
  rule: Rule,
  subject: Subject,
  settings: CheckedSettings,
  report: Report,
  judge: (judgement: Judgement<Settings>) => void,
  others: readonly Subject[] = [],
): void => {
  const message = (text: string): string => `${rule.description}\n${text}`;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (error instanceof NotAPolicy) {
        judgement.violation(error.path, "a policy document", { found: "none" });
        return;
      }
      const place = placeOfUnknown(error);
      if (place === undefined) throw error;
      const { type, name, urn } = others.find(({ props }) => props === place.holder) ?? subject;
      const text = renderNotJudged({ type, name, path: place.path });
      report({ message: message(text), urn, enforcementLevel: "advisory" });
    }
  };
  const judgement: Judgement<Settings> = {
    settings,
    violation: (path, wanted, { on = subject, found } = {}) => {
      const { type, name, urn } = on;
      const shown = found ?? showValue(knownAt(on.props, path));
      report({
        message: message(renderViolation({ type, name, path, found: shown, wanted, fix: rule.remediation })),
        urn,
      });
    },
    each: (items, work) => items.forEach((item, index) => attempt(() => work(item, index))),
  };
  attempt(() => judge(judgement));
};

const subjectOf = (args: {
  type: string;
  name: string;
  urn: string;
  props: Props;
  provider?: { props: Props };
}): Subject => {
  const { type, name, urn, props } = args;
  return { type, name, urn, props, provider: args.provider?.props ?? {} };
};

const metadata = (rule: Rule): Omit<ResourceValidationPolicy, "validateResource"> => {
  const leading = leadingControl(rule.controls);
  return {
    name: rule.name,
    description: rule.description,
    severity: rule.severity,
    remediationSteps: rule.remediation,
    configSchema: { properties: schemasOf(allSettings(rule)) as never },
    ...(leading === undefined
      ? {}
      : {
          url: leading.catalogue.link(leading.id),
          framework: {
            name: leading.catalogue.title,
            version: leading.catalogue.version,
            reference: leading.id,
            specification: rule.description,
          },
        }),
  };
};

const resourcePolicy = (rule: ResourceRule): ResourceValidationPolicy => {
  const { remediate } = rule;
  /** The subject, when the rule concerns it; says why not otherwise, which ends the call. */
  const select = (args: ResourceValidationArgs): { subject: Subject; settings: CheckedSettings } => {
    // Before the settings are read, which takes longer: most rules do not concern most resources.
    if (!rule.types.includes(args.type)) args.notApplicable(`It judges ${rule.types.join(", ")}`);
    const settings = readSettings(rule, args.getConfig());
    const subject = subjectOf(args);
    if (!isSelected(subject, settings)) args.notApplicable("The configuration leaves the resource out");
    return { subject, settings };
  };
  return {
    ...metadata(rule),
    validateResource: (args, report) => {
      const { subject, settings } = select(args);
      judgeOne(rule, subject, settings, reporter(report), (judgement) => {
        const reason = rule.notApplicable?.(subject);
        if (reason !== undefined) args.notApplicable(reason);
        rule.judge(subject, judgement);
      });
    },
    ...(remediate === undefined
      ? {}
      : {
          remediateResource: (args) => {
            const { subject, settings } = select(args);
            return remediate(subject, settings);
          },
        }),
  };
};

/** Inputs by URN. A stack's judge gets outputs alone, in which a preview leaves unknown much that the inputs say. */
const inputsSeen = new Map<string, Props>();

const stackOf = (args: StackValidationArgs): Stack => {
  const urns = (resources: readonly PolicyResource[]): string[] => resources.map(({ urn }) => urn);
  const subjects = args.resources.map((resource): StackSubject => {
    const outputs = resource.props as Props;
    return {
      ...subjectOf({ ...resource, props: inputsSeen.get(resource.urn) ?? outputs }),
      outputs,
      references: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([key, made]) => [key, urns(made)]),
      ),
      dependencies: urns(resource.dependencies),
    };
  });
  return new Stack(subjects);
};

const stackPolicy = (rule: StackRule): ResourceValidationPolicy & StackValidationPolicy => ({
  ...metadata(rule),
  validateResource: (args) => {
    inputsSeen.set(args.urn, args.props as Props);
    args.notApplicable("It judges the stack as a whole");
  },
  validateStack: (args, report) => {
    const settings = readSettings(rule, args.getConfig());
    const stack = stackOf(args);
    let judged = 0;
    for (const subject of stack.ofTypes(rule.types).filter((candidate) => isSelected(candidate, settings))) {
      const judge = (judgement: Judgement<Settings>): void => {
        if (rule.notApplicable?.(subject, stack) !== undefined) return;
        judged += 1;
        rule.judge(subject, judgement, stack);
      };
      judgeOne(rule, subject, settings, reporter(report), judge, stack.subjects);
    }
    if (judged === 0) args.notApplicable(`It judges ${rule.types.join(", ")}`);
  },
});

/** The policies of a list of rules, at the levels that hold for a stack unless it is configured otherwise. */
export const policiesOf = (rules: readonly Rule[], stack: string): Policies =>
  rules.map((rule) => ({
    ...(rule.scope === "resource" ? resourcePolicy(rule) : stackPolicy(rule)),
    enforcementLevel: defaultLevel(rule, stack),
  }));
