/** Rules on one part of a name. */
import { readName, type NameParts } from "../../src/model/nameParts";
import { DEFAULT_NAME_PATTERN } from "../../src/model/names";
import { resourceRule, type Judgement, type ResourceRule } from "../rule";
import { namePattern, type Settings } from "../settings";
import { NAMED_TYPES, physicalName } from "./namedTypes";
import type { Subject } from "../subject";

export const PATTERN_SETTING = {
  pattern: namePattern("What names look like", DEFAULT_NAME_PATTERN),
};

export const partsOf = (subject: Subject, pattern: string): NameParts | undefined => {
  const name = physicalName(subject);
  return name === undefined ? undefined : readName(pattern, name, NAMED_TYPES[subject.type]!.limit);
};

type Definition<Definitions extends Settings> = Omit<
  Parameters<typeof resourceRule<Definitions>>[0],
  "types" | "judge" | "notApplicable" | "controls" | "severity"
> & {
  readonly part: keyof NameParts;
  /** What the part should be; undefined where it is right. */
  readonly wanted: (
    part: string,
    subject: Subject,
    settings: Judgement<Definitions & typeof PATTERN_SETTING>["settings"],
  ) => string | undefined;
};

/** A name that is absent or follows no pattern is the business of naming-pattern alone. */
export const partRule = <const Definitions extends Settings = Record<never, never>>({
  part,
  wanted,
  ...rule
}: Definition<Definitions>): ResourceRule =>
  resourceRule<Definitions & typeof PATTERN_SETTING>({
    ...rule,
    severity: "low",
    controls: {},
    settings: { ...(rule.settings as Definitions), ...PATTERN_SETTING },
    types: Object.keys(NAMED_TYPES),
    judge: (subject, { settings, violation }) => {
      const value = partsOf(subject, settings.pattern)?.[part];
      if (value === undefined) return;
      const should = wanted(value, subject, settings);
      if (should !== undefined)
        violation(NAMED_TYPES[subject.type]!.property, `a name whose {${part}} is ${should}, not ${value}`);
    },
  });
