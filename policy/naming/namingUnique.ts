import { stackRule } from "../rule";
import { at, knownAt, type StackSubject } from "../subject";
import { NAMED_TYPES } from "./namedTypes";

/** Names that differ in case alone are one to some services. Schedules have their group as a space of names; a provider its region. */
const keyOf = ({ type, props, provider }: StackSubject, name: unknown): string =>
  JSON.stringify([
    type,
    String(name).toLowerCase(),
    knownAt(props, "groupName") ?? "",
    knownAt(props, "region") ?? knownAt(provider, "region") ?? "",
  ]);

export const namingUnique = stackRule({
  name: "naming-unique",
  description: "No two resources of a stack have one name.",
  severity: "medium",
  controls: {},
  remediation: "give each its own number or app: the second one could not be created",
  types: Object.keys(NAMED_TYPES),
  judge: (subject, { violation }, stack) => {
    const { property } = NAMED_TYPES[subject.type]!;
    const name = at(subject.props, property);
    if (name === undefined) return;
    const same = stack
      .ofTypes([subject.type])
      .filter((other) => keyOf(other, knownAt(other.props, property)) === keyOf(subject, name))
      .sort((a, b) => (a.urn < b.urn ? -1 : 1));
    // One of them may keep it; which, must not depend on the order of registration.
    if (same.indexOf(subject) > 0) violation(property, `a name of its own: ${same[0]!.name} has the same`);
  },
});
