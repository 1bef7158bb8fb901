import { expect } from "chai";
import { AmplifyRequests } from "../../src/aws/amplifyRequests";
import { startCloudWatch, type MetricDouble } from "./cloudWatch";

const APP = "d1a2b3c4d5e6f7";
const at = (text: string): number => Date.parse(`2026-11-20T${text}:00Z`);

describe("AmplifyRequests", () => {
  let cloudWatch: MetricDouble | undefined;
  afterEach(() => cloudWatch?.close());

  it("asks for the app's requests by the hour, page by page", async () => {
    const counts = Object.fromEntries(
      [9, 10, 11, 12, 13, 14, 15].map((hour) => [`2026-11-20T${String(hour).padStart(2, "0")}:00:00Z`, hour]),
    );
    cloudWatch = await startCloudWatch(APP, counts);
    const range = { startMs: at("10:20"), endMs: at("14:40") };
    const found = await new AmplifyRequests(cloudWatch.client).byHour(APP, range);
    expect([...found]).to.deep.equal([10, 11, 12, 13, 14].map((hour) => [at(`${hour}:00`), hour]));
    expect(cloudWatch.asked.map(({ NextToken }) => NextToken)).to.deep.equal([undefined, "3"]);
    expect(cloudWatch.requests[0]!.headers["x-amz-target"]).to.match(/\.GetMetricData$/);
  });

  it("knows nothing of hours that CloudWatch has no point of", async () => {
    cloudWatch = await startCloudWatch(APP, { "2026-11-20T10:00:00Z": 0 });
    const requests = new AmplifyRequests(cloudWatch.client);
    const range = { startMs: at("10:00"), endMs: at("12:00") };
    expect([...(await requests.byHour(APP, range))]).to.deep.equal([[at("10:00"), 0]]);
    expect([...(await requests.byHour("d7f6e5d4c3b2a1", range))]).to.deep.equal([]);
  });

  for (const [title, error, reason] of [
    ["a refusal", { status: 400, type: "AccessDeniedException" }, /AccessDenied/],
    ["a result without rights", "Forbidden", /Forbidden/],
  ] as const) {
    it(`says what to do about ${title}`, async () => {
      cloudWatch = await startCloudWatch(APP, {}, error);
      const caught = (await new AmplifyRequests(cloudWatch.client)
        .byHour(APP, { startMs: at("10:00"), endMs: at("11:00") })
        .catch((thrown: unknown) => thrown)) as Error;
      expect(caught.message)
        .to.match(reason)
        .and.contain(`got "${APP}"`)
        .and.contain("Fix: allow cloudwatch:GetMetricData");
    });
  }
});
