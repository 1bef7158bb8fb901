import { TAG_KEYS } from "../../src/model/names";
import { resourceRule } from "../rule";
import { textByName, texts } from "../settings";
import { at, stackNameOf, type Props, type Subject } from "../subject";
import { TAGGABLE, tagOf } from "./taggable";

const missingKeys = (subject: Subject, required: readonly string[]): string[] =>
  required.filter((key) => {
    const value = tagOf(subject, key);
    return value === undefined || value === "";
  });

export const tagsPresent = resourceRule({
  name: "tags-present",
  description: "Resources have the tags that say whose they are.",
  severity: "low",
  controls: {},
  remediation:
    'tags: { Project: "…", Owner: "…", CostCenter: "…", Environment: pulumi.getStack() }, or defaultTags of the provider; with the enforcement level remediate, the setting values fills them in',
  settings: {
    required: texts("Keys that must be there", [...TAG_KEYS]),
    values: textByName("Values that remediation gives to missing keys; Environment gets the stack's name", {}),
  },
  types: TAGGABLE,
  judge: (subject, { settings, violation, each }) => {
    each(settings.required, (key) => {
      if (missingKeys(subject, [key]).length > 0) violation(`tags.${key}`, "a value");
    });
  },
  remediate: (subject, { required, values }) => {
    const known: Readonly<Record<string, string>> = { Environment: stackNameOf(subject.urn), ...values };
    const added = missingKeys(subject, required).filter((key) => known[key] !== undefined);
    if (added.length === 0) return undefined;
    const tags = { ...(at(subject.props, "tags") as Props | undefined) };
    for (const key of added) tags[key] = known[key];
    // Changed in place: a copy would have to read the values that are unknown at preview.
    (subject.props as Record<string, unknown>)["tags"] = tags;
    return subject.props;
  },
});
