/** What a rule is. One rule a file; each is plain data and one function, apart from the policy SDK. */
import type { Controls } from "./catalogues";
import type { Settings, SettingValues } from "./settings";
import type { Stack, StackSubject, Subject } from "./subject";

export interface Place {
  /** What is wrong stands in another resource than the judged one: a bucket's split configuration. */
  readonly on?: Subject;
  /** What was found, where the value at the path does not say it. */
  readonly found?: string;
}

export interface Judgement<Definitions extends Settings> {
  readonly settings: SettingValues<Definitions>;
  /** Reports a violation at a property path; what was found there is read from the resource. */
  readonly violation: (path: string, wanted: string, place?: Place) => void;
  /**
   * Judges each item on its own: one that is unknown at preview is reported as not judged, and the others are judged.
   */
  readonly each: <Item>(items: readonly Item[], judge: (item: Item, index: number) => void) => void;
}

interface RuleBase<Definitions extends Settings> {
  /** Kebab case, by service: `s3-encryption`. Unique over all packs. */
  readonly name: string;
  /** One sentence that is true of what passes. */
  readonly description: string;
  readonly severity: "low" | "medium" | "high" | "critical";
  /** Which catalogues know the control, by id. */
  readonly controls: Controls;
  /** TypeScript that mends it, in one line or a few. */
  readonly remediation: string;
  readonly settings: Definitions;
  /** Off until a configuration switches it on: not every team needs it. */
  readonly onRequest?: true;
  /** Types of the resources that it judges. */
  readonly types: readonly string[];
}

/** Judges one resource by its inputs, before it is made. */
export interface ResourceRule<Definitions extends Settings = Settings> extends RuleBase<Definitions> {
  readonly scope: "resource";
  /** Why the rule does not concern this resource. */
  notApplicable?(subject: Subject): string | undefined;
  judge(subject: Subject, judgement: Judgement<Definitions>): void;
  /** The inputs as they should be; undefined where nothing is to change. */
  readonly remediate?: (
    subject: Subject,
    settings: SettingValues<Definitions>,
  ) => Readonly<Record<string, unknown>> | undefined;
}

/** Judges each resource of its types beside all others of the stack. */
export interface StackRule<Definitions extends Settings = Settings> extends RuleBase<Definitions> {
  readonly scope: "stack";
  notApplicable?(subject: StackSubject, stack: Stack): string | undefined;
  judge(subject: StackSubject, judgement: Judgement<Definitions>, stack: Stack): void;
}

export type Rule = ResourceRule | StackRule;

type Given<Kind extends { scope: unknown; settings: unknown }, Definitions> = Omit<Kind, "scope" | "settings"> & {
  readonly settings?: Definitions;
};

/** Defines a rule on single resources. */
export const resourceRule = <const Definitions extends Settings = Record<never, never>>(
  rule: Given<ResourceRule<Definitions>, Definitions>,
): ResourceRule => ({ ...rule, scope: "resource", settings: rule.settings ?? {} }) as unknown as ResourceRule;

/** Defines a rule that needs the whole stack. */
export const stackRule = <const Definitions extends Settings = Record<never, never>>(
  rule: Given<StackRule<Definitions>, Definitions>,
): StackRule => ({ ...rule, scope: "stack", settings: rule.settings ?? {} }) as unknown as StackRule;
