import { resourceRule } from "../rule";
import { textsByName } from "../settings";
import { ENVIRONMENTS } from "./namingEnvironment";
import { TAGGABLE, tagOf } from "./taggable";

export const tagsAllowed = resourceRule({
  name: "tags-allowed",
  description: "Tags have values of the lists that reports are made by.",
  severity: "low",
  controls: {},
  remediation: 'tags: { Environment: "infdev" }: use a value of the list, or add yours to the setting allowed',
  settings: { allowed: textsByName("Key to the values that it may have", { Environment: ENVIRONMENTS }) },
  types: TAGGABLE,
  judge: (subject, { settings, violation, each }) => {
    each(Object.entries(settings.allowed), ([key, values]) => {
      const value = tagOf(subject, key);
      // A key that is missing is the business of tags-present.
      if (value === undefined || values.includes(value as string)) return;
      violation(`tags.${key}`, `one of ${values.join(", ")}`, { found: JSON.stringify(value) });
    });
  },
});
