import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ConflictError } from "../../../src/errors";
import { DirectoryStore } from "../../../src/local/directoryStore";

const bytes = (text: string): Buffer => Buffer.from(text);

describe("DirectoryStore", () => {
  let root: string;
  let store: DirectoryStore;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "alp-store-"));
    store = new DirectoryStore(path.join(root, "bucket"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const text = async (key: string): Promise<string | undefined> => {
    const object = await store.get(key);
    return object === undefined ? undefined : Buffer.from(object.body).toString();
  };
  const conflict = async (work: Promise<unknown>): Promise<void> => {
    expect(await work.catch((error: unknown) => error)).to.be.instanceOf(ConflictError);
  };

  it("gives back what was put, whole or its end, with S3's ETag", async () => {
    const { etag } = await store.put("a/b.txt", bytes("hello"));
    expect(etag).to.equal('"5d41402abc4b2a76b9719d911017c592"');
    expect(await store.get("a/b.txt", { lastBytes: 2 })).to.deep.equal({ etag, body: bytes("lo") });
    expect(Buffer.from((await store.get("a/b.txt", { lastBytes: 99 }))!.body).toString()).to.equal("hello");
  });

  it("knows nothing of a missing key, a prefix, or a key below an object", async () => {
    await store.put("a/b", bytes("x"));
    for (const key of ["none", "a", "a/b/c"]) expect(await store.get(key), key).to.equal(undefined);
    await store.delete("none");
  });

  it("writes only while the condition holds", async () => {
    await conflict(store.put("k", bytes("1"), { ifMatch: '"x"' }));
    const { etag } = await store.put("k", bytes("1"), { ifMatch: null });
    await conflict(store.put("k", bytes("2"), { ifMatch: null }));
    await store.put("k", bytes("2"), { ifMatch: etag });
    await conflict(store.put("k", bytes("3"), { ifMatch: etag }));
    expect(await text("k")).to.equal("2");
  });

  it("lets exactly one of many concurrent conditional writes win", async () => {
    const { etag } = await store.put("k", bytes("0"));
    for (const condition of [{ ifMatch: etag }, { ifMatch: null }]) {
      if (condition.ifMatch === null) await store.delete("k");
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, index) => store.put("k", bytes(`w${index}`), condition)),
      );
      const winners = results.flatMap(({ status }, index) => (status === "fulfilled" ? [`w${index}`] : []));
      expect(winners).to.have.length(1);
      expect(await text("k")).to.equal(winners[0]);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).to.be.instanceOf(ConflictError);
    }
  });

  it("leaves no temporary files, whoever wins, and lists none", async () => {
    await store.put("d/k", bytes("1"), { ifMatch: null });
    await conflict(store.put("d/k", bytes("2"), { ifMatch: null }));
    expect(readdirSync(path.join(root, "bucket", "d"))).to.deep.equal(["k"]);
    writeFileSync(path.join(root, "bucket", "d", ".k.1.2"), "half");
    expect((await store.list("d/")).map(({ key }) => key)).to.deep.equal(["d/k"]);
  });

  it("recovers from the lock of a process that died", async () => {
    await store.put("d/k", bytes("1"));
    const lock = path.join(root, "bucket", "d", ".k.lock");
    writeFileSync(lock, "");
    utimesSync(lock, new Date(0), new Date(0));
    const { etag } = (await store.get("d/k"))!;
    await conflict(store.put("d/k", bytes("2"), { ifMatch: etag }));
    await store.put("d/k", bytes("2"), { ifMatch: etag });
    expect(await text("d/k")).to.equal("2");
  });

  it("lists by prefix, in the order of keys, also prefixes within a name", async () => {
    for (const key of ["raw/b/2", "raw/a-1", "raw/a/1", "raw/a/10", "rawer/x", "other"])
      await store.put(key, bytes(key));
    const list = async (prefix: string): Promise<string[]> => (await store.list(prefix)).map(({ key }) => key);
    expect(await list("raw/")).to.deep.equal(["raw/a-1", "raw/a/1", "raw/a/10", "raw/b/2"]);
    expect(await list("raw/a")).to.deep.equal(["raw/a-1", "raw/a/1", "raw/a/10"]);
    expect(await list("raw/a/1")).to.deep.equal(["raw/a/1", "raw/a/10"]);
    expect(await list("raw")).to.deep.equal(["raw/a-1", "raw/a/1", "raw/a/10", "raw/b/2", "rawer/x"]);
    expect(await list("")).to.have.length(6);
    expect(await list("none/")).to.deep.equal([]);
    expect((await store.list("other"))[0]).to.include({ key: "other", bytes: 5 });
  });

  for (const key of ["../out", "a/../../out", "", "a\0b"]) {
    it(`refuses the key ${JSON.stringify(key)}`, async () => {
      for (const work of [() => store.get(key), () => store.put(key, bytes("x")), () => store.delete(key)]) {
        const error = (await work().catch((caught: unknown) => caught)) as Error;
        expect(error.message).to.contain("a key that leaves its bucket");
      }
      expect(readdirSync(root)).to.not.include("out");
    });
  }
});
