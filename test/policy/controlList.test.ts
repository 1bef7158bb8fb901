import { expect } from "chai";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { ALL_CASES } from "./cases";
import { CONTROL_LIST, PUBLIC_PACKS, type ListedControl } from "./controlList";

const RULES = [...encryptionRules, ...guardrailRules, ...namingRules];
const rulesOf = ({ control, rules }: ListedControl) =>
  rules.map((name) => {
    const rule = RULES.find((known) => known.name === name);
    if (rule === undefined) throw new Error(`${control}: there is no rule ${name}`);
    return rule;
  });

describe("the list of controls", () => {
  it("has 39, each once", () => {
    expect(new Set(CONTROL_LIST.map(({ control }) => control)).size)
      .to.equal(CONTROL_LIST.length)
      .and.to.equal(39);
  });

  for (const listed of CONTROL_LIST) {
    it(`is complete: ${listed.control} has its rules, their tests, and what public packs call it`, () => {
      const rules = rulesOf(listed);
      for (const { name } of rules) {
        expect(ALL_CASES[name]?.breaks, name).to.not.be.empty;
        expect(ALL_CASES[name]?.unknowns, name).to.not.be.empty;
      }
      expect(rules.flatMap(({ controls }) => controls.nag ?? [])).to.include.members([...(listed.nag ?? [])]);
      expect(rules.flatMap(({ controls }) => controls.checkov ?? [])).to.include.members([...(listed.checkov ?? [])]);
      const some = (key: "compliancePolicies" | "awsGuard"): boolean =>
        rules.some(({ controls }) => controls[key] === true);
      expect(some("compliancePolicies")).to.equal(listed.compliancePolicies === true);
      expect(some("awsGuard")).to.equal(listed.awsGuard === true);
    });
  }

  it("is all that a rule may say of the two packs for Pulumi", () => {
    const known = new Set(CONTROL_LIST.flatMap(({ rules }) => rules));
    for (const { name, controls } of RULES) {
      if (controls.compliancePolicies !== true && controls.awsGuard !== true) continue;
      expect(known.has(name), name).to.equal(true);
    }
  });

  it("is known to no public pack as a whole", () => {
    for (const [pack, knows] of Object.entries(PUBLIC_PACKS)) {
      const count = CONTROL_LIST.filter(knows).length;
      expect(count, pack).to.be.within(1, CONTROL_LIST.length - 1);
    }
  });
});
