import {
  AmplifyClient,
  BadRequestException,
  GenerateAccessLogsCommand,
  NotFoundException,
} from "@aws-sdk/client-amplify";
import { expect } from "chai";
import { NO_FAULTS, type Faults } from "../../../src/local/simulator/faults";
import { startSimulatedAmplify, type SimulatedAmplify } from "../../../src/local/simulator/amplifyEndpoint";
import { hourRows } from "../../../src/local/simulator/traffic";
import { CSV_HEADER } from "../../../src/model/columns";
import { DAY_MS, HOUR_MS } from "../../../src/model/windows";

const shop = { name: "shop", appId: "d1a2b3c4d5", domainName: "example.com" };
const docs = { name: "docs", appId: "d9z8y7", domainName: "example.org" };
const start = Date.parse("2026-11-20T13:00:00Z");
const rowsOf = (hourMs: number) => hourRows({ seed: 1, app: shop, hourMs, requestsPerDay: 3000 });

describe("simulated Amplify endpoint", () => {
  let now = start;
  let endpoint: SimulatedAmplify | undefined;
  const clients: AmplifyClient[] = [];

  const open = async (faults: Partial<Faults> = NO_FAULTS, maxRowsPerAnswer?: number): Promise<AmplifyClient> => {
    now = start + 3 * DAY_MS;
    endpoint = await startSimulatedAmplify({
      apps: [shop, docs],
      seed: 1,
      requestsPerDay: 3000,
      clock: { now: () => now },
      faults,
      maxRowsPerAnswer,
    });
    const client = new AmplifyClient({
      endpoint: endpoint.url,
      region: "eu-central-1",
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  const ask = (
    client: AmplifyClient,
    startMs: number,
    endMs: number,
    target: { appId?: string; domainName?: string } = {},
  ) =>
    client.send(
      new GenerateAccessLogsCommand({
        appId: shop.appId,
        domainName: shop.domainName,
        ...target,
        startTime: new Date(startMs),
        endTime: new Date(endMs),
      }),
    );
  const linesOf = async (url: string | undefined): Promise<string[]> =>
    (await (await fetch(url!)).text()).split("\n").slice(0, -1);
  const failure = async (promise: Promise<unknown>): Promise<Error & { $metadata?: { httpStatusCode?: number } }> =>
    promise.then(
      () => expect.fail("it answered"),
      (error: Error) => error,
    );

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await endpoint?.close();
    endpoint = undefined;
  });

  it("gives a URL at its own host, short enough for the API, and counts requests", async () => {
    const client = await open();
    const { logUrl } = await ask(client, start, start + HOUR_MS - 1000);
    expect(new URL(logUrl!).host).to.equal(endpoint!.logHost);
    expect(logUrl)
      .to.match(/X-Amz-Expires=900&X-Amz-Signature=[0-9a-f]{64}$/)
      .and.have.length.below(1000);
    expect(endpoint!.requests).to.equal(1);
  });

  it("serves the hour's rows under Amplify's header", async () => {
    const [header, ...lines] = await linesOf((await ask(await open(), start, start + HOUR_MS - 1000)).logUrl);
    expect(header).to.equal(CSV_HEADER);
    expect(lines)
      .to.have.members(rowsOf(start).map((row) => row.line))
      .and.have.length.above(50);
  });

  it("gives whole hours for half ones, and takes the end as inclusive", async () => {
    const client = await open();
    const half = await linesOf((await ask(client, start + HOUR_MS / 4, start + HOUR_MS / 2)).logUrl);
    expect(half).to.have.length(1 + rowsOf(start).length);
    const two = await linesOf((await ask(client, start, start + HOUR_MS)).logUrl);
    expect(two).to.have.length(1 + rowsOf(start).length + rowsOf(start + HOUR_MS).length);
  });

  it("adds rows from outside of the window where that is asked for", async () => {
    const client = await open({ ...NO_FAULTS, strayRows: 1 });
    const lines = await linesOf((await ask(client, start, start + HOUR_MS - 1000)).logUrl);
    const before = new Set(rowsOf(start - HOUR_MS).map((row) => row.line));
    expect(lines.filter((line) => before.has(line)).length).to.be.within(1, 40);
  });

  it("shows rows only when they have arrived, and never the future", async () => {
    const client = await open();
    for (const later of [10, 30, 61, 400, 21 * 60]) {
      now = start + HOUR_MS + later * 60_000;
      const lines = await linesOf((await ask(client, start, start + HOUR_MS - 1000)).logUrl);
      const visible = rowsOf(start).filter((row) => row.visibleAtMs <= now);
      expect(lines.slice(1)).to.have.members(visible.map((row) => row.line));
    }
    expect(await linesOf((await ask(client, now + HOUR_MS, now + 2 * HOUR_MS)).logUrl)).to.deep.equal([CSV_HEADER]);
  });

  it("serves a branch's default domain: only the rows of that host", async () => {
    const domainName = "main.d1a2b3c4d5.amplifyapp.com";
    const lines = await linesOf((await ask(await open(), start, start + 5 * HOUR_MS, { domainName })).logUrl);
    expect(lines).to.have.length.above(2);
    for (const line of lines.slice(1)) expect(line).to.include(`,${domainName},`);
  });

  const refusals: [string, number, { appId?: string; domainName?: string }, string, RegExp][] = [
    [
      "a www. domain",
      HOUR_MS,
      { domainName: "www.example.com" },
      "NotFoundException",
      /^Domain www\.example\.com not found$/,
    ],
    [
      "another app's domain",
      HOUR_MS,
      { domainName: "example.org" },
      "NotFoundException",
      /^Domain example\.org not found$/,
    ],
    ["an unknown app", HOUR_MS, { appId: "dunknown" }, "NotFoundException", /dunknown/],
    [
      "more than two weeks",
      14 * DAY_MS + 1000,
      {},
      "BadRequestException",
      /^Unable to complete request for the given time range$/,
    ],
    [
      "a window with too many rows",
      3 * DAY_MS,
      {},
      "BadRequestException",
      /^(Unable to complete request for the given time range|Please reduce time range and try again|Too many records)$/,
    ],
    ["a window that ends before it starts", -HOUR_MS, {}, "BadRequestException", /Start time/],
  ];
  for (const [title, width, target, name, message] of refusals) {
    it(`refuses ${title} as the SDK's ${name}`, async () => {
      const client = await open(NO_FAULTS, 5000);
      const error = await failure(ask(client, start, start + width, target));
      expect(error).to.be.instanceOf(name === "NotFoundException" ? NotFoundException : BadRequestException);
      expect(error.name).to.equal(name);
      expect(error.message).to.match(message);
    });
  }

  it("never refuses a single hour for its size", async () => {
    const client = await open(NO_FAULTS, 1);
    expect((await ask(client, start, start + HOUR_MS - 1000)).logUrl).to.be.a("string");
  });

  it("takes two weeks", async () => {
    expect((await ask(await open(), start - 10 * DAY_MS, start + 4 * DAY_MS)).logUrl).to.be.a("string");
  });

  it("lets URLs expire, and knows no others", async () => {
    const { logUrl } = await ask(await open(), start, start + HOUR_MS - 1000);
    now += 900_000;
    expect((await fetch(logUrl!)).status).to.equal(200);
    now += 1000;
    const expired = await fetch(logUrl!);
    expect(expired.status).to.equal(403);
    expect(await expired.text()).to.include("Request has expired");
    const forged = await fetch(`${logUrl!.slice(0, -1)}x`);
    expect(forged.status).to.equal(403);
    expect(await forged.text()).to.include("SignatureDoesNotMatch");
  });

  it("can answer without logUrl, blank, with a header only, in part, or with a failing download", async () => {
    const answer = async (faults: Partial<Faults>) => {
      const { logUrl } = await ask(await open({ ...NO_FAULTS, ...faults }), start, start + HOUR_MS - 1000);
      const download = logUrl === undefined ? undefined : await fetch(logUrl);
      const text = await download?.text();
      await endpoint!.close();
      endpoint = undefined;
      return { status: download?.status, text };
    };
    expect(await answer({ noUrl: 1 })).to.deep.equal({ status: undefined, text: undefined });
    expect(await answer({ blank: 1 })).to.deep.equal({ status: 200, text: "" });
    expect(await answer({ headerOnly: 1 })).to.deep.equal({ status: 200, text: `${CSV_HEADER}\n` });
    expect((await answer({ downloadError: 1 })).status).to.equal(503);
    const partial = (await answer({ partial: 1 })).text!.split("\n").slice(1, -1);
    expect(partial.length).to.be.within(1, rowsOf(start).length * 0.96);
    expect(rowsOf(start).map((row) => row.line)).to.include.members(partial);
  });

  it("throttles and times out in ways that the SDK understands", async () => {
    const throttled = await failure(ask(await open({ throttle: 1 }), start, start + HOUR_MS));
    expect([throttled.name, throttled.$metadata?.httpStatusCode]).to.deep.equal(["TooManyRequestsException", 429]);
    await endpoint!.close();
    const client = await open({ ...NO_FAULTS, timeout: 1 });
    const late = await failure(ask(client, start, start + DAY_MS));
    expect([late.name, late.message]).to.deep.equal(["InternalServerErrorException", "Endpoint request timed out"]);
    expect((await ask(client, start, start + 6 * HOUR_MS)).logUrl).to.be.a("string");
  });

  it("fails in the same way in every run, and not for ever: asking again helps", async () => {
    const faults = { ...NO_FAULTS, noUrl: 0.5 };
    const outcomes = async (): Promise<string> => {
      const client = await open(faults);
      const answers: string[] = [];
      for (let hour = 0; hour < 8; hour++) {
        for (let attempt = 0; attempt < 6; attempt++) {
          const { logUrl } = await ask(client, start + hour * HOUR_MS, start + (hour + 1) * HOUR_MS - 1000);
          answers.push(logUrl === undefined ? "-" : "u");
        }
        answers.push(" ");
      }
      await endpoint!.close();
      return answers.join("");
    };
    const first = await outcomes();
    expect(await outcomes()).to.equal(first);
    for (const hour of first.trim().split(" ")) expect(hour).to.include("u");
    expect(first).to.include("-");
    endpoint = undefined;
  });

  it("survives what is no request of ours", async () => {
    await open();
    const post = (path: string, body: string) => fetch(`${endpoint!.url}${path}`, { method: "POST", body });
    for (const body of ["", "{", "[]", "null", '{"domainName":5}', "x".repeat(100_000)]) {
      expect((await post("/apps/d1a2b3c4d5/accesslogs", body)).status, body.slice(0, 20)).to.equal(400);
    }
    expect((await post("/apps", "{}")).status).to.equal(404);
    expect((await post("/apps/%ff/accesslogs", "{}")).status).to.be.oneOf([400, 404, 500]);
    expect((await fetch(`${endpoint!.url}/etc/passwd`)).status).to.equal(403);
  });
});
