import { resourceRule } from "../rule";
import { at } from "../subject";
import { KEY_ALIAS } from "../types";
import { NAMED_TYPES } from "./namedTypes";

export const namingCharacters = resourceRule({
  name: "naming-characters",
  description: "Names have small letters, digits, hyphens and, but for buckets, underscores.",
  severity: "low",
  controls: {},
  remediation: "name: name.toLowerCase()",
  types: Object.keys(NAMED_TYPES),
  judge: ({ type, props }, { violation }) => {
    const { property, characters } = NAMED_TYPES[type]!;
    const name = at(props, property);
    if (typeof name !== "string") return;
    const own = type === KEY_ALIAS ? name.replace(/^alias\//, "") : name;
    if (!characters.test(own)) violation(property, `a name that matches ${characters.source}`);
  },
});
