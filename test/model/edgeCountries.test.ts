import { expect } from "chai";
import { edgeCountry } from "../../src/model/edgeCountries";

describe("edge countries", () => {
  const cases: [string, string | null][] = [
    ["BNA50-P1", "US"],
    ["FRA56-P4", "DE"],
    ["SEA900-P4", "US"],
    ["LHR61-P3", "GB"],
    ["GRU3-P5", "BR"],
    ["YTO53-P2", "CA"],
    ["DEL54-P2", "IN"],
    ["NRT57-P3", "JP"],
    ["ICN57-P1", "KR"],
    ["JNB52-P1", "ZA"],
    ["HKG1", "HK"],
    ["QQQ50-P1", null],
    ["FRA", null],
    ["fra56-P4", null],
    ["-", null],
    ["", null],
    ["__proto__", null],
    ["<b>FRA56", null],
  ];
  for (const [location, country] of cases) {
    it(`puts ${JSON.stringify(location)} into ${country ?? "no country"}`, () =>
      expect(edgeCountry(location)).to.equal(country));
  }

  it("knows most of what three letters can name at CloudFront, as two capital letters", () => {
    const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
    const known = letters
      .flatMap((a) => letters.flatMap((b) => letters.map((c) => edgeCountry(`${a}${b}${c}50-P1`))))
      .filter((country) => country !== null);
    expect(known.length).to.be.at.least(130);
    for (const country of known) expect(country).to.match(/^[A-Z]{2}$/);
  });
});
