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

  it("lets the further sources pass with every rule mandatory, on a bucket that is made and on one that is given", async () => {
    const distributions = [{ name: "cdn", distributionId: "E1ABCDEF234567" }];
    const made = {
      "amplify-logs:catalog": "crawler",
      "amplify-logs:cloudFront": JSON.stringify({ distributions, jsonOutput: true, crawler: {} }),
      "amplify-logs:applicationLogs": JSON.stringify({ layout: "perService", services: ["payment"], crawler: {} }),
    };
    const bucket = { name: "example-logs", prefix: "in", notifies: true };
    const given = {
      "amplify-logs:cloudFront": JSON.stringify({ distributions, bucket }),
      "amplify-logs:applicationLogs": JSON.stringify({ bucket: { ...bucket, name: "example-service-logs" } }),
    };
    for (const config of [made, given]) {
      const capture = await captureStack("inftes", config);
      const names = capture.resources.map(({ name }) => name);
      expect(names).to.include.members(["cloudfront-cloudfront", "applogs-applogs"]);
      const crawlers = capture.resources.filter(({ type }) => type === "aws:glue/crawler:Crawler");
      expect(crawlers).to.have.length(config === made ? 3 : 0);
      const outcome = await judgeCapture(capture, PACKS, mandatory(always.map(({ name }) => name)));
      expect(outcome.findings.map(({ message }) => message)).to.deep.equal([]);
    }
  });

  it("lets infpro pass with customer keys asked for, and infdev, which has none, not", async () => {
    const asked = mandatory(["s3-customer-key", "athena-customer-key"]);
    const strict = (outcome: Outcome) => brokenRules(outcome).filter((rule) => rule in asked);
    expect(strict(await judgeCapture(await captureStack("infpro"), ["encryption"], asked))).to.deep.equal([]);
    const open = strict(await judgeCapture(await captureStack("infdev"), ["encryption"], asked));
    expect(open).to.deep.equal(["athena-customer-key", "s3-customer-key"]);
  });

  it("cannot say of a trail what its plugin adds, and says just that", async () => {
    const outcome = await judgeCapture(await captureStack("infpro", { "amplify-logs:audit": "true" }), PACKS);
    const said = outcome.findings.map(({ rule, resource, judged }) => `${judged ? "" : "?"}${rule} ${resource}`);
    // Its bucket's policy, and all of it, for each pack.
    expect(said.sort()).to.deep.equal([
      "?all logs-trail",
      "?all logs-trail",
      "?all logs-trail",
      "?s3-tls-only logs-trail",
    ]);
    expect(exitCodeOf(outcome)).to.equal(2);
  });

  it("still says what is wrong with a resource that a plugin's component is given", async () => {
    const capture = await captureStack("infpro", { "amplify-logs:audit": "true" });
    const named = capture.resources.map((resource) =>
      resource.type === "aws:s3/bucket:Bucket" && resource.name === "logs-trail"
        ? { ...resource, inputs: { ...resource.inputs, bucket: "whatever" } }
        : resource,
    );
    const outcome = await judgeCapture({ ...capture, resources: named }, ["naming"]);
    expect(outcome.findings.filter(({ judged }) => judged).map(({ rule }) => rule)).to.include("naming-pattern");
    expect(exitCodeOf(outcome)).to.equal(1);
  });

  it("breaks every rule with a program that was written to", async () => {
    const outcome = await judgeCapture(await captureFixture("bad"), PACKS, { all: "mandatory" });
    expect(brokenRules(outcome)).to.deep.equal(RULES.map(({ name }) => name).sort());
    expect(exitCodeOf(outcome)).to.equal(1);
  });
});
