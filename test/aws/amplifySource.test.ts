import type { ServerResponse } from "node:http";
import { AmplifyClient } from "@aws-sdk/client-amplify";
import { expect } from "chai";
import { AmplifyLogSource, checkLogUrl } from "../../src/aws/amplifySource";
import { WindowRefusedError } from "../../src/errors";
import type { LogAnswer } from "../../src/ports";
import { HOUR } from "../rows/logLines";
import { clientOptions, listen, type Loopback } from "./server";

describe("checkLogUrl", () => {
  const allowed = ["127.0.0.1:4000", "logs.example", "proxy.example:8443"];
  const good = [
    "https://bucket.s3.eu-central-1.amazonaws.com/key?X-Amz-Signature=x",
    "https://s3.amazonaws.com/bucket/key",
    "https://bucket.s3.amazonaws.com/key",
    "https://bucket.s3-us-west-2.amazonaws.com/key",
    "https://a.b.s3.dualstack.us-east-1.amazonaws.com/key",
    "https://s3.us-gov-west-1.amazonaws.com/key",
    "https://bucket.s3.cn-north-1.amazonaws.com.cn/key",
    "https://logs.example/key",
    "https://proxy.example:8443/key",
    "http://127.0.0.1:4000/key",
  ];
  for (const url of good) it(`takes ${url}`, () => expect(checkLogUrl(url, allowed).href).to.equal(url));

  const bad: readonly [string, string][] = [
    ["http://bucket.s3.eu-central-1.amazonaws.com/key", "not https"],
    ["http://169.254.169.254/latest/meta-data/", "not an S3 host"],
    ["https://169.254.169.254/latest/", "not an S3 host"],
    ["https://[fd00:ec2::254]/latest/", "not an S3 host"],
    ["https://user:pass@bucket.s3.amazonaws.com/key", "it carries credentials"],
    ["https://bucket.s3.amazonaws.com@evil.example/key", "it carries credentials"],
    ["https://s3.amazonaws.com.evil.example/key", "not an S3 host"],
    ["https://evil-s3.amazonaws.com.example/key", "not an S3 host"],
    ["https://evil-s3.amazonaws.com/key", "not an S3 host"],
    ["https://bucket.s3.evil.amazonaws.com/key", "not an S3 host"],
    ["https://bucket.s3xamazonaws.com/key", "not an S3 host"],
    ["https://evil.example/?bucket.s3.amazonaws.com", "not an S3 host"],
    ["https://bucket.s3.amazonaws.com:8443/key", "not an S3 host"],
    ["https://execute-api.us-east-1.amazonaws.com/", "not an S3 host"],
    ["http://logs.example/key", "not https"],
    ["http://127.0.0.1:4001/key", "not an S3 host"],
    ["file:///etc/passwd", "not an S3 host"],
    ["ftp://127.0.0.1:4000/key", "not https"],
    ["bucket/key", "not a URL"],
  ];
  for (const [url, reason] of bad)
    it(`refuses ${url}: ${reason}`, () => expect(() => checkLogUrl(url, allowed)).to.throw(reason));

  it("does not show the signature", () => {
    expect(() => checkLogUrl("https://evil.example/k?X-Amz-Signature=secret"))
      .to.throw()
      .with.property("message")
      .not.contain("secret");
  });
});

