import { expect } from "chai";
import fc from "fast-check";
import { decodeField, encodeField } from "../../src/model/escapes";

describe("Amplify's escapes", () => {
  const decoded: [string, string, string][] = [
    [
      "an agent",
      "Mozilla/5.0%20\\(Macintosh;%20Intel)%20\\(KHTML%20like%20Gecko)",
      "Mozilla/5.0 (Macintosh; Intel) (KHTML like Gecko)",
    ],
    ["a query", "code\\=REDACTED&state\\=REDACTED", "code=REDACTED&state=REDACTED"],
    ["an escaped closing bracket", "\\(a\\)", "(a)"],
    ["a double-encoded quote, once", "q\\=%2522a%2522", "q=%22a%22"],
    ["several bytes of one character", "/caf%C3%A9/%F0%9F%98%80", "/café/😀"],
    ["small hex digits", "%c3%a9", "é"],
    ["null", "-", "-"],
    ["nothing", "", ""],
  ];
  for (const [title, raw, text] of decoded) {
    it(`decodes ${title}`, () => expect(decodeField(raw)).to.equal(text));
  }

  const kept: [string, string, string][] = [
    ["a lone backslash", "a\\b\\", "a\\b\\"],
    ["a percent sign without digits", "100%", "100%"],
    ["a percent sign before other letters", "%ZZ%4", "%ZZ%4"],
    ["bytes that are not UTF-8", "%FF%FE", "%FF%FE"],
    ["the bad byte, while ASCII around it is decoded", "%20%FF%41", " %FFA"],
    ["an overlong encoding", "%C0%AF", "%C0%AF"],
    ["half a surrogate", "%ED%A0%80", "%ED%A0%80"],
  ];
  for (const [title, raw, text] of kept) {
    it(`keeps ${title}`, () => expect(decodeField(raw)).to.equal(text));
  }

  it("gives back what was encoded, but for the commas that Amplify drops", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(decodeField(encodeField(text))).to.equal(text.replaceAll(",", ""));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("encodes to one CSV field of printable ASCII", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(encodeField(text)).to.match(/^[\x21-\x2b\x2d-\x7e]*$/);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("writes ( and = as the real file does", () => {
    expect(encodeField("f(x)=1, é")).to.equal("f\\(x)\\=1%20%C3%A9");
  });

  it("decodes anything without an exception, and nothing without escapes changes", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("%", "\\", "(", "=", "2", "5", "C", "A", "F", "é", "x") }),
        (text) => {
          const result = decodeField(text);
          if (!/[\\%]/.test(text)) expect(result).to.equal(text);
          expect(result.length).to.be.at.most(text.length);
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });

  it("decodes a megabyte of escapes in a moment", () => {
    const started = process.cpuUsage();
    expect(decodeField("%41\\(".repeat(200_000))).to.have.length(400_000);
    expect(decodeField("%FF".repeat(350_000))).to.have.length(1_050_000);
    expect(process.cpuUsage(started).user / 1000).to.be.below(2000);
  });
});
