/**
 * As mutants.test.ts, for what the rules share: how documents, buckets, references and names are read. A break must be noticed by some
 * rule's cases, or by what is asked of the helpers themselves.
 */
import { expect } from "chai";
import type { Capture } from "../../src/judge/captured";
import { captureFixture } from "./bench";
import { failedCase } from "./caseRunner";
import { ALL_CASES } from "./cases";
import { FIXTURES, type FixtureName } from "./cases/cases";
import { breaksOf } from "./conditions";
import { failedCheck } from "./helperChecks";
import { freshModules, modulesWith, policiesOfIn, policyModules, rulesIn, sourceOf, type Load } from "./ruleModules";

const load = freshModules();
const isRuleFile = (file: string): boolean =>
  file.includes("/") && !/\/(index|pack)\.js$/.test(file) && rulesIn(load(file)).length > 0;

/** All that rules are made of; the server and the SDK's side are proved on the server. */
const ELSEWHERE = ["catalogues.js", "index.js", "policies.js", "serve.js", "types.js"];
const ruleFiles = policyModules().filter(isRuleFile);
const helperFiles = policyModules().filter(
  (file) => !isRuleFile(file) && !/\/(index|pack)\.js$/.test(file) && !ELSEWHERE.includes(file),
);

describe("what the policy rules share", function () {
  this.timeout(300_000);
  const captures = new Map<FixtureName, Capture>();
  before(async () => {
    for (const name of FIXTURES) captures.set(name, await captureFixture(name));
  });

  it("does what is asked of it", () => {
    expect(failedCheck(load)).to.equal(undefined);
    expect(helperFiles).to.include.members(["documents.js", "subject.js", "bucketSettings.js", "invokers.js"]);
  });

  /** Rules that noticed a break are asked first of the next. */
  const order = [...ruleFiles];
  const isNoticed = (changed: Load): boolean => {
    if (failedCheck(changed) !== undefined) return true;
    const policiesOf = policiesOfIn(changed);
    const noticing = order.find((file) =>
      rulesIn(changed(file)).some(
        (rule) => failedCase(policiesOf, rule, ALL_CASES[rule.name]!, captures) !== undefined,
      ),
    );
    if (noticing === undefined) return false;
    order.unshift(...order.splice(order.indexOf(noticing), 1));
    return true;
  };

  it("is not taken for broken as it is", () => {
    expect(isNoticed(load)).to.equal(false);
  });

  let made = 0;
  for (const file of helperFiles) {
    it(`is noticed to be broken by each negated condition of ${file}`, () => {
      const breaks = breaksOf(sourceOf(file));
      made += breaks.length;
      const survived = breaks.filter(({ code }) => !isNoticed(modulesWith(file, code)));
      expect(survived.map(({ title }) => title)).to.deep.equal([]);
    });
  }

  it("was tried against more than a hundred breaks", () => {
    expect(made).to.be.greaterThan(140);
  });
});
