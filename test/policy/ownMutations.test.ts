/**
 * Our three stacks, with each property that a rule reads made worse in turn: some rule must say so. What is rightly harmless stands in
 * harmlessMutations.ts with its reason.
 */
import { expect } from "chai";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { policiesOf } from "../../policy/policies";
import { UNKNOWN, type CapturedResource } from "../../src/judge/captured";
import { BESIDE, NO_FUNCTION, reasonBesideOthers } from "./aloneAlarms";
import { setAt } from "./changes";
import { reasonFor, REASONS } from "./harmlessMutations";
import { judgeInProcess } from "./inProcess";
import { mutationsOf, valueAt } from "./mutations";
import { captureStack, STACKS } from "./ownStacks";

const RULES = [...encryptionRules, ...namingRules, ...guardrailRules].filter(({ onRequest }) => onRequest !== true);

/** Property paths by the resource, and the rules that read them. */
const readsOf = (resources: readonly CapturedResource[]): Map<string, Map<string, Set<string>>> => {
  const reads = new Map<string, Map<string, Set<string>>>();
  for (const rule of RULES) {
    const listen = (urn: string, path: readonly string[]): void => {
      const ofResource = reads.get(urn) ?? new Map<string, Set<string>>();
      const key = path.join(".");
      reads.set(urn, ofResource.set(key, (ofResource.get(key) ?? new Set()).add(rule.name)));
    };
    judgeInProcess(policiesOf, [rule], resources, { listen });
  }
  return reads;
};

describe("our stacks, made worse", function () {
  this.timeout(300_000);
  const used = new Set<string>();

  for (const stack of STACKS) {
    it(`have no property that ${stack} could lose without a rule that says so`, async () => {
      const { resources } = await captureStack(stack);
      expect(judgeInProcess(policiesOf, RULES, resources).said).to.deep.equal([]);
      const reads = readsOf(resources);
      let tried = 0;
      const missed: string[] = [];
      for (const resource of resources) {
        for (const [path, readers] of reads.get(resource.urn) ?? []) {
          const keys = path.split(".");
          const value = valueAt(resource.inputs, keys);
          if (value === undefined || value === UNKNOWN) continue;
          for (const mutation of mutationsOf(value, keys)) {
            tried += 1;
            const mutate = setAt(resource.urn, mutation.path, mutation.value);
            const mutated = mutate(resources);
            const flagged = RULES.filter(({ name }) => readers.has(name)).some((rule) => {
              const given = rule.scope === "stack" ? mutated : mutated.filter(({ urn }) => urn === resource.urn);
              return judgeInProcess(policiesOf, [rule], given).said.some(({ judged }) => judged);
            });
            if (flagged) continue;
            const reason = reasonBesideOthers(resource, resources, mutate) ?? reasonFor(resource, mutation);
            if (reason === undefined)
              missed.push(
                `${mutation.kind} ${resource.type} ${mutation.path.join(".")} ${mutation.effect ?? ""} of ${resource.name} (${[...readers].join(", ")})`,
              );
            else used.add(reason);
          }
        }
      }
      expect(missed).to.deep.equal([]);
      expect(tried).to.be.greaterThan(500);
    });
  }

  it("need every reason of the list", () => {
    expect([...used].sort()).to.deep.equal([...REASONS, NO_FUNCTION, BESIDE].sort());
  });
});
