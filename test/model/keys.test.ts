import { expect } from "chai";
import fc from "fast-check";
import {
  coverageKey,
  datePrefix,
  parquetKey,
  parseParquetKey,
  parseRawKey,
  rawDayPrefix,
  rawKey,
  rejectedKey,
  stateKey,
} from "../../src/model/keys";
import { HOUR_MS } from "../../src/model/windows";

const shopAt = (text: string) => ({ app: "shop", hourMs: Date.parse(text) });
const appHours = fc.record({
  app: fc.stringMatching(/^[a-z][a-z0-9_]{0,25}$/),
  hourMs: fc.integer({ min: 263_000, max: 1_139_000 }).map((hours) => hours * HOUR_MS),
});
const prefixes = fc.constantFrom("raw", "amplify/raw", "logs/app=x/raw", "a.b");

describe("keys", () => {
  const hour = shopAt("2026-11-20T13:00:00Z");
  const keys: [string, string, string][] = [
    ["raw", rawKey("raw", hour), "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz"],
    [
      "raw, the day's last hour",
      rawKey("raw", shopAt("2026-12-31T23:00:00Z")),
      "raw/app=shop/year=2026/month=12/day=31/access_logs-23-00.csv.gz",
    ],
    [
      "raw, one digit",
      rawKey("raw", shopAt("2027-01-02T03:00:00Z")),
      "raw/app=shop/year=2027/month=01/day=02/access_logs-03-04.csv.gz",
    ],
    [
      "raw, the last hour that a date of four digits has",
      rawKey("raw", shopAt("9999-12-31T23:00:00Z")),
      "raw/app=shop/year=9999/month=12/day=31/access_logs-23-00.csv.gz",
    ],
    ["Parquet", parquetKey(hour), "access_logs/app=shop/date=2026-11-20/hour-13.parquet"],
    ["rejected", rejectedKey(hour), "rejected/app=shop/date=2026-11-20/hour-13.json.gz"],
    ["coverage", coverageKey(hour), "coverage/app=shop/date=2026-11-20/hours.json"],
    ["state", stateKey(hour), "state/app=shop/date=2026-11-20.json"],
  ];
  for (const [title, key, expected] of keys) it(`names ${title}`, () => expect(key).to.equal(expected));

  it("reads what it wrote", () => {
    fc.assert(
      fc.property(prefixes, appHours, (prefix, appHour) => {
        const key = rawKey(prefix, appHour);
        expect(key.startsWith(rawDayPrefix(prefix, appHour))).to.be.true;
        expect(parseRawKey(prefix, key)).to.deep.equal(appHour);
        expect(parquetKey(appHour).startsWith(datePrefix("access_logs", appHour))).to.be.true;
        expect(parseParquetKey(parquetKey(appHour))).to.deep.equal(appHour);
      }),
      { seed: 1 },
    );
  });

  it("gives different hours and apps different keys", () => {
    fc.assert(
      fc.property(appHours, appHours, (one, other) => {
        const same = one.app === other.app && one.hourMs === other.hourMs;
        expect(rawKey("raw", one) === rawKey("raw", other)).to.equal(same);
        expect(parquetKey(one) === parquetKey(other)).to.equal(same);
      }),
      { seed: 2 },
    );
  });

  const notRaw: [string, string][] = [
    ["another prefix", "raw2/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz"],
    ["a prefix before the prefix", "old/raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz"],
    ["two hours", "raw/app=shop/year=2026/month=11/day=20/access_logs-13-15.csv.gz"],
    ["an hour that ends as it starts", "raw/app=shop/year=2026/month=11/day=20/access_logs-13-13.csv.gz"],
    ["hour 24", "raw/app=shop/year=2026/month=11/day=20/access_logs-24-01.csv.gz"],
    ["a day that does not exist", "raw/app=shop/year=2026/month=02/day=30/access_logs-13-14.csv.gz"],
    ["an app that is none", "raw/app=Shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz"],
    ["an encoded key", "raw/app%3Dshop/year%3D2026/month%3D11/day%3D20/access_logs-13-14.csv.gz"],
    ["plain CSV", "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv"],
    ["a line end behind", "raw/app=shop/year=2026/month=11/day=20/access_logs-13-14.csv.gz\n"],
    ["the day's folder", "raw/app=shop/year=2026/month=11/day=20/"],
    ["nothing", ""],
  ];
  for (const [title, key] of notRaw) {
    it(`takes ${title} for no raw key`, () => expect(parseRawKey("raw", key)).to.equal(undefined));
  }

  for (const key of [
    "access_logs/app=shop/date=2026-11-20/hour-24.parquet",
    "access_logs/app=shop/date=2026-02-30/hour-01.parquet",
    "access_logs_compacted/app=shop/date=2026-11-20/hour-01.parquet",
    "access_logs/app=shop/date=2026-11-20/hour-1.parquet",
  ]) {
    it(`takes ${key} for no Parquet key`, () => expect(parseParquetKey(key)).to.equal(undefined));
  }
});
