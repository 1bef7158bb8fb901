import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { DEMO_DISTRIBUTION, DEMO_SERVICES, makeDeliveries, type DemoDelivery } from "../../src/local/demoDeliveries";

const at = (text: string): number => Date.parse(`2026-11-${text}:00Z`);
const named = (objects: readonly DemoDelivery[]): Map<string, string> =>
  new Map(objects.map(({ key, body }) => [key, Buffer.from(body).toString("base64")]));

describe("what the demo's further sources deliver", function () {
  this.timeout(60_000);

  it("is due within the range, hour files soon after their hour, day files when the day is over", async () => {
    const endMs = at("20T15:00");
    const { cloudFront, applicationLogs } = await makeDeliveries({ startMs: at("19T00:00"), endMs }, 200);
    const hours = cloudFront.filter(({ key }) => !key.includes(".0bad"));
    expect(
      hours
        .map(({ key }) => key.slice(0, 28))
        .sort()
        .at(-1),
    ).to.equal(`${DEMO_DISTRIBUTION.distributionId}.2026-11-20-13`);
    for (const { key, dueMs } of hours) {
      const [, day, hour] = /\.2026-11-(\d\d)-(\d\d)\./.exec(key)!;
      expect(dueMs - at(`${day}T${hour}:00`)).to.equal(2 * 3_600_000);
    }
    expect(new Set(applicationLogs.map(({ dueMs }) => dueMs))).to.deep.equal(new Set([at("20T00:00")]));
    for (const service of DEMO_SERVICES)
      expect(applicationLogs.map(({ key }) => key)).to.include(
        `logs/${service}/year=2026/month=11/day=19/logs_${service}_20261119.json`,
      );
    for (const { dueMs } of [...cloudFront, ...applicationLogs]) expect(dueMs).to.be.at.most(endMs);
  });

  it("is the same for a day, whatever other days are asked for: a second run brings nothing twice", async () => {
    const first = await makeDeliveries({ startMs: at("18T07:00"), endMs: at("20T15:00") }, 100);
    const second = await makeDeliveries({ startMs: at("19T20:00"), endMs: at("21T09:00") }, 100);
    for (const kind of ["cloudFront", "applicationLogs"] as const) {
      const [before, after] = [named(first[kind]), named(second[kind])];
      const both = [...before.keys()].filter((key) => after.has(key));
      expect(both.length).to.be.greaterThan(3);
      for (const key of both) expect(after.get(key), key).to.equal(before.get(key));
    }
  });

  it("has some that are no logs, or not ours", async () => {
    const { cloudFront, applicationLogs } = await makeDeliveries(
      { startMs: at("16T00:00"), endMs: at("20T00:00") },
      50,
    );
    const broken = cloudFront.filter(({ key }) => key.includes(".0bad"));
    expect(broken).to.have.length(3);
    expect(broken.filter(({ key }) => !key.startsWith(DEMO_DISTRIBUTION.distributionId))).to.have.length(1);
    expect(broken.filter(({ body }) => gunzipSync(body).includes("#Fields: time sc-status"))).to.have.length(1);
    expect(applicationLogs.filter(({ key }) => key.endsWith(".log"))).to.have.length(4);
  });
});