describe("AmplifyLogSource", () => {
  let server: Loopback | undefined;
  afterEach(() => server?.close());

  type Answer = (response: ServerResponse) => void;
  const send =
    (status: number, body: object, headers: Record<string, string> = {}): Answer =>
    (response) =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

  const open = async (
    api: Answer | undefined,
    download: Answer = send(404, {}),
    maxAttempts = 1,
  ): Promise<LogAnswer> => {
    server = await listen(({ path }, response) => {
      if (!path.startsWith("/apps/")) download(response);
      else if (api === undefined) send(200, { logUrl: `${server!.url}/file?sig=secret` })(response);
      else api(response);
    });
    const client = new AmplifyClient(clientOptions(server.url, maxAttempts));
    const range = { startMs: HOUR, endMs: HOUR + 3_600_000 };
    return new AmplifyLogSource(client, { logHosts: [server.host] }).open({
      appId: "d1a2b3",
      domainName: "shop.example",
      range,
    });
  };
  const caught = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail("it did not fail"),
      (reason: unknown) => reason as Error,
    );
  const text = async (answer: LogAnswer): Promise<string> => {
    if (answer.kind !== "file") return answer.kind;
    const parts: Uint8Array[] = [];
    for await (const part of answer.body) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  it("asks for the window and streams the file", async () => {
    expect(await text(await open(undefined, (response) => response.end("date,time\n")))).to.equal("date,time\n");
    const [asked, fetched] = server!.requests;
    expect([asked!.method, asked!.path]).to.deep.equal(["POST", "/apps/d1a2b3/accesslogs"]);
    expect(JSON.parse(asked!.body)).to.deep.equal({
      domainName: "shop.example",
      startTime: HOUR / 1000,
      endTime: HOUR / 1000 + 3600,
    });
    expect(fetched!.path).to.equal("/file?sig=secret");
  });

  it("tells no URL and no bytes apart", async () => {
    expect((await open(send(200, {}))).kind).to.equal("no-url");
    await server!.close();
    expect((await open(undefined, (response) => response.end())).kind).to.equal("blank");
  });

  const downloads: readonly [string, Answer, RegExp][] = [
    ["an error", send(403, {}), /log file answered 403/],
    [
      "a redirect",
      send(302, {}, { location: "http://169.254.169.254/" }),
      /could not be downloaded: unexpected redirect/,
    ],
    ["a connection that breaks", (response) => response.destroy(), /could not be downloaded/],
    [
      "a file that ends short",
      (response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("date,time", () => response.destroy());
      },
      /ended after 9 of 100 bytes|terminated/,
    ],
  ];
  for (const [title, download, message] of downloads) {
    it(`fails on ${title}, without showing the signature`, async () => {
      const error = await caught(open(undefined, download).then(text));
      expect(error.message).to.match(message).and.not.contain("secret");
      expect(server!.requests).to.have.length(2);
    });
  }

  it("does not download from a host that nobody named", async () => {
    const error = await caught(open(send(200, { logUrl: "http://169.254.169.254/latest" })));
    expect(error.message).to.contain("Amplify's log URL was refused");
  });

  const refusals: readonly [number, string, string][] = [
    [400, "BadRequestException", "Unable to complete request for the given time range"],
    [400, "BadRequestException", "Please reduce time range and try again"],
    [400, "BadRequestException", "Too many records"],
    [504, "InternalServerErrorException", "Endpoint request timed out"],
  ];
  for (const [status, name, message] of refusals) {
    it(`takes ${status} "${message}" for a refused window, and asks once`, async () => {
      const error = await caught(open(send(status, { message }, { "x-amzn-errortype": name }), undefined, 3));
      expect(error).to.be.instanceOf(WindowRefusedError);
      expect(error.message).to.contain(message).and.contain("2026-11-20T13:00:00.000Z to 2026-11-20T14:00:00.000Z");
      expect(server!.requests).to.have.length(1);
    });
  }

  for (const [status, name, message] of [
    [403, "AccessDeniedException", "User is not authorized to perform: amplify:GenerateAccessLogs"],
    [404, "NotFoundException", "Domain www.shop.example not found"],
    [400, "BadRequestException", "startTime is invalid"],
    [500, "InternalFailureException", "internal"],
  ] as const) {
    it(`lets ${name} through as it came`, async () => {
      const error = await caught(open(send(status, { message }, { "x-amzn-errortype": name })));
      expect(error).to.not.be.instanceOf(WindowRefusedError);
      expect([error.name, error.message]).to.deep.equal([name, message]);
    });
  }
});
