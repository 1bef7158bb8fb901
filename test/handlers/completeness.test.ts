import { expect } from "chai";
import { fetchRun, type FetchSettings } from "../../handlers/fetch/handler";
import { AmplifyRequests } from "../../src/aws/amplifyRequests";
import { parseCoverage } from "../../src/model/coverage";
import type { LogSource } from "../../src/ports";
import { startCloudWatch, type MetricDouble } from "../aws/cloudWatch";
import { logFile, logLine } from "../rows/logLines";
import { temporaryBucket } from "./folder";

const SETTINGS: FetchSettings = {
  app: "shop",
  appId: "d1a2b3c4d5e6f7",
  domainName: "shop.example",
  rawPrefix: "raw",
  delayMinutes: 60,
  lookbackHours: 3,
  settlingHours: 48,
  chunkDays: 1 / 24,
};
const KEY = "coverage/app=shop/date=2026-11-20/hours.json";

/** The requests that Amplify's metric counted, beside the rows that came. */
describe("fetchRun with completeness", () => {
  let bucket: ReturnType<typeof temporaryBucket>;
  let cloudWatch: MetricDouble;
  beforeEach(() => (bucket = temporaryBucket()));
  afterEach(async () => {
    bucket.remove();
    await cloudWatch.close();
  });

  const source: LogSource = {
    open: async () => ({
      kind: "file",
      body: (async function* () {
        yield Buffer.from(logFile(["11:10:00", "12:10:00"].map((time) => logLine({ time, request_id: time }))));
      })(),
    }),
  };
  const run = (time: string, range?: { from: string; to: string }) => {
    const clock = { now: () => Date.parse(time) };
    const requests = new AmplifyRequests(cloudWatch.client);
    return fetchRun({ source, store: bucket.store, clock, requests }, SETTINGS, range ?? { time });
  };
  const counted = async (): Promise<[string, number, number | null][]> =>
    [...parseCoverage((await bucket.store.get(KEY))!.body, KEY).values()].map(({ hour, rows, requests }) => [
      hour.slice(11, 13),
      rows,
      requests,
    ]);

  it("writes them into the coverage, asking once a run, whatever the windows", async () => {
    cloudWatch = await startCloudWatch(SETTINGS.appId, { "2026-11-20T10:00:00Z": 4, "2026-11-20T11:00:00Z": 2 });
    await run("2026-11-20T14:20:00Z");
    expect(cloudWatch.asked).to.have.length(1);
    expect(await counted()).to.deep.equal([
      ["10", 0, 4],
      ["11", 1, 2],
      ["12", 1, null],
    ]);
  });

  it("brings them up to date, and keeps what CloudWatch does not say any more", async () => {
    const counts: Record<string, number> = { "2026-11-20T10:00:00Z": 4, "2026-11-20T11:00:00Z": 2 };
    cloudWatch = await startCloudWatch(SETTINGS.appId, counts);
    await run("2026-11-20T14:20:00Z");
    delete counts["2026-11-20T10:00:00Z"];
    Object.assign(counts, { "2026-11-20T11:00:00Z": 3, "2026-11-20T12:00:00Z": 1 });
    await run("2026-11-20T14:20:00Z");
    expect((await counted()).map(([, , requests]) => requests)).to.deep.equal([4, 3, 1]);
  });

  it("counts no hour that is not over", async () => {
    cloudWatch = await startCloudWatch(SETTINGS.appId, { "2026-11-20T11:00:00Z": 2, "2026-11-20T12:00:00Z": 1 });
    await run("2026-11-20T12:30:00Z", { from: "2026-11-20T11:00:00Z", to: "2026-11-20T13:00:00Z" });
    expect(await counted()).to.deep.equal([
      ["11", 1, 2],
      ["12", 1, null],
    ]);
  });

  it("stores the rows and proves the hours where CloudWatch refuses, and fails in the end", async () => {
    cloudWatch = await startCloudWatch(SETTINGS.appId, {}, { status: 400, type: "AccessDeniedException" });
    const error = (await run("2026-11-20T14:20:00Z").catch((caught: unknown) => caught)) as Error;
    expect(error.message).to.contain("CloudWatch did not say how many requests Amplify counted");
    expect(await counted()).to.deep.equal([
      ["10", 0, null],
      ["11", 1, null],
      ["12", 1, null],
    ]);
    expect(await bucket.store.list("raw/")).to.have.length(2);
  });
});
