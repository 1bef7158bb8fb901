import { expect } from "chai";
import { appOfKey, idInKey, parseDistributions } from "../../src/model/distributions";

const LIST = [
  { app: "docs", distributionId: "E1ABCDEF234567" },
  { app: "shop", distributionId: "E2ABCDEF234567" },
  { app: "docs", distributionId: "E3ABCDEF234567" },
];

describe("distributions", () => {
  const distributions = parseDistributions(JSON.stringify(LIST));

  const keys: readonly (readonly [key: string, app: string | undefined])[] = [
    ["E1ABCDEF234567.2020-07-16-10.a1b2c3d4.gz", "docs"],
    ["cdn/logs/E2ABCDEF234567.2020-07-16-10.a1b2c3d4.gz", "shop"],
    ["AWSLogs/123456789012/CloudFront/E3ABCDEF234567.2026-11-20-13.x.gz", "docs"],
    ["AWSLogs/123456789012/CloudFront/E2ABCDEF234567/2026/11/20/13/x.parquet", "shop"],
    ["aws-account-id=123456789012/CloudFront/DistributionId=E2ABCDEF234567/year=2026/x.gz", "shop"],
    // The file's name counts before its folders, the inner folder before the outer one.
    ["E2ABCDEF234567/E1ABCDEF234567.2020-07-16-10.x.gz", "docs"],
    ["E2ABCDEF234567/E1ABCDEF234567/x.gz", "docs"],
    ["a+b/100% c/E1ABCDEF234567.2020-07-16-10.x.gz", "docs"],
    ["E9ABCDEF234567.2020-07-16-10.x.gz", undefined],
    ["xE1ABCDEF234567.2020-07-16-10.x.gz", undefined],
    ["e1abcdef234567.2020-07-16-10.x.gz", undefined],
    ["", undefined],
  ];
  for (const [key, app] of keys) {
    it(`${key || "an empty key"} is of ${app ?? "none"}`, () => expect(appOfKey(distributions, key)).to.equal(app));
  }

  it("tell which one a key names that is none of theirs", () => {
    expect(idInKey("cdn/E9ZZZZZZ234567.2020-07-16-10.x.gz")).to.equal("E9ZZZZZZ234567");
    expect(idInKey("cdn/2020-07-16.EXAMPLE.gz")).to.equal(undefined);
  });

  const wrong: readonly (readonly [text: string, message: string])[] = [
    ["{", "DISTRIBUTIONS: not JSON"],
    ["{}", "DISTRIBUTIONS: not a list"],
    ['[{"app":"docs"}]', "DISTRIBUTIONS[0]: needs app and distributionId"],
    ['[{"app":"docs","distributionId":"E1"},null]', "DISTRIBUTIONS[1]: needs app and distributionId"],
    [
      '[{"app":"docs","distributionId":"E1"},{"app":"shop","distributionId":"E1"}]',
      "DISTRIBUTIONS[1]: E1 is of the app docs already",
    ],
  ];
  for (const [text, message] of wrong) {
    it(`are refused: ${text}`, () =>
      expect(() => parseDistributions(text))
        .to.throw(message)
        .with.property("name", "InputError"));
  }
});
