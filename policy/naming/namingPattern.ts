import { resourceRule } from "../rule";
import { NAMED_TYPES } from "./namedTypes";
import { partsOf, PATTERN_SETTING } from "./partRule";

export const namingPattern = resourceRule({
  name: "naming-pattern",
  description: "Names follow the pattern.",
  severity: "low",
  controls: {},
  remediation:
    'name: "amplifylogs-logging-intite-lm1-infdev": say the name, since one that Pulumi makes up ends in random characters',
  settings: PATTERN_SETTING,
  types: Object.keys(NAMED_TYPES),
  judge: (subject, { settings, violation }) => {
    const { property } = NAMED_TYPES[subject.type]!;
    // An absent name has no parts either.
    if (partsOf(subject, settings.pattern) === undefined) violation(property, settings.pattern);
  },
});
