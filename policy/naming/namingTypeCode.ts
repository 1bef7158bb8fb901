import { NAMED_TYPES } from "./namedTypes";
import { partRule } from "./partRule";

export const namingTypeCode = partRule({
  name: "naming-type-code",
  description: "Names say what kind of resource they are of.",
  remediation: 'name: "…-lm1-…" for a function, "…-ir1-…" for a role: the table of codes is in docs/policies.md',
  part: "type",
  wanted: (code, { type }) => (code === NAMED_TYPES[type]!.code ? undefined : NAMED_TYPES[type]!.code),
});
