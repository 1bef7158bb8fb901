import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { S3Store } from "../../src/aws/s3Store";
import { ConflictError } from "../../src/errors";
import { clientOptions, listen, type Loopback } from "./server";

const error = (response: ServerResponse, status: number, code: string): void => {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
};
const listing = (keys: readonly string[], next?: string): string =>
  `<ListBucketResult>${keys.map((key) => `<Contents><Key>${key}</Key><Size>5</Size><LastModified>2026-11-20T13:00:00.000Z</LastModified></Contents>`).join("")}${
    next === undefined ? "" : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`
  }</ListBucketResult>`;

describe("S3Store", () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  const open = async (answer: Parameters<typeof listen>[0]): Promise<S3Store> => {
    server = await listen(answer);
    return new S3Store(new S3Client({ ...clientOptions(server.url), forcePathStyle: true }), "lake");
  };
  const caught = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail("it did not fail"),
      (reason: unknown) => reason as Error,
    );

  it("reads an object, or its end", async () => {
    const store = await open((_, response) => response.writeHead(200, { etag: '"e"' }).end("hello"));
    const object = await store.get("raw/k", { lastBytes: 2 });
    expect([object!.etag, Buffer.from(object!.body).toString()]).to.deep.equal(['"e"', "hello"]);
    expect(server!.requests[0]!.headers["range"]).to.equal("bytes=-2");
  });

  it("takes 404 for a missing object, and 403 only when the listing lacks it", async () => {
    expect(await (await open((_, response) => error(response, 404, "NoSuchKey"))).get("k")).to.equal(undefined);
    await server!.close();
    let keys = ["k.other"];
    const store = await open(({ path }, response) =>
      path.includes("list-type=2") ? response.end(listing(keys)) : error(response, 403, "AccessDenied"),
    );
    expect(await store.get("k")).to.equal(undefined);
    keys = ["k"];
    expect((await caught(store.get("k"))).name).to.equal("AccessDenied");
  });

  it("does not take a forbidden listing for a missing object", async () => {
    const store = await open((_, response) => error(response, 403, "AccessDenied"));
    expect((await caught(store.get("k"))).name).to.equal("AccessDenied");
  });

  it("lists keys with characters that XML cannot hold", async () => {
    const store = await open(({ path }, response) => {
      expect(path).to.include("encoding-type=url");
      response.end(listing(["p/a%00+b%2Bc"]).replace("<Contents>", "<EncodingType>url</EncodingType><Contents>"));
    });
    expect((await store.list("p/")).map(({ key }) => key)).to.deep.equal(["p/a\0 b+c"]);
  });

  it("lists all pages", async () => {
    const store = await open(({ path }, response) =>
      response.end(path.includes("continuation-token=t1") ? listing(["p/c"]) : listing(["p/a", "p/b"], "t1")),
    );
    const found = await store.list("p/");
    expect(found.map(({ key }) => key)).to.deep.equal(["p/a", "p/b", "p/c"]);
    expect(found[0]).to.include({ bytes: 5, modifiedMs: Date.parse("2026-11-20T13:00:00Z") });
    expect(server!.requests).to.have.length(2);
  });

  it("sends the condition of a write", async () => {
    const store = await open((_, response) => response.writeHead(200, { etag: '"n"' }).end());
    await store.put("k", Buffer.from("x"), { ifMatch: null });
    await store.put("k", Buffer.from("x"), { ifMatch: '"e"' });
    expect(await store.put("k", Buffer.from("x"))).to.deep.equal({ etag: '"n"' });
    expect(server!.requests.map(({ headers }) => [headers["if-none-match"], headers["if-match"]])).to.deep.equal([
      ["*", undefined],
      [undefined, '"e"'],
      [undefined, undefined],
    ]);
  });

  it("opens an object in pieces, and knows a missing one", async () => {
    const store = await open(({ path }, response) =>
      path.includes("missing")
        ? error(response, 404, "NoSuchKey")
        : response.writeHead(200, { etag: '"e"', "content-length": "600000" }).end("x".repeat(600_000)),
    );
    const object = await store.open("raw/k");
    expect([object!.etag, object!.bytes]).to.deep.equal(['"e"', 600_000]);
    const pieces: number[] = [];
    for await (const piece of object!.body) pieces.push(piece.byteLength);
    expect(pieces.reduce((sum, bytes) => sum + bytes)).to.equal(600_000);
    expect(pieces.length).to.be.greaterThan(1);
    expect(await store.open("raw/missing")).to.equal(undefined);
  });

  describe("of a file", () => {
    let folder: string;
    let path: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "alp-file-"));
      path = join(folder, "body");
      writeFileSync(path, "y".repeat(300_000));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("sends it with its length and condition, and again after what passes", async () => {
      let refusals = 1;
      const store = await open((_, response) => {
        if (refusals-- > 0) error(response, 503, "SlowDown");
        else response.writeHead(200, { etag: '"n"' }).end();
      });
      const written = await store.putFile("k", { path, bytes: 300_000 }, { ifMatch: '"e"' });
      expect(written).to.deep.equal({ etag: '"n"' });
      expect(server!.requests).to.have.length(2);
      for (const { headers, body } of server!.requests) {
        expect(headers["if-match"]).to.equal('"e"');
        expect(headers["content-length"]).to.equal("300000");
        // CRC-32 of 300,000 times "y", by another implementation (Python's zlib).
        expect(headers["x-amz-checksum-crc32"]).to.equal("jbNkRA==");
        expect(body === "y".repeat(300_000)).to.equal(true);
      }
    });

    it("calls a lost race so, and does not send again what is denied", async () => {
      const race = await open((_, response) => error(response, 412, "PreconditionFailed"));
      const lost = await caught(race.putFile("k", { path, bytes: 300_000 }, { ifMatch: null }));
      expect(lost).to.be.instanceOf(ConflictError);
      await server!.close();
      const denied = await open((_, response) => error(response, 403, "AccessDenied"));
      expect((await caught(denied.putFile("k", { path, bytes: 300_000 }))).name).to.equal("AccessDenied");
      expect(server!.requests).to.have.length(1);
    });
  });

  const writes: readonly [number, string, { ifMatch: string | null } | undefined, string][] = [
    [412, "PreconditionFailed", { ifMatch: null }, "ConflictError"],
    [409, "ConditionalRequestConflict", { ifMatch: '"e"' }, "ConflictError"],
    [404, "NoSuchKey", { ifMatch: '"e"' }, "ConflictError"],
    [404, "NoSuchBucket", undefined, "NoSuchBucket"],
    [404, "NoSuchBucket", { ifMatch: null }, "NoSuchBucket"],
    [403, "AccessDenied", { ifMatch: null }, "AccessDenied"],
  ];
  for (const [status, code, condition, name] of writes) {
    it(`calls ${status} on a write with ${JSON.stringify(condition)} ${name}`, async () => {
      const store = await open((_, response) => error(response, status, code));
      const found = await caught(store.put("k", Buffer.from("x"), condition));
      expect(found.name).to.equal(name);
      expect(found instanceof ConflictError).to.equal(name === "ConflictError");
      // Only a 409 leaves open who wins.
      expect(found instanceof ConflictError && found.undecided).to.equal(status === 409);
    });
  }
});
