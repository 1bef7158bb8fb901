import { expect } from "chai";
import { line, Reader } from "./reader";

const bridge = (key: string, bucket = "raw"): object => ({
  "detail-type": "Object Created",
  detail: { bucket: { name: bucket }, object: { key } },
});
const notification = (key: string): object => ({ Records: [{ s3: { bucket: { name: "raw" }, object: { key } } }] });
const queue = (...bodies: readonly unknown[]): object => ({
  Records: bodies.map((body, at) => ({
    messageId: `m${at}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  })),
});
const GOOD = line();

describe("the function of application logs", () => {
  it("reads what a batch names, whatever else is in it", async () => {
    const reader = new Reader();
    await reader.put("a b+%41.log", GOOD);
    await reader.put("c.log", GOOD);
    const response = await reader.batch(
      queue(
        bridge("a b+%41.log"),
        notification("c.log"),
        { Event: "s3:TestEvent" },
        { nothing: true },
        "no JSON",
        bridge(""),
        bridge("gone.log"),
        bridge("picture.png"),
        bridge("c.log", "another-bucket"),
      ),
    );
    expect(response).to.deep.equal({ batchItemFailures: [] });
    expect((await reader.rows()).map(({ source }) => source)).to.have.members(["a b+%41.log", "c.log"]);
    expect(reader.logged.map(({ event, facts }) => [event, facts["messageId"]])).to.have.deep.members([
      ["applogs.read", "m0"],
      ["applogs.read", "m1"],
      ...["m2", "m3", "m4", "m5", "m6", "m7", "m8"].map((id) => ["applogs.ignored", id]),
    ]);
    expect(Object.fromEntries(reader.counted)).to.deep.equal({
      ObjectsIgnored: 7,
      ApplicationRows: 2,
      ApplicationErrorRows: 0,
    });
  });

  it("decodes the keys of S3's notifications", async () => {
    const reader = await new Reader().put("a b/c+d%.log", GOOD);
    await reader.batch(notification("a+b/c%2Bd%25.log"));
    expect((await reader.rows()).map(({ source }) => source)).to.deep.equal(["a b/c+d%.log"]);
  });

  it("gives back the messages that failed, and goes on", async () => {
    const reader = new Reader();
    await reader.put("a.log", GOOD);
    await reader.put("b.log", GOOD);
    const put = reader.lake.put.bind(reader.lake);
    let failures = 1;
    reader.lake.put = (key, ...rest) =>
      key.startsWith("processed/") && failures-- > 0 ? Promise.reject(new Error("SlowDown")) : put(key, ...rest);
    expect(await reader.batch(queue(bridge("a.log"), bridge("b.log")))).to.deep.equal({
      batchItemFailures: [{ itemIdentifier: "m0" }],
    });
    expect((await reader.rows()).map(({ source }) => source)).to.deep.equal(["b.log"]);
    expect(reader.counted.get("ReadsFailed")).to.equal(1);
    await reader.batch(queue(bridge("a.log")));
    expect(await reader.rows()).to.have.length(2);
  });

  it("fails when it was called by hand and an object failed, after all others", async () => {
    const reader = await new Reader().put("b.log", GOOD);
    const get = reader.raw.get.bind(reader.raw);
    reader.raw.get = (key) => (key === "a.log" ? Promise.reject(new Error("AccessDenied")) : get(key));
    let message = "";
    await reader.batch({ keys: ["a.log", "b.log"] }).catch((error: Error) => (message = error.message));
    expect(message).to.contain("1 of 2 objects were not read").and.contain("AccessDenied");
    expect(await reader.rows()).to.have.length(1);
  });

  it("begins no further object without time", async () => {
    const reader = new Reader();
    for (const key of ["a.log", "b.log"]) await reader.put(key, GOOD);
    const response = await reader.batch(queue(bridge("a.log"), bridge("b.log")), () => false);
    expect(response.batchItemFailures).to.deep.equal([{ itemIdentifier: "m1" }]);
    expect((await reader.rows()).map(({ source }) => source)).to.deep.equal(["a.log"]);
  });

  it("counts an object that is put aside", async () => {
    const reader = await new Reader().put("a.log", Buffer.from("89504e470d0a1a0a", "hex"));
    await reader.batch({ keys: ["a.log"] });
    expect(reader.counted.get("FilesQuarantined")).to.equal(1);
    expect(reader.logged.map(({ event }) => event)).to.deep.equal(["applogs.quarantined"]);
  });
});
