import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { packageRoot } from "../../src/local/bundles";
import { readObjectEvents } from "../../src/model/objectEvents";

const message = (messageId: string, body: unknown): unknown => ({
  messageId,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const bridge = (key: unknown): unknown => ({
  "detail-type": "Object Created",
  detail: { bucket: { name: "logs" }, object: { key } },
});
const notification = (...keys: unknown[]): { Records: unknown[] } => ({
  Records: keys.map((key) => ({ eventName: "ObjectCreated:Put", s3: { bucket: { name: "logs" }, object: { key } } })),
});
const reasons = (event: unknown): string[] => {
  const { objects, problems } = readObjectEvents(event);
  expect(objects).to.deep.equal([]);
  return problems.map(({ reason }) => reason);
};

describe("events about objects", () => {
  it("are read from a queue with EventBridge's events, whose keys are not encoded", () => {
    const read = readObjectEvents({ Records: [message("1", bridge("a b/100%25+c.gz")), message("2", bridge("x"))] });
    expect(read).to.deep.equal({
      objects: [
        { messageId: "1", bucket: "logs", key: "a b/100%25+c.gz" },
        { messageId: "2", bucket: "logs", key: "x" },
      ],
      problems: [],
      fromQueue: true,
    });
  });

  it("are read from a queue with S3's notifications, whose keys are encoded", () => {
    const { objects } = readObjectEvents({ Records: [message("1", notification("a+b%2Bc%25.gz", "%C3%A4.gz"))] });
    expect(objects).to.deep.equal([
      { messageId: "1", bucket: "logs", key: "a b+c%.gz" },
      { messageId: "1", bucket: "logs", key: "ä.gz" },
    ]);
  });

  it("are read without a queue", () => {
    expect(readObjectEvents(notification("a+b"))).to.deep.equal({
      objects: [{ bucket: "logs", key: "a b" }],
      problems: [],
      fromQueue: false,
    });
    expect(readObjectEvents(bridge("a+b")).objects).to.deep.equal([{ bucket: "logs", key: "a+b" }]);
  });

  it("are read from our own list of plain keys", () => {
    expect(readObjectEvents({ bucket: "logs", keys: ["a+b%20", "c"] }).objects).to.deep.equal([
      { bucket: "logs", key: "a+b%20" },
      { bucket: "logs", key: "c" },
    ]);
    expect(readObjectEvents({ keys: ["a"] }).objects).to.deep.equal([{ key: "a" }]);
  });

  it("are read from the sample of a queue's batch", () => {
    const sample: unknown = JSON.parse(readFileSync(path.join(packageRoot(), "test/events/convert.json"), "utf8"));
    expect(readObjectEvents(sample).objects.map(({ key }) => key)).to.deep.equal([
      "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz",
    ]);
  });

  it("are refused one by one, and the rest of the batch goes on", () => {
    const test = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "logs" };
    const bodies = [
      test,
      "{",
      {},
      "7",
      bridge(""),
      bridge(undefined),
      notification(),
      notification("%zz"),
      bridge("good"),
    ];
    const { objects, problems, fromQueue } = readObjectEvents({
      Records: bodies.map((body, index) => message(String(index), body)),
    });
    expect(fromQueue).to.equal(true);
    expect(objects).to.deep.equal([{ messageId: "8", bucket: "logs", key: "good" }]);
    expect(problems.map(({ messageId, reason }) => `${messageId} ${reason}`)).to.deep.equal([
      "0 S3's test event, which names no object",
      "1 the message is not JSON",
      "2 an event without Records",
      "3 not an event",
      "4 the object key is empty",
      "5 no object key in the event",
      "6 the list of Records is empty",
      "7 the object key is not encoded as S3 encodes keys",
    ]);
    expect(problems[1]!.found).to.equal("{");
  });

  it("are refused when they bring no object", () => {
    expect(reasons({ ...(bridge("a") as object), "detail-type": "Object Deleted" })).to.deep.equal([
      "an event of the kind Object Deleted, which brings no object",
    ]);
    expect(reasons({ Records: [{ eventName: "ObjectRemoved:Delete", s3: { object: { key: "a" } } }] })).to.deep.equal([
      "an event of the kind ObjectRemoved:Delete, which brings no object",
    ]);
    expect(reasons({ keys: [] })).to.deep.equal(["the list of keys is empty"]);
    expect(reasons({ keys: [7, null] })).to.have.length(2);
    expect(reasons(undefined)).to.deep.equal(["not an event"]);
    expect(reasons([])).to.deep.equal(["not an event"]);
    expect(reasons({ Records: [{ messageId: "1" }] })).to.deep.equal(["a message without a body"]);
  });

  it("show the beginning of what came, not all of it", () => {
    const { problems } = readObjectEvents({ Records: [message("1", `{${"x".repeat(5000)}`)] });
    expect(problems[0]!.found).to.equal(`{${"x".repeat(499)}`);
  });

  it("give back any key, however it came", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (key) => {
        const encoded = encodeURIComponent(key).replaceAll("%20", "+");
        const { objects } = readObjectEvents({
          Records: [message("1", bridge(key)), message("2", notification(encoded)), message("3", { keys: [key] })],
        });
        expect(objects.map((object) => object.key)).to.deep.equal([key, key, key]);
      }),
    );
  });

  it("never make the function fail, whatever comes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (event, bodies) => {
        const direct = readObjectEvents(event);
        expect(direct.objects.length + direct.problems.length).to.be.at.least(1);
        const queued = readObjectEvents({ Records: bodies.map((body, index) => message(String(index), body)) });
        const named = new Set([...queued.objects, ...queued.problems].map(({ messageId }) => messageId));
        if (bodies.length > 0) expect(named.size).to.equal(bodies.length);
      }),
    );
  });
});
