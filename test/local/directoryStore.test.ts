import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ConflictError } from "../../src/errors";
import { DirectoryStore } from "../../src/local/directoryStore";

/** Small ones are read at once, large ones in pieces. */
const SIZES = [10, 5_000_000];
const md5 = (content: Buffer): string => `"${createHash("md5").update(content).digest("hex")}"`;

describe("DirectoryStore, files", () => {
  let folder: string;
  let store: DirectoryStore;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "alp-store-"));
    store = new DirectoryStore(path.join(folder, "bucket"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fileOf = (content: Buffer): { path: string; bytes: number } => {
    const file = path.join(folder, "body");
    writeFileSync(file, content, { mode: 0o600 });
    return { path: file, bytes: content.length };
  };
  const read = async (key: string): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const part of (await store.open(key))!.body) parts.push(part);
    return Buffer.concat(parts);
  };

  for (const size of SIZES) {
    it(`takes and opens ${size} bytes, with one ETag for every way`, async () => {
      const content = Buffer.alloc(size, "abc");
      const { etag } = await store.putFile("a/k", fileOf(content), { ifMatch: null });
      const opened = (await store.open("a/k"))!;
      expect([etag, opened.etag, (await store.get("a/k"))!.etag]).to.deep.equal(new Array(3).fill(md5(content)));
      expect(opened.bytes).to.equal(size);
      for await (const part of opened.body) expect(part.byteLength).to.be.greaterThan(0);
      expect(content.equals(await read("a/k"))).to.equal(true);
      // Readable by whom other objects are readable by.
      await store.put("a/other", content);
      const modes = ["k", "other"].map((name) => statSync(path.join(folder, "bucket", "a", name)).mode);
      expect(modes[0]).to.equal(modes[1]);
    });

    it(`keeps the condition of ${size} bytes`, async () => {
      const file = fileOf(Buffer.alloc(size, "x"));
      const { etag } = await store.putFile("k", file);
      const lost = await store.putFile("k", file, { ifMatch: null }).catch((error: unknown) => error);
      expect(lost).to.be.instanceOf(ConflictError);
      await store.putFile("k", file, { ifMatch: etag });
      expect((await store.list("")).map(({ key }) => key)).to.deep.equal(["k"]);
    });
  }

  it("gives what was opened although another object takes its place", async () => {
    const [before, after] = ["b", "a"].map((letter) => Buffer.alloc(SIZES[1]!, letter)) as [Buffer, Buffer];
    await store.put("k", before);
    const opened = (await store.open("k"))!;
    await store.put("k", after);
    const parts: Uint8Array[] = [];
    for await (const part of opened.body) parts.push(part);
    expect(before.equals(Buffer.concat(parts))).to.equal(true);
    expect(opened.etag).to.equal(md5(before));
  });

  it("knows what is missing", async () => {
    expect(await store.open("none")).to.equal(undefined);
  });
});
