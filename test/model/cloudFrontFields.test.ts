import { expect } from "chai";
import { isKnownField, normaliseFieldName, planFields, readEpoch } from "../../src/model/cloudFrontFields";
import { LOG_COLUMNS } from "../../src/model/columns";
import { CLOUDFRONT_FIELDS } from "../rows/cloudFrontFiles";

const found = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    planFields(names, "file").positions.flatMap((position, column) =>
      position === -1 ? [] : [[LOG_COLUMNS[column]!.name, names[position]!]],
    ),
  );

describe("CloudFront's fields", () => {
  it("are Amplify's columns, in the guide's order", () => {
    expect(planFields(CLOUDFRONT_FIELDS, "file")).to.deep.equal({
      fields: 33,
      positions: Array.from({ length: 33 }, (_, at) => at),
      epochs: [],
    });
  });

  it("are found in any spelling and order", () => {
    expect(
      found(["TIME", "cs_user_agent", "X-Edge-Location", "cs(Referer)", "date", "c-country", "cs-host"]),
    ).to.deep.equal({
      date: "date",
      time: "TIME",
      location: "X-Edge-Location",
      host: "cs-host",
      referrer: "cs(Referer)",
      user_agent: "cs_user_agent",
    });
    expect(normaliseFieldName("cs(User-Agent)")).to.equal("cs_user_agent");
    expect(["timestamp(ms)", "timestamp", "SC_STATUS"].every(isKnownField)).to.equal(true);
    expect(["asn", "", "constructor"].some(isKnownField)).to.equal(false);
  });

  it("count once: of two with one name the first does", () => {
    expect(planFields(["date", "time", "c-ip", "C_IP"], "file").positions[4]).to.equal(2);
  });

  it("are enough with a timestamp instead of date and time", () => {
    expect(planFields(["c-ip", "timestamp"], "file").epochs).to.deep.equal([1]);
    expect(planFields(["timestamp", "timestamp(ms)"], "file").epochs).to.deep.equal([1, 0]);
    for (const names of [["date", "c-ip"], ["time"], ["c-ip"], []])
      expect(() => planFields(names, "a.gz")).to.throw("a.gz: the fields have neither date and time nor timestamp");
  });

  const times: readonly (readonly [text: string, time: string | undefined])[] = [
    ["1594893601", "2020-07-16 10:00:01"],
    ["1594893601.987", "2020-07-16 10:00:01"],
    ["1594893601987", "2020-07-16 10:00:01"],
    ["1594893601987654", "2020-07-16 10:00:01"],
    ["-", undefined],
    ["12", undefined],
    ["1594893601x", undefined],
    ["9999999999999999999", undefined],
  ];
  for (const [text, time] of times) {
    it(`epoch time ${text} is ${time ?? "none"}`, () => expect(readEpoch(text)?.join(" ")).to.equal(time));
  }
});
