/** Whole programs: ours, which the packs let pass, and one that breaks every rule. */
import { expect } from "chai";
import { exitCodeOf, judgeCapture, type Outcome } from "../../src/judge/judge";
import { PACKS } from "../../src/judge/packProcess";
import { encryptionRules } from "../../policy/encryption/index";
import { guardrailRules } from "../../policy/guardrails/index";
import { namingRules } from "../../policy/naming/index";
import { captureFixture } from "./bench";
import { captureStack, STACKS } from "./ownStacks";

const RULES = [...encryptionRules, ...namingRules, ...guardrailRules];
const always = RULES.filter(({ onRequest }) => onRequest !== true);
const mandatory = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, "mandatory"]));

const brokenRules = ({ findings }: Outcome): string[] => [...new Set(findings.map(({ rule }) => rule))].sort();

describe("policy on whole stacks", function () {
  this.timeout(300_000);

  for (const stack of STACKS) {
    it(`lets ${stack} pass with every rule mandatory`, async () => {
      const capture = await captureStack(stack);
      expect(capture.resources.length).to.be.greaterThan(80);
      const outcome = await judgeCapture(capture, PACKS, mandatory(always.map(({ name }) => name)));
      expect(outcome.rules.map(({ name }) => name)).to.include.members(always.map(({ name }) => name));
      expect(outcome.findings.map(({ message }) => message)).to.deep.equal([]);
    });
  }

  it("lets infpro pass with customer keys asked for, and infdev, which has none, not", async () => {
    const asked = mandatory(["s3-customer-key", "athena-customer-key"]);
    const strict = (outcome: Outcome) => brokenRules(outcome).filter((rule) => rule in asked);
    expect(strict(await judgeCapture(await captureStack("infpro"), ["encryption"], asked))).to.deep.equal([]);
    const open = strict(await judgeCapture(await captureStack("infdev"), ["encryption"], asked));
    expect(open).to.deep.equal(["athena-customer-key", "s3-customer-key"]);
  });

  it("breaks every rule with a program that was written to", async () => {
    const outcome = await judgeCapture(await captureFixture("bad"), PACKS, { all: "mandatory" });
    expect(brokenRules(outcome)).to.deep.equal(RULES.map(({ name }) => name).sort());
    expect(exitCodeOf(outcome)).to.equal(1);
  });
});
