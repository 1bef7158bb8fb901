import { resourceRule } from "../rule";
import { at } from "../subject";
import { NAMED_TYPES } from "./namedTypes";

export const namingLength = resourceRule({
  name: "naming-length",
  description: "Names are as short as their service wants them.",
  severity: "medium",
  controls: {},
  remediation: "shorten the name: a deployment would fail half-way",
  types: Object.keys(NAMED_TYPES),
  judge: ({ type, props }, { violation }) => {
    const { property, limit } = NAMED_TYPES[type]!;
    const name = at(props, property);
    if (typeof name === "string" && name.length > limit) violation(property, `at most ${limit} characters`);
  },
});
