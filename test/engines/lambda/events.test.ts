/** EventBridge's patterns, as far as the stack's rule goes. */
import { expect } from "chai";
import { batchOf, matches, objectCreated } from "./events";

const event = objectCreated("logs", "raw/app=shop/a b.csv.gz", 10, "eu-central-1", "123456789012");

describe("Lambda: events", () => {
  const cases: readonly [string, Parameters<typeof matches>[0], boolean][] = [
    ["a source", { source: ["aws.s3"] }, true],
    ["one of several", { source: ["aws.ec2", "aws.s3"] }, true],
    ["another source", { source: ["aws.ec2"] }, false],
    ["a bucket's name", { detail: { bucket: { name: ["logs"] } } }, true],
    ["another bucket's name", { detail: { bucket: { name: ["log"] } } }, false],
    ["a prefix", { detail: { object: { key: [{ prefix: "raw/" }] } } }, true],
    ["another prefix", { detail: { object: { key: [{ prefix: "access_logs/" }] } } }, false],
    ["a field that the event lacks", { detail: { colour: ["blue"] } }, false],
    ["all of several fields", { source: ["aws.s3"], "detail-type": ["Object Deleted"] }, false],
  ];
  for (const [name, pattern, expected] of cases)
    it(`a pattern of ${name} is ${expected ? "met" : "not met"}`, () =>
      expect(matches(pattern, event)).to.equal(expected));

  it("a pattern in a form that is not known here is refused", () => {
    const pattern = { source: [{ "anything-but": "aws.ec2" }] } as unknown as Parameters<typeof matches>[0];
    expect(() => matches(pattern, event)).to.throw("a pattern of another form");
  });

  it("keys are not encoded, and messages have ids of their own", () => {
    expect(event.detail.object.key).to.equal("raw/app=shop/a b.csv.gz");
    const { Records } = batchOf(["a", "a"], "arn:aws:sqs:eu-central-1:123456789012:q");
    expect(new Set(Records.map(({ messageId }) => messageId)).size).to.equal(2);
  });
});
