import { expect } from "chai";
import fc from "fast-check";
import { errorsKey, isApplicationLog, processedKey, safeService, serviceOfKey } from "../../src/model/applicationKeys";
import { sourceHash } from "../../src/model/sourceHash";

describe("keys of application logs", () => {
  it("are by service and day, one per object", () => {
    const hash = sourceHash("raw", "logs/app.log");
    expect(hash)
      .to.match(/^[0-9a-f]{16}$/)
      .and.not.equal(sourceHash("raw", "logs/app.json"));
    expect(processedKey({ service: "auth", date: "2026-01-02" }, hash)).to.equal(
      `processed/service=auth/year=2026/month=01/day=02/${hash}.parquet`,
    );
    expect(errorsKey("2026-01-02", hash)).to.equal(`errors/year=2026/month=01/day=02/${hash}.json.gz`);
  });

  for (const [key, service] of [
    ["logs/service=auth/x.log", "auth"],
    ["api-gateway/year=2025/month=04/day=03/logs_api-gateway_20250403.json", "api-gateway"],
    ["logs/api-gateway/year=2025/x.json", "api-gateway"],
    ["logs/x.log", undefined],
    ["year=2025/x.log", undefined],
  ] as const) {
    it(`of ${key} name ${service ?? "no service"}`, () => expect(serviceOfKey(key)).to.equal(service));
  }

  it("are read by their ending, packed or not", () => {
    for (const key of ["a.log", "a.json", "a.ndjson", "a.LOG", "x/a.log.gz", "a.json.gz", "a.ndjson.gz"])
      expect(isApplicationLog(key), key).to.be.true;
    for (const key of ["a.txt", "a.gz", "a.log.zip", "log", "a.log/", "a.parquet"])
      expect(isApplicationLog(key), key).to.be.false;
  });

  for (const [text, service] of [
    ["API Gateway", "api-gateway"],
    ["../../x", "x"],
    ["a/b", "a-b"],
    ["user_service", "user_service"],
    ["///", undefined],
    ["", undefined],
    ["ü", undefined],
  ] as const) {
    it(`make ${service ?? "nothing"} of the service ${JSON.stringify(text)}`, () =>
      expect(safeService(text)).to.equal(service));
  }

  it("have no service that is no part of keys, or that becomes another one the second time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        const service = safeService(text);
        if (service === undefined) return;
        expect(service).to.match(/^[a-z0-9_]([a-z0-9_-]{0,62}[a-z0-9_])?$/);
        expect(safeService(service)).to.equal(service);
      }),
    );
  });
});
