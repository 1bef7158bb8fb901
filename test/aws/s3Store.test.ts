import type { ServerResponse } from "node:http";
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

  const writes: readonly [number, string, { ifMatch: string | null } | undefined, string][] = [
    [412, "PreconditionFailed", { ifMatch: null }, "ConflictError"],
    [409, "ConditionalRequestConflict", { ifMatch: '"e"' }, "ConflictError"],
    [404, "NoSuchKey", { ifMatch: '"e"' }, "ConflictError"],
    [404, "NoSuchBucket", undefined, "NoSuchBucket"],
    [403, "AccessDenied", { ifMatch: null }, "AccessDenied"],
  ];
  for (const [status, code, condition, name] of writes) {
    it(`calls ${status} on a write with ${JSON.stringify(condition)} ${name}`, async () => {
      const store = await open((_, response) => error(response, status, code));
      const found = await caught(store.put("k", Buffer.from("x"), condition));
      expect(found.name).to.equal(name);
      expect(found instanceof ConflictError).to.equal(name === "ConflictError");
    });
  }
});
