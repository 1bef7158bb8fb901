/**
 * Whether the cases of each rule notice when the rule is wrong: each condition of each rule is negated in turn, or half of it is left
 * out, and the rule's own cases must fail. Also a rule that never says anything, and one that says it of everything.
 */
import { expect } from "chai";
import type { Capture } from "../../src/judge/captured";
import type { ResourceRule, Rule } from "../../policy/rule";
import { captureFixture } from "./bench";
import { failedCase } from "./caseRunner";
import { ALL_CASES } from "./cases";
import { FIXTURES, type FixtureName } from "./cases/cases";
import { breaksOf } from "./conditions";
import { EQUIVALENT } from "./equivalentBreaks";
import { freshModules, modulesWith, policiesOfIn, policyModules, rulesIn, sourceOf } from "./ruleModules";

const load = freshModules();
const policiesOf = policiesOfIn(load);
const ruleFiles = policyModules().filter(
  (file) => file.includes("/") && !/\/(index|pack)\.js$/.test(file) && rulesIn(load(file)).length > 0,
);

describe("the cases of the policy rules", function () {
  this.timeout(300_000);
  const captures = new Map<FixtureName, Capture>();
  before(async () => {
    for (const name of FIXTURES) captures.set(name, await captureFixture(name));
  });

  it("are run on every rule, in this process as on the server", () => {
    const rules = ruleFiles.flatMap((file) => rulesIn(load(file)));
    expect(rules.map(({ name }) => name).sort()).to.deep.equal(Object.keys(ALL_CASES).sort());
    for (const rule of rules) {
      expect(failedCase(policiesOf, rule, ALL_CASES[rule.name]!, captures), rule.name).to.equal(undefined);
    }
  });

  const wrongly = (rule: Rule, judge: ResourceRule["judge"]): Rule => ({ ...rule, judge });

  it("fail for a rule that never says anything", () => {
    for (const rule of ruleFiles.flatMap((file) => rulesIn(load(file)))) {
      const silent = wrongly(rule, () => undefined);
      expect(failedCase(policiesOf, silent, ALL_CASES[rule.name]!, captures), rule.name).to.match(/^flags /);
    }
  });

  it("fail for a rule that is never content", () => {
    for (const rule of ruleFiles.flatMap((file) => rulesIn(load(file)))) {
      const discontent = wrongly(rule, (_subject, { violation }) => violation("name", "another"));
      // Only what passes: that it flags too much elsewhere would be noticed anyway.
      const only = { ...ALL_CASES[rule.name]!, breaks: [] };
      expect(failedCase(policiesOf, discontent, only, captures), rule.name).to.match(/^passes /);
    }
  });

  let made = 0;
  const used = new Set<string>();
  for (const file of ruleFiles) {
    it(`fail for each condition of ${file} that is negated`, () => {
      const survived = breaksOf(sourceOf(file)).flatMap(({ title, code }) => {
        const key = `${file}: ${title}`;
        made += 1;
        const changed = modulesWith(file, code);
        const failed = rulesIn(changed(file)).some(
          (rule) => failedCase(policiesOfIn(changed), rule, ALL_CASES[rule.name]!, captures) !== undefined,
        );
        if (!failed && EQUIVALENT[key] !== undefined) used.add(key);
        return failed || EQUIVALENT[key] !== undefined ? [] : [key];
      });
      expect(survived).to.deep.equal([]);
    });
  }

  it("were tried against hundreds of breaks, and every exception is one", () => {
    expect(made).to.be.greaterThan(400);
    expect([...used].sort()).to.deep.equal(Object.keys(EQUIVALENT).sort());
  });
});
