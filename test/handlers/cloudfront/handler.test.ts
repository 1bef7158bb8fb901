import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { local } from "../../../handlers/cloudfront/index";
import { readSettings } from "../../../handlers/cloudfront/settings";
import { request, tsv } from "../../rows/cloudFrontFiles";
import { WatchedStore } from "../folder";
import { ID, keyOf, NOW, Scene } from "./readers";

const bridge = (key: string, bucket = "cdn-logs"): unknown => ({
  "detail-type": "Object Created",
  detail: { bucket: { name: bucket }, object: { key } },
});
const message = (messageId: string, body: unknown): unknown => ({ messageId, body: JSON.stringify(body) });
const TEST_EVENT = { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "cdn-logs" };

describe("the reader of CloudFront's objects, started by events", () => {
  let scene: Scene;
  beforeEach(() => (scene = new Scene()));
  const put = (unique: string, id: string): Promise<unknown> =>
    scene.source.put(keyOf(unique), gzipSync(tsv([request({ "x-edge-request-id": id })])));

  it("reads what the messages name, and tells of what it did", async () => {
    await put("a+b c", "1==");
    await scene.source.put(keyOf("bad"), gzipSync("<html>"));
    const notification = {
      Records: [{ eventName: "ObjectCreated:Put", s3: { bucket: { name: "cdn-logs" }, object: { key: "" } } }],
    };
    notification.Records[0]!.s3.object.key = encodeURIComponent(keyOf("a+b c")).replaceAll("%20", "+");
    const { again, told } = await scene.event({
      Records: [
        message("1", notification),
        message("2", bridge(keyOf("bad"))),
        message("3", TEST_EVENT),
        message("4", bridge(keyOf("gone"))),
        message("5", bridge(keyOf("x"), "other-bucket")),
        message("6", bridge("E9ZZZZZZ234567.2020-07-16-10.a.gz")),
      ],
    });
    expect(again).to.deep.equal([]);
    expect(told.lines.map(({ event, key, messageId }) => [event, key ?? messageId])).to.have.deep.members([
      ["cloudfront.read", keyOf("a+b c")],
      ["cloudfront.quarantined", keyOf("bad")],
      ["cloudfront.ignored", "3"],
      ["cloudfront.gone", keyOf("gone")],
      ["cloudfront.ignored", keyOf("x")],
      ["cloudfront.ignored", "E9ZZZZZZ234567.2020-07-16-10.a.gz"],
    ]);
    expect(told.lines.find(({ messageId }) => messageId === "3")).to.include({
      reason: "S3's test event, which names no object",
    });
    expect(told.counts).to.have.deep.members([
      ["ObjectsIgnored", 1],
      ["ObjectsIgnored", 1],
      ["ObjectsIgnored", 1],
      ["FilesQuarantined", 1],
      ["RowsFetched", 1],
    ]);
    expect(await scene.table()).to.have.length(1);
  });

  it("gives back the messages whose objects failed, each of them, and no other", async () => {
    await put("a", "1==");
    await put("b", "2==");
    const { source } = scene;
    scene.ports = {
      ...scene.ports,
      source: {
        ...new WatchedStore(source),
        get: (key) => (key === keyOf("b") ? Promise.reject(new Error("SlowDown")) : source.get(key)),
        list: (prefix) => source.list(prefix),
        put: () => Promise.reject(new Error("not here")),
        delete: () => Promise.reject(new Error("not here")),
      },
    };
    const { again, told } = await scene.event({
      Records: [message("1", bridge(keyOf("b"))), message("2", bridge(keyOf("a"))), message("3", bridge(keyOf("b")))],
    });
    expect(again).to.deep.equal(["1", "3"]);
    expect(told.lines.map(({ event }) => event)).to.deep.equal(["cloudfront.failed", "cloudfront.read"]);
    expect(told.counts).to.deep.include(["ReadsFailed", 1]);
    const direct = scene.event({ keys: [keyOf("a"), keyOf("b")] });
    await direct.then(
      () => expect.fail("no error"),
      (error: Error) => expect(error.message).to.equal("objects that could not be read: SlowDown."),
    );
    expect(await scene.table()).to.have.length(1);
  });

  it("begins no object without time, but the first, and gives the others back", async () => {
    for (const unique of ["a", "b", "c"]) await put(unique, `${unique}==`);
    const Records = ["a", "b", "c"].map((unique) => message(unique, bridge(keyOf(unique))));
    expect((await scene.event({ Records }, () => false)).again).to.deep.equal(["b", "c"]);
    expect(await scene.table()).to.have.length(1);
  });

  it("reads a plain list of keys without a queue", async () => {
    await put("a+b", "1==");
    const { told } = await scene.event({ bucket: "cdn-logs", keys: [keyOf("a+b"), keyOf("a+b")] });
    expect(told.lines).to.have.length(1);
    expect(await scene.table()).to.have.length(1);
    expect((await scene.event(TEST_EVENT)).told.lines[0]).to.include({ event: "cloudfront.ignored" });
  });
});

describe("the reader's settings", () => {
  const ENVIRONMENT = {
    RAW_PREFIX: "raw",
    SOURCE_BUCKET: "cdn-logs",
    DISTRIBUTIONS: JSON.stringify([{ app: "docs", distributionId: ID }]),
    IP_POLICY: "truncated",
  };
  const secret = (name: string): Promise<string> => Promise.resolve(`salt of ${name}`);

  it("come from the environment", async () => {
    expect(await readSettings(ENVIRONMENT, secret)).to.deep.equal({
      rawPrefix: "raw",
      sourceBucket: "cdn-logs",
      distributions: new Map([[ID, "docs"]]),
      json: undefined,
      excerpts: { policy: "truncated" },
    });
    const hashed = { ...ENVIRONMENT, IP_POLICY: "hashed", SALT_PARAMETER: "/salt" };
    // Without JSON lines the function may not read the salt.
    expect((await readSettings(hashed, () => Promise.reject(new Error("AccessDenied")))).excerpts).to.deep.equal({
      policy: "dropped",
    });
    expect((await readSettings({ ...hashed, JSON_OUTPUT: "true" }, secret)).json).to.deep.equal({
      policy: "hashed",
      salt: "salt of /salt",
    });
  });

  for (const name of Object.keys(ENVIRONMENT)) {
    it(`are refused without ${name}`, async () => {
      const error = await readSettings({ ...ENVIRONMENT, [name]: undefined }, secret).then(
        () => undefined,
        (found: Error) => found,
      );
      expect(error).to.have.property("name", "InputError");
      expect(error!.message).to.contain(name);
    });
  }

  it("run the same function on local buckets", async () => {
    const scene = new Scene();
    await scene.source.put(keyOf("a"), gzipSync(tsv([request()])));
    const reader = local(ENVIRONMENT, { store: scene.lake, source: scene.source, clock: { now: () => NOW } });
    const [read] = await reader.read([keyOf("a")]);
    expect(read).to.include({ outcome: "read", rows: 1 });
    expect(await scene.table()).to.have.length(1);
  });
});
