import { expect } from "chai";
import { parseVerdictFormat, renderVerdict } from "../../src/judge/formats";
import { exitCodeOf, type Finding, type Outcome } from "../../src/judge/judge";

const finding: Finding = {
  pack: "encryption",
  rule: "sqs-encryption",
  enforcement: "mandatory",
  resource: "work <&>",
  type: "aws:sqs/queue:Queue",
  path: "sqsManagedSseEnabled",
  message:
    'Queues are encrypted.\n`sqsManagedSseEnabled` of aws:sqs/queue:Queue work <&> is absent; wanted: "true"\u001b[2J.',
  judged: true,
  urn: "urn:pulumi:infpro::project::aws:sqs/queue:Queue::work",
};
const advice: Finding = { ...finding, enforcement: "advisory", rule: "sqs-tls-only" };
const unknown: Finding = { ...finding, judged: false, rule: "kms-key-rotation" };
const rule = {
  description: "d",
  url: "https://example.com/",
  settings: {},
  enforcementLevel: "mandatory",
  pack: "encryption",
} as const;
const outcome = (...findings: Finding[]): Outcome => ({
  findings,
  rules: ["sqs-encryption", "sqs-tls-only", "kms-key-rotation", "s3-encryption"].map((name) => ({ ...rule, name })),
  resources: 7,
});

describe("a verdict", () => {
  it("is 1 for a mandatory violation, 2 where something binding was not judged, 0 otherwise", () => {
    expect(exitCodeOf(outcome())).to.equal(0);
    expect(exitCodeOf(outcome(advice))).to.equal(0);
    expect(exitCodeOf(outcome(advice, { ...unknown, enforcement: "advisory" }))).to.equal(0);
    expect(exitCodeOf(outcome(advice, unknown))).to.equal(2);
    expect(exitCodeOf(outcome(unknown, finding))).to.equal(1);
  });

  it("is told to people with its sums, and nothing that a terminal obeys", () => {
    const text = renderVerdict(outcome(finding, advice, unknown), "text");
    expect(text).to.match(/^mandatory: encryption\/sqs-encryption {2}work <&>\n {4}Queues are encrypted\.\n {4}`sqs/);
    expect(text).to.include("advisory: encryption/sqs-tls-only").and.include("not judged: encryption/kms-key-rotation");
    expect(text).to.match(/\n7 resources, 4 rules: 1 mandatory violation, 1 advisory violation, 1 not judged\n$/);
    expect(text).to.not.include("\u001b");
    expect(renderVerdict(outcome(), "text")).to.equal(
      "7 resources, 4 rules: 0 mandatory violations, 0 advisory violations, 0 not judged\n",
    );
  });

  it("is a list in JSON", () => {
    expect(JSON.parse(renderVerdict(outcome(finding, unknown), "json"))).to.deep.equal([finding, unknown]);
    expect(renderVerdict(outcome(), "json")).to.equal("[]\n");
  });

  it("is SARIF that code scanning takes", () => {
    const log = JSON.parse(renderVerdict(outcome(finding, advice, unknown), "sarif")) as {
      version: string;
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
    };
    expect(log.version).to.equal("2.1.0");
    const [run] = log.runs;
    expect(run!.tool.driver.rules.map(({ id }) => id)).to.include("s3-encryption");
    expect(run!.results.map(({ ruleId, kind, level }) => [ruleId, kind, level])).to.deep.equal([
      ["sqs-encryption", "fail", "error"],
      ["sqs-tls-only", "fail", "warning"],
      ["kms-key-rotation", "open", "none"],
    ]);
    expect(JSON.stringify(run!.results[0])).to.include(finding.urn).and.include("Pulumi.yaml");
  });

  it("is JUnit with a case for each rule", () => {
    const text = renderVerdict(outcome(finding, advice, unknown), "junit");
    expect(text).to.include('<testsuite name="encryption" tests="4" failures="1" skipped="1">');
    expect(text).to.match(
      /name="sqs-encryption"><failure message="1 violation">.*work &lt;&amp;&gt;.*<\/failure><\/testcase>/,
    );
    expect(text).to.match(/name="sqs-tls-only"><system-out>/);
    expect(text).to.match(/name="kms-key-rotation"><skipped message="not judged"\/>/);
    expect(text).to.include('<testcase classname="encryption" name="s3-encryption"/>');
    expect(text).to.not.include("\u001b").and.not.include("\u0000");
    expect(text).to.include("Queues are encrypted.&#10;");
  });

  it("has four formats", () => {
    expect(parseVerdictFormat("sarif")).to.equal("sarif");
    expect(() => parseVerdictFormat("xml")).to.throw(
      /--format: no such format \(got "xml"\)\. Fix: use text, json, sarif, junit/,
    );
  });
});
