import { expect } from "chai";
import { cloudFrontJsonKey, cloudFrontRejectedKey, hourInKey } from "../../src/model/cloudFrontKeys";

describe("keys of what CloudFront delivered", () => {
  const hours: readonly (readonly [key: string, iso: string | undefined])[] = [
    ["cdn/E1ABCDEF234567.2020-07-16-10.a1b2.gz", "2020-07-16T10:00:00Z"],
    ["E1/2026/11/20/13/x.gz", "2026-11-20T13:00:00Z"],
    ["E1/year=2026/month=02/day=28/hour=23/x.gz", "2026-02-28T23:00:00Z"],
    ["2020-13-45-99/E1.2020-07-16-10.x.gz", "2020-07-16T10:00:00Z"],
    ["E1.2023-02-29-10.x.gz", undefined],
    ["E1.2020-07-16-24.x.gz", undefined],
    ["E1.12020-07-16-10.x.gz", undefined],
    ["E1/2020-07-16/x.gz", undefined],
  ];
  for (const [key, iso] of hours) {
    it(`${key} is of ${iso ?? "no hour"}`, () => expect(hourInKey(key)).to.equal(iso && Date.parse(iso)));
  }

  const day = { app: "docs", hourMs: Date.parse("2020-07-16T10:00:00Z") };

  it("of JSON lines have the object's name, and are one for each object", () => {
    const key = cloudFrontJsonKey(day, "logs", "cdn/E1.2020-07-16-10.a b+c.json.gz");
    expect(key).to.match(
      /^cloudfront_json\/app=docs\/date=2020-07-16\/E1\.2020-07-16-10\.a_b_c-[0-9a-f]{8}\.json\.gz$/,
    );
    const others = [
      "E1.2020-07-16-10.a b+c.json.gz",
      "cdn/E1.2020-07-16-10.a b+c.gz",
      "cdn/E1.2020-07-16-10.a_b_c.json.gz",
    ];
    expect(new Set([key, ...others.map((other) => cloudFrontJsonKey(day, "logs", other))])).to.have.property("size", 4);
    expect(cloudFrontJsonKey(day, "other", "cdn/E1.2020-07-16-10.a b+c.json.gz")).not.to.equal(key);
    expect(cloudFrontJsonKey(day, "logs", `x/${"y".repeat(900)}.gz`).length).to.be.lessThan(200);
  });

  it("of rejected lines lie with the app's day, away from the converter's own", () => {
    expect(cloudFrontRejectedKey(day, "logs", "a.gz")).to.match(
      /^rejected\/app=docs\/date=2020-07-16\/cloudfront-[0-9a-f]{16}\.json\.gz$/,
    );
  });
});
