/** A rule's table of cases, run in this process against any version of the rule. */
import type { Rule } from "../../policy/rule";
import { UNKNOWN, type Capture, type CapturedResource } from "../../src/judge/captured";
import type { FixtureName, RuleCases } from "./cases/cases";
import { set, unknownPath } from "./changes";
import { judgeInProcess, type PoliciesOf, type Verdict } from "./inProcess";

export type Captures = ReadonlyMap<FixtureName, Capture>;

const PROVIDER = { region: "eu-central-1" };

const sorted = (values: Iterable<string>): string => JSON.stringify([...values].sort());

/** The first case that this version of the rule fails; undefined when it passes all of them. */
export const failedCase = (
  policiesOf: PoliciesOf,
  rule: Rule,
  { fixture, breaks, unknowns, notFor, passes }: RuleCases,
  captures: Captures,
): string | undefined => {
  const { resources } = captures.get(fixture)!;
  const judge = (given: readonly CapturedResource[], settings: object = {}): Verdict =>
    judgeInProcess(policiesOf, [rule], given, { settings: { ...settings }, provider: PROVIDER });
  const places = ({ said }: Verdict, given: readonly CapturedResource[]): string[] => {
    const names = new Map(given.map(({ urn, name }) => [urn, name]));
    return said.map(({ urn, path, judged }) => `${judged ? "" : "?"}${names.get(urn) ?? urn}:${path}`);
  };
  const checks: [string, () => boolean][] = [
    ...breaks.map(({ title, change, places: wanted, settings }): [string, () => boolean] => [
      `flags ${title}`,
      () => {
        const given = change(resources);
        return sorted(places(judge(given, settings), given)) === sorted(wanted);
      },
    ]),
    ...[...captures].map(([name, capture]): [string, () => boolean] => [
      `passes ${name}`,
      () => judge(capture.resources).said.length === 0,
    ]),
    ...passes.map(({ title, change, settings }): [string, () => boolean] => [
      `passes ${title}`,
      () => judge(change(resources), settings).said.length === 0,
    ]),
    ...unknowns.map(({ resource, path, places: wanted }): [string, () => boolean] => [
      `does not judge ${resource} ${path} while it is unknown`,
      () => {
        const given = set(resource, path, UNKNOWN)(resources);
        const expected = wanted ?? [`?${resource}:${unknownPath(resources, resource, path)}`];
        return sorted(new Set(places(judge(given), given))) === sorted(expected);
      },
    ]),
    ...notFor.map(({ title, change, resource }): [string, () => boolean] => [
      `does not concern ${title}`,
      () => {
        const given = change(resources);
        const { said, notApplicable } = judge(given);
        const urns = given.filter(({ name }) => name === resource).map(({ urn }) => urn);
        const concerned =
          resource === "" ? !notApplicable.includes("") : !urns.some((urn) => notApplicable.includes(urn));
        return said.length === 0 && !concerned;
      },
    ]),
  ];
  return checks.find(([, holds]) => {
    try {
      return !holds();
    } catch {
      // A crash is an error of the pack, which the same case on the real server fails by too.
      return true;
    }
  })?.[0];
};
