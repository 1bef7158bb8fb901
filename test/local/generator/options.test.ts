import { expect } from "chai";
import { InputError } from "../../../src/errors";
import { parseGenerate, type GenerateArguments } from "../../../src/local/generator/options";

const GIVEN: GenerateArguments = { format: "application", days: "7", entries: "1000", seed: "x" };
const NOW = Date.parse("2026-11-21T09:30:00Z");

describe("options of amplify-logs generate", () => {
  it("end yesterday, and have the source's services", () => {
    expect(parseGenerate(GIVEN, NOW)).to.deep.equal({
      format: "application",
      streams: ["api-gateway", "authentication", "payment", "user-service", "notification"],
      range: { startMs: Date.parse("2026-11-14T00:00:00Z"), endMs: Date.parse("2026-11-21T00:00:00Z") },
      entries: 1000,
      seed: "x",
    });
  });

  it("end with the day that is named", () => {
    const { range, streams } = parseGenerate({ ...GIVEN, days: "1", end: "2024-02-29", services: "a, b-c" }, NOW);
    expect(range).to.deep.equal({
      startMs: Date.parse("2024-02-29T00:00:00Z"),
      endMs: Date.parse("2024-03-01T00:00:00Z"),
    });
    expect(streams).to.deep.equal(["a", "b-c"]);
  });

  it("take the largest numbers that are allowed", () => {
    expect(parseGenerate({ ...GIVEN, days: "3650", entries: "10000000" }, NOW).entries).to.equal(10_000_000);
  });

  const wrong: readonly [Partial<GenerateArguments>, string, RegExp][] = [
    [{ format: "nginx" }, "--format", /use amplify, cloudfront, application/],
    [{ days: "0" }, "--days", /whole number from 1 to 3650/],
    [{ days: "3651" }, "--days", /1 to 3650/],
    [{ days: "1.5" }, "--days", /1 to 3650/],
    [{ entries: "-1" }, "--entries", /1 to 10000000/],
    [{ entries: "10000001" }, "--entries", /1 to 10000000/],
    [{ entries: "1e3" }, "--entries", /1 to 10000000/],
    [{ services: "" }, "--services", /letters, digits/],
    [{ services: "../etc" }, "--services", /letters, digits/],
    [{ services: "a,a" }, "--services", /leave one of them out/],
    [{ services: "a,A" }, "--services", /leave one of them out/],
    [{ end: "2026-02-30" }, "--end", /2026-11-20/],
    [{ end: "2026-11-20T13:00:00Z" }, "--end", /the last day/],
    [{ end: "1970-01-03" }, "--end", /1970-01-01 or later/],
    [{ end: "tomorrow" }, "--end", /2026-11-20/],
  ];
  for (const [change, field, fix] of wrong) {
    it(`refuse ${JSON.stringify(change)}, with what to write instead`, () => {
      try {
        parseGenerate({ ...GIVEN, ...change }, NOW);
      } catch (error) {
        expect(error).to.be.instanceOf(InputError);
        expect((error as InputError).field).to.equal(field);
        expect((error as InputError).fix).to.match(fix);
        return;
      }
      expect.fail("was taken");
    });
  }
});
